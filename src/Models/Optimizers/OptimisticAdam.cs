using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>
/// Optimistic Adam (Daskalakis, Ilyas, Syrgkanis and Zeng, "Training GANs with optimism", 2018, algorithm 1) for games such as a GAN: Adam's direction, once
/// to go and once to look ahead, after the last look ahead is taken back. The first step is a plain one. One gradient for each step, one fused pass, Adam's memory.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class OptimisticAdam<T> : IOptimizer, IUpdateSource<OptimisticAdamUpdate>, ICheckpointed, IDisposable
    where T : unmanaged
{
    private readonly Adam<T> adam;
    private double lastRate;
    private double lastScale = 1;
    private bool hasStarted;

    /// <summary>Will update these parameters; the moments start at zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative, or a decay is not in [0, 1), or epsilon not positive.</exception>
    public OptimisticAdam(ParameterBuffer<T> parameters, double rate, double beta1 = 0.5, double beta2 = 0.9, double epsilon = 1e-8)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(rate >= 0) || !(beta1 is >= 0 and < 1) || !(beta2 is >= 0 and < 1) || !(epsilon > 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(rate), $"optimistic adam: rate {rate}, betas {beta1} and {beta2}, epsilon {epsilon}; needed: rate >= 0, betas in [0, 1), epsilon > 0.");
        }

        adam = new Adam<T>(parameters, rate, beta1, beta2, epsilon);
    }

    /// <summary>The learning rate; schedules may change it between steps.</summary>
    public double Rate
    {
        get => adam.Rate;
        set => adam.Rate = value;
    }

    /// <summary>The decay of the first moment; GANs want less than Adam's usual 0.9.</summary>
    public double Beta1 => adam.Beta1;

    /// <summary>The decay of the second moment.</summary>
    public double Beta2 => adam.Beta2;

    /// <summary>What keeps the division finite.</summary>
    public double Epsilon => adam.Epsilon;

    /// <summary>One step with the gradients that the buffer holds.</summary>
    public void Step() => adam.Step(this);

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Part("adam", adam);
        state.Number("last rate", ref lastRate);
        state.Number("last scale", ref lastScale);
        state.Flag("has started", ref hasStarted);
    }

    /// <inheritdoc/>
    public void Dispose() => adam.Dispose();

    OptimisticAdamUpdate IUpdateSource<OptimisticAdamUpdate>.Next()
    {
        (double rate, double scale) = adam.Correct();
        OptimisticAdamUpdate update = new(hasStarted ? 2 * rate : rate, lastRate, Beta1, Beta2, scale, lastScale, Epsilon);
        (hasStarted, lastRate, lastScale) = (true, rate, scale);
        return update;
    }
}
