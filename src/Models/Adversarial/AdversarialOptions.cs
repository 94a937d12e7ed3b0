namespace Onsager.Models.Adversarial;

/// <summary>How a game is trained; by default as small dense nets are.</summary>
public sealed record AdversarialOptions
{
    /// <summary>What encoder and generator want.</summary>
    public AdversarialObjective Objective { get; init; } = AdversarialObjective.Product;

    /// <summary>The weight of the held pairs' mean squared differences.</summary>
    public double Held { get; init; } = 1;

    /// <summary>The rate of encoder and generator at the start.</summary>
    public double Rate { get; init; } = 1e-3;

    /// <summary>The discriminator's rate at the start.</summary>
    public double DiscriminatorRate { get; init; } = 1e-3;

    /// <summary>Both rates fall in a straight line to this part of theirs; 1 for none.</summary>
    public double LastRate { get; init; } = 0.1;

    /// <summary>Adam's first decay.</summary>
    public double Beta1 { get; init; } = 0.5;

    /// <summary>Adam's second decay.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>The standard deviation of the noise on images that the discriminator sees, fresh for each use; it falls in a straight line to 0.</summary>
    public double Noise { get; init; } = 0.1;

    /// <summary>Iterations over which rates and noise fall.</summary>
    public int Iterations { get; init; } = 6000;

    /// <summary>Encoder and generator step in every so many iterations, the discriminator in all of them.</summary>
    public int PlayersEvery { get; init; } = 1;

    internal void Check()
    {
        string? wrong = Iterations < 1 || PlayersEvery < 1 ? $"{Iterations} iterations and steps of the players in every {PlayersEvery}"
            : !(Rate >= 0 && DiscriminatorRate >= 0 && LastRate is >= 0 and <= 1) ? $"rates {Rate} and {DiscriminatorRate} falling to {LastRate} of theirs"
            : !(Held >= 0 && Noise >= 0) ? $"weight {Held} and noise {Noise}"
            : null;
        if (wrong is not null)
        {
            throw new ArgumentException($"adversarial: the options have {wrong}.", "options");
        }
    }
}
