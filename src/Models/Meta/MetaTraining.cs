using Onsager.Tensors;

namespace Onsager.Models.Meta;

/// <summary>
/// Training of starts theta [replicas, p] by Adam, each replica's gradient clipped on its own. A step is recorded once and then repeated as a plan (<see cref="Plan"/>), which small nets gain most from.
/// <code>
/// using MetaTraining&lt;float&gt; run = new(start, (theta, gradients) => maltml.GradientInto(learner, theta, gradients, Episodes&lt;float&gt;.Of(family.Draw(1, 4, 12, 10, 10, random), related: 8)), rate: 2e-3);
/// for (int i = 0; i &lt; 1000; i++) run.Step();
/// </code>
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class MetaTraining<T> : ICheckpointed, IDisposable
    where T : unmanaged
{
    private readonly ParameterBuffer<T> buffer = new();
    private readonly Parameter theta;
    private readonly Adam<T> adam;
    private readonly Func<Tensor<T>, Tensor<T>, Tensor<T>> gradient;
    private readonly double clipNorm;
    private readonly Plan<MetaTraining<T>, Tensor<T>> plan;
    private bool isDisposed;

    /// <summary>Training that starts at these parameters, which are copied. Open no scope between this and the last use.</summary>
    /// <param name="start">Parameters [replicas, p].</param>
    /// <param name="gradient">
    /// Draws tasks, puts the gradients at its first argument into its second, both [replicas, p], and gives a tensor, losses for instance. Repeated as a plan: it computes on tensors only, and
    /// random numbers come from streams that lie outside.
    /// </param>
    /// <param name="rate">Adam's rate.</param>
    /// <param name="clipNorm">The largest norm of a replica's gradient.</param>
    /// <exception cref="ArgumentException">The shape is another.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate or the norm is negative.</exception>
    public MetaTraining(Tensor<T> start, Func<Tensor<T>, Tensor<T>, Tensor<T>> gradient, double rate, double clipNorm = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        if (start.Rank != 2 || start.Size == 0)
        {
            throw new ArgumentException($"meta-training: parameters [replicas, p] are needed; got {start.Shape}.", nameof(start));
        }

        if (!(clipNorm >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(clipNorm), clipNorm, "meta-training: the largest norm must not be negative.");
        }

        this.gradient = gradient;
        this.clipNorm = clipNorm;
        theta = buffer.Declare("theta", start.Shape);
        try
        {
            buffer.Allocate(start.Device);
            adam = new(buffer, rate);
            using Tensor<T> own = theta.In(buffer.Values);
            start.CopyInto(own);
            plan = Plan.Capture(this, static run => run.Advance());
        }
        catch
        {
            adam?.Dispose();
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Adam's rate, which schedules may change between steps.</summary>
    public double Rate
    {
        get => adam.Rate;
        set => adam.Rate = value;
    }

    /// <summary>theta [replicas, p], a view of what steps change; the caller disposes it.</summary>
    /// <exception cref="ObjectDisposedException">The training was disposed.</exception>
    public Tensor<T> Parameters => theta.In(buffer.Values);

    /// <summary>One step; gives what the gradient function gave, in memory that the next step writes to.</summary>
    /// <exception cref="ObjectDisposedException">The training was disposed.</exception>
    public Tensor<T> Step()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        return plan.Run();
    }

    /// <summary>Parameters and the optimizer's memory; streams of random numbers are the caller's to save.</summary>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Part("parameters", buffer);
        state.Part("adam", adam);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        isDisposed = true;
        plan.Dispose();
        adam.Dispose();
        buffer.Dispose();
    }

    private Tensor<T> Advance()
    {
        using Scope scope = Scope.Begin();
        Tensor<T> gradients = theta.In(buffer.Gradients);
        Tensor<T> losses = scope.Keep(gradient(theta.In(buffer.Values), gradients));
        if (!double.IsPositiveInfinity(clipNorm))
        {
            Clipping.ClipRowNorms(gradients, clipNorm);
        }

        adam.Step();
        return losses;
    }
}
