namespace Onsager.Models.Amp;

/// <summary>How a sampler's denoiser is run.</summary>
public sealed record SamplerOptions
{
    /// <summary>Steps of the path.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>Steps of message passing at each point of the path, from where the point before ended.</summary>
    public int Iterations { get; init; } = 8;

    /// <summary>What share of its old mean a coordinate keeps.</summary>
    public double Damping { get; init; }

    /// <summary>Told how far the path has come, from 0 to 1.</summary>
    public Action<double>? Progress { get; init; }

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Check(string sampler)
    {
        if (Steps < 2 || Iterations < 1 || !(Damping >= 0 && Damping < 1))
        {
            throw new ArgumentException($"{sampler}: {Steps} steps of {Iterations} iterations with damping {Damping}; needed: at least 2, at least 1, in [0, 1).");
        }
    }
}
