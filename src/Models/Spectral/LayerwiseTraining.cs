using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Spectral;

/// <summary>
/// Gradient descent on all layers of a batch of networks in the tangent kernel's scaling, each with its own target, on the loss sum_i w_i (f(x_i) - f_0(x_i) - y_i)^2 / 2
/// with the untrained network's output f_0 taken away; it measures what each layer contributes to the loss's fall, rate |grad_(W_l) loss|^2 to first order.
/// <code>
/// using LayerwiseTraining&lt;Relu&gt; run = new(weights, x, targets, gain: Math.Sqrt(2));
/// double[,] fall = run.Step(0.5);      // fall[l - 1, network]
/// </code>
/// </summary>
/// <typeparam name="TActivation">phi, but for the gain.</typeparam>
public sealed class LayerwiseTraining<TActivation> : ICheckpointed, IDisposable
    where TActivation : struct, IUnaryOp
{
    private readonly Tensor<double>[] weights;
    private readonly Tensor<double> x;
    private readonly Tensor<double> goal;
    private readonly Tensor<double> importance;
    private readonly double gain;
    private long steps;
    private bool isDisposed;

    /// <summary>Networks that start at these weights, which are copied. Open no scope between this and the last use.</summary>
    /// <param name="weights">W_1 [batch, n_1, d] .. W_L [batch, 1, n_(L-1)].</param>
    /// <param name="x">The points [n, d] that all networks see.</param>
    /// <param name="targets">y [batch, n].</param>
    /// <param name="importance">w [n], not negative; by default 1 / n each.</param>
    /// <param name="gain">What phi is multiplied by: sqrt(2) for relu.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, the last layer has more than one output, or a weight of a point is negative.</exception>
    public LayerwiseTraining(ReadOnlySpan<Tensor<double>> weights, Tensor<double> x, Tensor<double> targets, Tensor<double>? importance = null, double gain = 1)
    {
        Check(weights, x, targets, importance);
        this.gain = gain;
        this.weights = new Tensor<double>[weights.Length];
        using Scope scope = Scope.Begin();
        try
        {
            this.x = scope.Keep(x.Clone());
            this.importance = scope.Keep(importance is Tensor<double> given ? given.Clone() : Tensor.Full([x.Shape[0]], 1.0 / x.Shape[0], x.Device));
            for (int l = 0; l < weights.Length; l++)
            {
                this.weights[l] = scope.Keep(weights[l].Clone());
            }

            goal = scope.Keep(TangentPass.Run<TActivation>(this.weights, x, gain).Output.Squeeze(-1) + targets);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>L, the number of layers.</summary>
    public int Layers => weights.Length;

    /// <summary>How many networks there are.</summary>
    public int Batch => (int)Alive(goal).Shape[0];

    /// <summary>How many steps were taken.</summary>
    public long Steps => steps;

    /// <summary>The weights of a layer [batch, n_l, n_(l-1)], which a step changes in place.</summary>
    /// <param name="layer">From 1 to <see cref="Layers"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    /// <exception cref="ObjectDisposedException">The training was disposed.</exception>
    public Tensor<double> Weights(int layer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layer, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layer, Layers);
        return Alive(weights[layer - 1]);
    }

    /// <summary>The loss of each network.</summary>
    /// <exception cref="ObjectDisposedException">The training was disposed.</exception>
    public double[] Losses()
    {
        using Scope scope = Scope.Begin();
        _ = Alive(goal);
        Tensor<double> residual = TangentPass.Forward<TActivation>(weights, x, gain).Squeeze(-1) - goal;
        return LossesOf(residual);
    }

    /// <summary>One step of gradient descent of all layers at once.</summary>
    /// <param name="rate">The step's length.</param>
    /// <returns>rate |grad_(W_l) loss|^2 as [L, batch], layer 1 first: the layers' parts of the fall of each network's loss, to first order in the rate.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not finite.</exception>
    /// <exception cref="ArithmeticException">A loss is no longer finite: the rate was too large. The weights are those that gave it.</exception>
    /// <exception cref="ObjectDisposedException">The training was disposed.</exception>
    public double[,] Step(double rate)
    {
        if (!double.IsFinite(rate))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "layer-wise training: the rate must be finite.");
        }

        using Scope scope = Scope.Begin();
        int batch = Batch;
        TangentPass pass = TangentPass.Run<TActivation>(weights, x, gain);
        Tensor<double> residual = pass.Output.Squeeze(-1) - goal, weighted = (residual * importance).Unsqueeze(-1);
        CheckFinite(LossesOf(residual));
        Tensor<double>[] gradients = new Tensor<double>[Layers];
        double[,] falls = new double[Layers, batch];
        for (int l = 0; l < Layers; l++)
        {
            Tensor<double> outer = (pass.Gradients[l] * weighted).SwapAxes(-1, -2);
            gradients[l] = outer.MatMul(pass.Inputs[l]) / Math.Sqrt(weights[l].Shape[-1]);
            double[] squares = gradients[l].Square().Sum([-2, -1]).ToArray();
            for (int b = 0; b < batch; b++)
            {
                falls[l, b] = rate * squares[b];
            }
        }

        for (int l = 0; l < Layers; l++)
        {
            weights[l].Update(new SgdUpdate(rate), gradients[l]);
        }

        steps++;
        return falls;
    }

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        for (int l = 0; l < Layers; l++)
        {
            state.Tensor($"weights.{l + 1}", Alive(weights[l]));
        }

        state.Tensor("goal", goal);
        state.Count("steps", ref steps, 0, long.MaxValue);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        isDisposed = true;
        foreach (Tensor<double> weight in weights)
        {
            weight.Dispose();
        }

        x.Dispose();
        goal.Dispose();
        importance.Dispose();
    }

    private Tensor<double> Alive(Tensor<double> tensor)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        return tensor;
    }

    private double[] LossesOf(Tensor<double> residual) => (residual.Square() * importance).Sum(1).ToArray().Select(static loss => loss / 2).ToArray();

    private void CheckFinite(double[] losses)
    {
        for (int b = 0; b < losses.Length; b++)
        {
            if (!double.IsFinite(losses[b]))
            {
                throw new ArithmeticException($"layer-wise training: the loss of network {b} is {losses[b]} after {steps} steps; a smaller rate could help.");
            }
        }
    }

    private static void Check(ReadOnlySpan<Tensor<double>> weights, Tensor<double> x, Tensor<double> targets, Tensor<double>? importance)
    {
        if (weights.IsEmpty || x.Rank != 2 || targets.Rank != 2 || targets.Shape[1] != x.Shape[0] || x.Shape[0] == 0)
        {
            throw new ArgumentException($"layer-wise training: at least one weight, points [n, d] and targets [batch, n] are needed; got {weights.Length} weights, {x.Shape} and {targets.Shape}.");
        }

        nint width = x.Shape[1], batch = targets.Shape[0];
        for (int l = 0; l < weights.Length; l++)
        {
            Shape shape = weights[l].Shape;
            bool isLast = l == weights.Length - 1;
            if (shape.Rank != 3 || shape[0] != batch || shape[2] != width || (isLast && shape[1] != 1))
            {
                throw new ArgumentException(
                    $"layer-wise training: weight {l + 1} of {weights.Length} must be [{batch}, {(isLast ? "1" : "out")}, {width}]; got {shape}.", nameof(weights));
            }

            width = shape[1];
        }

        if (importance is Tensor<double> given && (given.Rank != 1 || given.Shape[0] != x.Shape[0] || !given.ToArray().All(static w => w >= 0)))
        {
            throw new ArgumentException($"layer-wise training: the weights of {x.Shape[0]} points must be as many numbers, none negative; got {given.Shape}.", nameof(importance));
        }
    }
}
