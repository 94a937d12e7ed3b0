using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>Adam (Kingma and Ba, 2015): one fused pass over parameters, gradients and both moments.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Adam<T> : IOptimizer, IUpdateSource<AdamUpdate>, ICheckpointed, IDisposable
    where T : unmanaged
{
    private readonly ParameterBuffer<T> parameters;
    private readonly Tensor<T> first;
    private readonly Tensor<T> second;
    private double power1 = 1;
    private double power2 = 1;

    /// <summary>Will update these parameters; the moments start at zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative, or a decay is not in [0, 1), or epsilon not positive.</exception>
    public Adam(ParameterBuffer<T> parameters, double rate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(rate >= 0) || !(beta1 is >= 0 and < 1) || !(beta2 is >= 0 and < 1) || !(epsilon > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), $"adam: rate {rate}, betas {beta1} and {beta2}, epsilon {epsilon}; needed: rate >= 0, betas in [0, 1), epsilon > 0.");
        }

        this.parameters = parameters;
        Rate = rate;
        Beta1 = beta1;
        Beta2 = beta2;
        Epsilon = epsilon;
        using Scope scope = Scope.Begin();
        first = Tensor.Zeros<T>(parameters.Values.Shape, parameters.Values.Device);
        second = Tensor.Zeros<T>(parameters.Values.Shape, parameters.Values.Device);
        scope.Keep(first);
        scope.Keep(second);
    }

    /// <summary>The learning rate; schedules may change it between steps.</summary>
    public double Rate { get; set; }

    /// <summary>The decay of the first moment.</summary>
    public double Beta1 { get; }

    /// <summary>The decay of the second moment.</summary>
    public double Beta2 { get; }

    /// <summary>What keeps the division finite.</summary>
    public double Epsilon { get; }

    /// <summary>One step with the gradients that the buffer holds.</summary>
    public void Step() => Step(this);

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        double rate = Rate;
        state.Number("rate", ref rate);
        Rate = rate;
        state.Number("power1", ref power1);
        state.Number("power2", ref power2);
        state.Tensor("first", first);
        state.Tensor("second", second);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }

    /// <summary>One step by a rule that has Adam's moments.</summary>
    internal void Step<TUpdate>(IUpdateSource<TUpdate> source)
        where TUpdate : struct, IUpdate => parameters.Values.Update(source, parameters.Gradients, first, second);

    /// <summary>The rate and the scale of the second moments' roots that the next step's corrections for the start give.</summary>
    internal (double Rate, double Scale) Correct()
    {
        // Powers by repeated products: a power function's bits would be the platform's.
        power1 *= Beta1;
        power2 *= Beta2;
        return (Rate / (1 - power1), 1 / Math.Sqrt(1 - power2));
    }

    AdamUpdate IUpdateSource<AdamUpdate>.Next()
    {
        (double rate, double scale) = Correct();
        return new(rate, Beta1, Beta2, scale, Epsilon);
    }
}
