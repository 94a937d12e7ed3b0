using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>
/// AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019), by PyTorch's formula: one fused pass over parameters,
/// gradients and both moments.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class AdamW<T> : IOptimizer, IUpdateSource<AdamWUpdate>, ICheckpointed, IDisposable
    where T : unmanaged
{
    private readonly Adam<T> adam;

    /// <summary>Will update these parameters; the moments start at zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate or the decay is negative, or a beta is not in [0, 1), or epsilon not positive.</exception>
    public AdamW(ParameterBuffer<T> parameters, double rate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(rate >= 0) || !(beta1 is >= 0 and < 1) || !(beta2 is >= 0 and < 1) || !(epsilon > 0) || !(weightDecay >= 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(rate), $"adamw: rate {rate}, betas {beta1} and {beta2}, epsilon {epsilon}, weight decay {weightDecay}; needed: rate and decay >= 0, betas in [0, 1), epsilon > 0.");
        }

        adam = new Adam<T>(parameters, rate, beta1, beta2, epsilon);
        WeightDecay = weightDecay;
    }

    /// <summary>The learning rate; schedules may change it between steps.</summary>
    public double Rate
    {
        get => adam.Rate;
        set => adam.Rate = value;
    }

    /// <summary>The decay of the first moment.</summary>
    public double Beta1 => adam.Beta1;

    /// <summary>The decay of the second moment.</summary>
    public double Beta2 => adam.Beta2;

    /// <summary>What keeps the division finite.</summary>
    public double Epsilon => adam.Epsilon;

    /// <summary>How fast parameters shrink, in units of the learning rate.</summary>
    public double WeightDecay { get; }

    /// <summary>One step with the gradients that the buffer holds.</summary>
    public void Step()
    {
        if (WeightDecay == 0)
        {
            adam.Step();
        }
        else
        {
            adam.Step(this);
        }
    }

    /// <inheritdoc/>
    public void Visit(CheckpointState state) => adam.Visit(state);

    /// <inheritdoc/>
    public void Dispose() => adam.Dispose();

    AdamWUpdate IUpdateSource<AdamWUpdate>.Next()
    {
        (double rate, double scale) = adam.Correct();
        return new(rate, Beta1, Beta2, scale, Epsilon, 1 - (Rate * WeightDecay));
    }
}
