using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>
/// Optimistic gradient descent (Popov, 1980; Daskalakis, Ilyas, Syrgkanis and Zeng, "Training GANs with optimism", 2018) for games such as a GAN, where plain
/// steps circle outwards: p -= 2 rate g - last rate * last g, the first step a plain one. One gradient for each step, one fused pass.
/// </summary>
/// <remarks><see cref="Games.OptimisticGradient"/> is the same method for variational inequalities.</remarks>
/// <typeparam name="T">float or double.</typeparam>
public sealed class OptimisticSgd<T> : IOptimizer, IUpdateSource<OptimisticUpdate>, ICheckpointed, IDisposable
    where T : unmanaged
{
    private readonly ParameterBuffer<T> parameters;
    private readonly Tensor<T> gradient;
    private double lookedAhead;
    private bool hasStarted;

    /// <summary>Will update these parameters.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative or not a number.</exception>
    public OptimisticSgd(ParameterBuffer<T> parameters, double rate)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        this.parameters = parameters;
        Rate = rate >= 0 ? rate : throw new ArgumentOutOfRangeException(nameof(rate), rate, "optimistic sgd: the learning rate must not be negative.");
        gradient = Tensor.Zeros<T>(parameters.Values.Shape, parameters.Values.Device);
    }

    /// <summary>The learning rate; schedules may change it between steps.</summary>
    public double Rate { get; set; }

    /// <summary>One step with the gradients that the buffer holds.</summary>
    public void Step() => parameters.Values.Update<OptimisticUpdate>(this, parameters.Gradients, gradient);

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        double rate = Rate;
        state.Number("rate", ref rate);
        Rate = rate;
        state.Number("looked ahead", ref lookedAhead);
        state.Flag("has started", ref hasStarted);
        state.Tensor("gradient", gradient);
    }

    /// <inheritdoc/>
    public void Dispose() => gradient.Dispose();

    OptimisticUpdate IUpdateSource<OptimisticUpdate>.Next()
    {
        OptimisticUpdate update = new(hasStarted ? 2 * Rate : Rate, lookedAhead);
        (hasStarted, lookedAhead) = (true, Rate);
        return update;
    }
}
