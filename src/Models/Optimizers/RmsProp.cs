using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>RMSProp (Tieleman and Hinton, lecture 6.5, 2012), with or without momentum, by PyTorch's formula: one fused pass.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class RmsProp<T> : IOptimizer, IUpdateSource<RmsPropUpdate>, IUpdateSource<RmsPropMomentumUpdate>, ICheckpointed, IDisposable
    where T : unmanaged
{
    private readonly ParameterBuffer<T> parameters;
    private readonly Tensor<T> square;
    private readonly Tensor<T> velocity;

    /// <summary>Will update these parameters; what is remembered starts at zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate, the momentum or the decay is negative, alpha is not in [0, 1), or epsilon not positive.</exception>
    public RmsProp(ParameterBuffer<T> parameters, double rate, double alpha = 0.99, double epsilon = 1e-8, double weightDecay = 0, double momentum = 0)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(rate >= 0) || !(alpha is >= 0 and < 1) || !(epsilon > 0) || !(weightDecay >= 0) || !(momentum >= 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(rate), $"rmsprop: rate {rate}, alpha {alpha}, epsilon {epsilon}, weight decay {weightDecay}, momentum {momentum}; needed: alpha in [0, 1), epsilon > 0, the others >= 0.");
        }

        this.parameters = parameters;
        Rate = rate;
        Alpha = alpha;
        Epsilon = epsilon;
        WeightDecay = weightDecay;
        Momentum = momentum;
        using Scope scope = Scope.Begin();
        square = Tensor.Zeros<T>(parameters.Values.Shape, parameters.Values.Device);
        if (momentum > 0)
        {
            velocity = scope.Keep(Tensor.Zeros<T>(parameters.Values.Shape, parameters.Values.Device));
        }

        scope.Keep(square);
    }

    /// <summary>The learning rate; schedules may change it between steps.</summary>
    public double Rate { get; set; }

    /// <summary>What is kept of the mean square.</summary>
    public double Alpha { get; }

    /// <summary>What keeps the division finite.</summary>
    public double Epsilon { get; }

    /// <summary>The factor of the squared norm's half that is added to the loss.</summary>
    public double WeightDecay { get; }

    /// <summary>What is kept of the velocity; 0 for none.</summary>
    public double Momentum { get; }

    /// <summary>One step with the gradients that the buffer holds.</summary>
    public void Step()
    {
        if (Momentum > 0)
        {
            parameters.Values.Update<RmsPropMomentumUpdate>(this, parameters.Gradients, square, velocity);
        }
        else
        {
            parameters.Values.Update<RmsPropUpdate>(this, parameters.Gradients, square);
        }
    }

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        double rate = Rate;
        state.Number("rate", ref rate);
        Rate = rate;
        state.Tensor("square", square);
        if (Momentum > 0)
        {
            state.Tensor("velocity", velocity);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        square.Dispose();
        velocity.Dispose();
    }

    RmsPropUpdate IUpdateSource<RmsPropUpdate>.Next() => new(Rate, Alpha, Epsilon, WeightDecay);

    RmsPropMomentumUpdate IUpdateSource<RmsPropMomentumUpdate>.Next() => new(Rate, Alpha, Epsilon, Momentum, WeightDecay);
}
