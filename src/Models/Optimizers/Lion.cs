using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>Lion (Chen, Liang, Huang et al., "Symbolic discovery of optimization algorithms", 2023): steps of one size along signs, one fused pass.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Lion<T> : IOptimizer, IUpdateSource<LionUpdate>, ICheckpointed, IDisposable
    where T : unmanaged
{
    private readonly ParameterBuffer<T> parameters;
    private readonly Tensor<T> moment;

    /// <summary>Will update these parameters; the moment starts at zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate or the decay is negative, or a beta is not in [0, 1).</exception>
    public Lion(ParameterBuffer<T> parameters, double rate, double beta1 = 0.9, double beta2 = 0.99, double weightDecay = 0)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(rate >= 0) || !(beta1 is >= 0 and < 1) || !(beta2 is >= 0 and < 1) || !(weightDecay >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), $"lion: rate {rate}, betas {beta1} and {beta2}, weight decay {weightDecay}; needed: rate and decay >= 0, betas in [0, 1).");
        }

        this.parameters = parameters;
        Rate = rate;
        Beta1 = beta1;
        Beta2 = beta2;
        WeightDecay = weightDecay;
        moment = Tensor.Zeros<T>(parameters.Values.Shape, parameters.Values.Device);
    }

    /// <summary>The learning rate; schedules may change it between steps.</summary>
    public double Rate { get; set; }

    /// <summary>The share of the moment in the direction.</summary>
    public double Beta1 { get; }

    /// <summary>What is kept of the moment.</summary>
    public double Beta2 { get; }

    /// <summary>How fast parameters shrink, in units of the learning rate.</summary>
    public double WeightDecay { get; }

    /// <summary>One step with the gradients that the buffer holds.</summary>
    public void Step() => parameters.Values.Update<LionUpdate>(this, parameters.Gradients, moment);

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        double rate = Rate;
        state.Number("rate", ref rate);
        Rate = rate;
        state.Tensor("moment", moment);
    }

    /// <inheritdoc/>
    public void Dispose() => moment.Dispose();

    LionUpdate IUpdateSource<LionUpdate>.Next() => new(Rate, Beta1, Beta2, 1 - (Rate * WeightDecay));
}
