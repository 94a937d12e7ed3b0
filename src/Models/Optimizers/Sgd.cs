using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>
/// Stochastic gradient descent, plain, with momentum (Polyak, 1964) or with Nesterov's (Sutskever et al., 2013), by PyTorch's formulas: one
/// fused pass over the flat buffers.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Sgd<T>
    : IOptimizer, IUpdateSource<SgdUpdate>, IUpdateSource<DecayedSgdUpdate>, IUpdateSource<MomentumUpdate>, IUpdateSource<NesterovUpdate>, ICheckpointed, IDisposable
    where T : unmanaged
{
    private readonly ParameterBuffer<T> parameters;
    private readonly Tensor<T> velocity;
    private bool hasStarted;
    private bool isDisposed;

    /// <summary>Will update these parameters; with momentum, the velocity starts as the first gradient.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative or not a number; the momentum or the dampening is not in [0, 1], or the decay negative.</exception>
    /// <exception cref="ArgumentException">Nesterov's form needs momentum and no dampening.</exception>
    public Sgd(ParameterBuffer<T> parameters, double rate, double momentum = 0, double dampening = 0, double weightDecay = 0, bool isNesterov = false)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        this.parameters = parameters;
        Rate = rate >= 0 ? rate : throw new ArgumentOutOfRangeException(nameof(rate), rate, "sgd: the learning rate must not be negative.");
        if (!(momentum is >= 0 and <= 1) || !(dampening is >= 0 and <= 1) || !(weightDecay >= 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(momentum), $"sgd: momentum {momentum}, dampening {dampening}, weight decay {weightDecay}; needed: momentum and dampening in [0, 1], decay >= 0.");
        }

        if (isNesterov && (momentum == 0 || dampening != 0))
        {
            throw new ArgumentException($"sgd: Nesterov's form needs momentum and no dampening; got {momentum} and {dampening}.", nameof(isNesterov));
        }

        Momentum = momentum;
        Dampening = dampening;
        WeightDecay = weightDecay;
        IsNesterov = isNesterov;
        if (momentum > 0)
        {
            velocity = Tensor.Zeros<T>(parameters.Values.Shape, parameters.Values.Device);
        }
    }

    /// <summary>The learning rate; schedules may change it between steps.</summary>
    public double Rate { get; set; }

    /// <summary>What is kept of the velocity; 0 for plain descent.</summary>
    public double Momentum { get; }

    /// <summary>What the velocity does not take of a gradient.</summary>
    public double Dampening { get; }

    /// <summary>The factor of the squared norm's half that is added to the loss.</summary>
    public double WeightDecay { get; }

    /// <summary>Whether the step looks ahead along the velocity.</summary>
    public bool IsNesterov { get; }

    /// <summary>One step with the gradients that the buffer holds.</summary>
    public void Step()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        Tensor<T> values = parameters.Values, gradients = parameters.Gradients;
        if (Momentum > 0 && IsNesterov)
        {
            values.Update<NesterovUpdate>(this, gradients, velocity);
        }
        else if (Momentum > 0)
        {
            values.Update<MomentumUpdate>(this, gradients, velocity);
        }
        else if (WeightDecay > 0)
        {
            values.Update<DecayedSgdUpdate>(this, gradients);
        }
        else
        {
            values.Update<SgdUpdate>(this, gradients);
        }
    }

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        ObjectDisposedException.ThrowIf(isDisposed, this);
        double rate = Rate;
        state.Number("rate", ref rate);
        Rate = rate;
        if (Momentum > 0)
        {
            state.Flag("has_started", ref hasStarted);
            state.Tensor("velocity", velocity);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        isDisposed = true;
        velocity.Dispose();
    }

    SgdUpdate IUpdateSource<SgdUpdate>.Next() => new(Rate);

    DecayedSgdUpdate IUpdateSource<DecayedSgdUpdate>.Next() => new(Rate, WeightDecay);

    NesterovUpdate IUpdateSource<NesterovUpdate>.Next() => new(Rate, Momentum, WeightDecay);

    MomentumUpdate IUpdateSource<MomentumUpdate>.Next()
    {
        double part = hasStarted ? 1 - Dampening : 1;
        hasStarted = true;
        return new(Rate, Momentum, part, WeightDecay);
    }
}
