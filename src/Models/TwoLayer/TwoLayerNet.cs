using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.TwoLayer;

/// <summary>The two-layer network y = sigma(x W1 + b1) W2 + b2, for regression or as scores of classes.</summary>
/// <typeparam name="TActivation">sigma, such as Relu or Tanh.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
public sealed class TwoLayerNet<TActivation, T> : ICheckpointed, IDisposable
    where TActivation : struct, IUnaryOp
    where T : unmanaged
{
    /// <summary>A network of these widths with random weights: He's scale before the activation, 1 / width after it; biases zero. They lie on a device, by default the processor.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A width is below 1.</exception>
    public TwoLayerNet(int inputs, int hidden, int outputs, RandomStream random, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(random);
        Hidden = Linear.Declare(Parameters, "hidden", inputs, hidden);
        Output = Linear.Declare(Parameters, "output", hidden, outputs);
        Parameters.Allocate(device);
        try
        {
            Hidden.Initialize(Parameters, random, Math.Sqrt(2));
            Output.Initialize(Parameters, random, 1);
        }
        catch
        {
            Parameters.Dispose();
            throw;
        }
    }

    /// <summary>All parameters and their gradients.</summary>
    public ParameterBuffer<T> Parameters { get; } = new();

    /// <summary>The first layer.</summary>
    public Linear Hidden { get; }

    /// <summary>The second layer.</summary>
    public Linear Output { get; }

    /// <summary>y [batch, outputs] from x [batch, inputs], with these flat parameters: a pure function, ready to be differentiated.</summary>
    public Tensor<T> Apply(Tensor<T> flat, Tensor<T> x)
    {
        using Tensor<T> before = Hidden.Apply(flat, x), after = before.Unary<TActivation>();
        return Output.Apply(flat, after);
    }

    /// <summary>y with the network's own parameters.</summary>
    public Tensor<T> Apply(Tensor<T> x) => Apply(Parameters.Values, x);

    /// <summary>The mean cross-entropy of a batch; its gradient goes to <see cref="ParameterBuffer{T}.Gradients"/>. Allocates nothing once warm.</summary>
    public T CrossEntropyGradient(Tensor<T> x, Tensor<int> labels) =>
        Autodiff.ValueAndGradInto(
            Parameters.Values, Parameters.Gradients, (Net: this, X: x, Labels: labels),
            static (flat, batch) =>
            {
                using Tensor<T> scores = batch.Net.Apply(flat, batch.X);
                return scores.SoftmaxCrossEntropy(batch.Labels);
            });

    /// <summary>The mean squared error of a batch; its gradient goes to <see cref="ParameterBuffer{T}.Gradients"/>. Allocates nothing once warm.</summary>
    public T SquaredErrorGradient(Tensor<T> x, Tensor<T> target) =>
        Autodiff.ValueAndGradInto(
            Parameters.Values, Parameters.Gradients, (Net: this, X: x, Target: target),
            static (flat, batch) =>
            {
                using Tensor<T> prediction = batch.Net.Apply(flat, batch.X);
                return Losses.MeanSquaredError(prediction, batch.Target);
            });

    /// <inheritdoc/>
    public void Visit(CheckpointState state) => Parameters.Visit(state);

    /// <inheritdoc/>
    public void Dispose() => Parameters.Dispose();
}
