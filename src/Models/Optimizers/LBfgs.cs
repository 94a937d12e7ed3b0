using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>
/// L-BFGS (Liu and Nocedal, "On the limited memory BFGS method for large scale optimization", 1989) over flat buffers: the two-loop recursion of
/// Nocedal and Wright, "Numerical optimization" (2006), algorithm 7.4, with the initial matrix of their equation 7.20. A pair whose curvature is
/// not positive is not remembered.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class LBfgs<T> : ICheckpointed, IDisposable
    where T : unmanaged
{
    private readonly ParameterBuffer<T> parameters;
    private readonly Tensor<T>[] steps;
    private readonly Tensor<T>[] changes;
    private readonly double[] curvatures;
    private readonly double[] shares;
    private readonly Tensor<T> direction;
    private readonly Tensor<T> start;
    private readonly Tensor<T> before;
    private int newest;
    private int remembered;

    /// <summary>Will minimise a function of these parameters.</summary>
    /// <param name="parameters">The parameters, allocated.</param>
    /// <param name="rate">The step along a direction, or the first that the line search tries.</param>
    /// <param name="history">Steps that are remembered.</param>
    /// <param name="lineSearch">How far a step goes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not positive, or the history below 1.</exception>
    public LBfgs(ParameterBuffer<T> parameters, double rate = 1, int history = 10, LineSearch lineSearch = LineSearch.StrongWolfe)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(rate > 0) || history < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(rate), $"l-bfgs: rate {rate}, history {history}; needed: rate > 0, history >= 1.");
        }

        this.parameters = parameters;
        Rate = rate;
        Search = lineSearch;
        Shape shape = parameters.Values.Shape;
        Device device = parameters.Values.Device;
        newest = history - 1;
        steps = new Tensor<T>[history];
        changes = new Tensor<T>[history];
        curvatures = new double[history];
        shares = new double[history];
        try
        {
            for (int i = 0; i < history; i++)
            {
                steps[i] = Tensor.Zeros<T>(shape, device);
                changes[i] = Tensor.Zeros<T>(shape, device);
            }

            direction = Tensor.Zeros<T>(shape, device);
            start = Tensor.Zeros<T>(shape, device);
            before = Tensor.Zeros<T>(shape, device);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The step along a direction, or the first that the line search tries.</summary>
    public double Rate { get; set; }

    /// <summary>How far a step goes.</summary>
    public LineSearch Search { get; }

    /// <summary>
    /// One step, and the loss from before it. The function computes the loss of the parameters in the buffer and leaves its gradient there; it is
    /// called at least twice; where it throws, parameters and gradient are again those of its first call. Where the line search finds nothing below the loss, the parameters stay, what was remembered is forgotten, and the
    /// next step goes down the gradient. After a step the buffer holds the loss's gradient at the new parameters.
    /// </summary>
    /// <param name="state">What is passed on to the function, so that it needs to capture nothing.</param>
    /// <param name="lossAndGradient">The function.</param>
    public double Step<TState>(TState state, Func<TState, T> lossAndGradient)
    {
        ArgumentNullException.ThrowIfNull(lossAndGradient);
        double loss = Clipping.Wide(lossAndGradient(state));
        parameters.Gradients.CopyInto(before);
        Direct();
        double slope = Dot(direction, before);
        if (slope == 0)
        {
            return loss;
        }

        // The first direction is the gradient itself, whose scale says nothing: begin with a step of length at most the rate, as PyTorch does.
        double first = remembered > 0 ? Rate : Rate * Math.Min(1, 1 / NormOne(before));
        parameters.Values.CopyInto(start);
        try
        {
            double step = Along(new Line<TState>(this, state, lossAndGradient), loss, slope, first);
            if (step > 0)
            {
                Remember(step);
            }
            else
            {
                remembered = 0;
            }
        }
        catch
        {
            start.CopyInto(parameters.Values);
            before.CopyInto(parameters.Gradients);

            // The oldest pair's place may have been written to.
            remembered = Math.Min(remembered, steps.Length - 1);
            throw;
        }

        return loss;
    }

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        double rate = Rate;
        state.Number("rate", ref rate);
        Rate = rate;
        long last = newest, count = remembered;
        state.Count("newest", ref last, 0, steps.Length - 1);
        state.Count("remembered", ref count, 0, steps.Length);
        (newest, remembered) = ((int)last, (int)count);
        using Tensor<double> known = Tensor.FromBuffer(curvatures, [curvatures.Length]);
        state.Tensor("curvatures", known);
        for (int i = 0; i < steps.Length; i++)
        {
            state.Tensor($"steps.{i}", steps[i]);
            state.Tensor($"changes.{i}", changes[i]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int i = 0; i < steps.Length; i++)
        {
            steps[i].Dispose();
            changes[i].Dispose();
        }

        direction.Dispose();
        start.Dispose();
        before.Dispose();
    }

    /// <summary>The step that the line search chooses; the parameters and the gradient are those there.</summary>
    private double Along<TState>(Line<TState> line, double loss, double slope, double first)
    {
        double step = Search switch
        {
            LineSearch.Armijo => LineSearches.Armijo(ref line, loss, slope, first),
            LineSearch.StrongWolfe => LineSearches.StrongWolfe(ref line, loss, slope, first),
            _ => first,
        };

        // The last evaluation need not be the one that was chosen.
        if (step != line.Last)
        {
            line.At(step);
        }

        return step;
    }

    /// <summary>direction = -H gradient by the two loops: from the newest pair to the oldest, and back.</summary>
    private void Direct()
    {
        using Tensor<T> minusOne = Tensor.Scalar(Tensor.Constant<T>(-1), direction.Device);
        before.MultiplyInto(minusOne, direction);
        int count = steps.Length;
        for (int i = 0; i < remembered; i++)
        {
            int at = (newest - i + count) % count;
            shares[at] = Dot(steps[at], direction) / curvatures[at];
            Add(-shares[at], changes[at], direction);
        }

        if (remembered > 0)
        {
            using Tensor<T> scale = Tensor.Scalar(Tensor.Constant<T>(curvatures[newest] / Dot(changes[newest], changes[newest])), direction.Device);
            direction.MultiplyInto(scale, direction);
        }

        for (int i = remembered - 1; i >= 0; i--)
        {
            int at = (newest - i + count) % count;
            Add(shares[at] - (Dot(changes[at], direction) / curvatures[at]), steps[at], direction);
        }
    }

    /// <summary>The pair of the step just taken, in the place of the oldest.</summary>
    private void Remember(double step)
    {
        int at = (newest + 1) % steps.Length;
        using Tensor<T> scale = Tensor.Scalar(Tensor.Constant<T>(step), direction.Device);
        direction.MultiplyInto(scale, steps[at]);
        parameters.Gradients.SubtractInto(before, changes[at]);
        double curvature = Dot(steps[at], changes[at]);

        // Not "> 0": a curvature that is lost in rounding teaches nothing, and the matrix must stay positive.
        if (curvature > 2.2e-16 * Dot(changes[at], changes[at]))
        {
            curvatures[at] = curvature;
            newest = at;
            remembered = Math.Min(remembered + 1, steps.Length);
        }
        else if (remembered == steps.Length)
        {
            // The oldest pair's place was written to.
            remembered--;
        }
    }

    private static double Dot(Tensor<T> x, Tensor<T> y)
    {
        using Tensor<T> dot = x.MatMul(y);
        return Clipping.Wide(dot.Item());
    }

    private static double NormOne(Tensor<T> x)
    {
        using Tensor<T> norm = x.Norm1();
        return Clipping.Wide(norm.Item());
    }

    /// <summary>y += factor x.</summary>
    private static void Add(double factor, Tensor<T> x, Tensor<T> y)
    {
        using Tensor<T> scalar = Tensor.Scalar(Tensor.Constant<T>(factor), x.Device);
        x.TernaryInto<FusedMultiplyAdd>(scalar, y, y);
    }

    /// <summary>The loss along the direction from where the step began.</summary>
    private struct Line<TState>(LBfgs<T> owner, TState state, Func<TState, T> lossAndGradient) : ILine
    {
        /// <summary>The step of the last evaluation.</summary>
        public double Last { get; private set; } = double.NaN;

        public (double Value, double Slope) At(double step)
        {
            Last = step;
            owner.start.CopyInto(owner.parameters.Values);
            LBfgs<T>.Add(step, owner.direction, owner.parameters.Values);
            double loss = Clipping.Wide(lossAndGradient(state));
            return (loss, Dot(owner.direction, owner.parameters.Gradients));
        }
    }
}
