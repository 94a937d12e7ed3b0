using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Writes g(x) to y; both have the same length, and x is not to be changed.</summary>
public delegate void FixedPointMap(ReadOnlySpan<double> x, Span<double> y);

/// <summary>
/// Fixed points x = g(x): damped iteration x + damping (g(x) - x), accelerated as Anderson proposed ("Iterative procedures for nonlinear integral equations", J. ACM 12, 1965) in the form of
/// Walker and Ni (SIAM J. Numer. Anal. 49, 2011): the steps before are combined so that the linearised residual is least. An iteration that does not
/// converge is a report with Converged = false, at the point with the least residual, not an exception. A residual or a point whose norm is not finite ends it, and an iteration that
/// grows without end has not converged however small its steps become beside the point: <see cref="FixedPointOptions.Tolerance"/> says what is asked of the residual.
/// </summary>
public static class FixedPoint
{
    /// <summary>Looks for a fixed point from x, which becomes the best point.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static FixedPointReport Solve(FixedPointMap g, Span<double> x, FixedPointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(g);
        options ??= new();
        options.Check();
        AndersonHistory history = new(x.Length, options);
        double[] image = new double[x.Length], best = x.ToArray();
        List<double> residuals = [];
        double least = double.PositiveInfinity, scale = HostScalar.Norm(x);
        while (true)
        {
            g(x, image);
            double residual = Distance(image, x), norm = HostScalar.Norm(x);
            residuals.Add(residual);
            bool isFinite = double.IsFinite(residual) && double.IsFinite(norm);
            if (isFinite && residual <= options.Tolerance * (1 + norm) && !IsRunaway(norm, scale, residual, residuals[0]))
            {
                return new(true, residuals.Count, residual, residuals);
            }

            if (isFinite && residual < least)
            {
                least = residual;
                x.CopyTo(best);
            }

            if (!isFinite || residuals.Count == options.MaxIterations)
            {
                best.CopyTo(x);
                return new(false, residuals.Count, least, residuals);
            }

            history.Step(x, image);
        }
    }

    /// <summary>
    /// Whether a residual may be small beside |x| only because x grew: x is far outside of what the start and its image span, and the residual has not fallen to half of the first one.
    /// What x's own rounding can hide of a residual (an accelerated step jumps where differences of residuals are rounding) counts as left.
    /// </summary>
    private static bool IsRunaway(double norm, double start, double residual, double first) =>
        norm > 2 * (1 + start + first) && residual + (HostScalar.Epsilon * norm) > 0.5 * first;

    /// <summary>Looks for a fixed point of a function of one number.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static (double X, FixedPointReport Report) Solve(Func<double, double> g, double start, FixedPointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(g);
        double[] x = [start];
        FixedPointReport report = Solve((from, to) => to[0] = g(from[0]), x, options);
        return (x[0], report);
    }

    /// <summary>Looks for a fixed point of a function of tensors, from a tensor of any shape on the processor. No derivative passes through: see <see cref="Implicit"/>.</summary>
    /// <returns>The best point, a tensor of its own, and the report.</returns>
    /// <exception cref="ArgumentException">An option is out of its range, or g's result has not the shape of its argument.</exception>
    /// <exception cref="NotSupportedException">The start is not on the processor, or a plan is being recorded.</exception>
    public static (Tensor<double> X, FixedPointReport Report) Solve(Func<Tensor<double>, Tensor<double>> g, Tensor<double> start, FixedPointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(g);
        if (Recorder.Current is not null)
        {
            throw new NotSupportedException("fixed point: a plan cannot repeat an iteration that ends by values; solve outside of it.");
        }

        Packed<double>.Check("fixed point", start.Device, start.Shape);
        Shape shape = start.Shape;
        double[] x = new double[(int)shape.Size];
        Read(start, x);
        FixedPointReport report = Solve(Map, x, options);
        return (Tensor.From<double>(x, shape), report);

        void Map(ReadOnlySpan<double> from, Span<double> to)
        {
            using Scope scope = Scope.Begin();
            Tensor<double> y = g(Tensor.From(from, shape));
            if (y.Shape != shape)
            {
                throw new ArgumentException($"fixed point: the function takes {shape} to {y.Shape}; the shapes must be the same.", nameof(g));
            }

            Read(y, to);
        }
    }

    /// <summary>
    /// The fixed point x = g(x, p) as a function of p, differentiable to any order: by the implicit function theorem, the gradient of a cotangent dx is (dg/dp)^T w with
    /// w = dx + (dg/dx)^T w, a fixed point that is found by the same iteration, so that no step of the iteration is recorded.
    /// </summary>
    /// <param name="parameters">p, of any shape.</param>
    /// <param name="start">Where to begin; no derivative passes through it.</param>
    /// <param name="g">The function of x and p, made of differentiable operations; it uses no other tensor that is being differentiated.</param>
    /// <param name="options">How to iterate; derivatives are as accurate as the tolerance.</param>
    /// <exception cref="ArithmeticException">An iteration does not converge, or, when a derivative is taken, that for w does not.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, or g's result has not the shape of x.</exception>
    /// <exception cref="NotSupportedException">A tensor is not on the processor, or a plan is being recorded.</exception>
    public static Tensor<double> Implicit(
        Tensor<double> parameters, Tensor<double> start, Func<Tensor<double>, Tensor<double>, Tensor<double>> g, FixedPointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(g);
        using Tensor<double> from = Autodiff.StopGradient(start);
        double[] first = new double[(int)from.Size];
        Read(from, first);
        Shape shape = start.Shape;
        return Autodiff.Custom(parameters, Forward, (p, x, dx) => Backward(p, x, dx, g, options), "fixed point");

        Tensor<double> Forward(Tensor<double> p)
        {
            using Tensor<double> own = Tensor.From<double>(first, shape);
            (Tensor<double> x, FixedPointReport report) = Solve(x => g(x, p), own, options);
            if (!report.Converged)
            {
                x.Dispose();
                throw new ArithmeticException($"fixed point: the iteration did not converge: after {report.Iterations} calls the least residual is {report.Residual}.");
            }

            return x;
        }
    }

    private static Tensor<double> Backward(
        Tensor<double> p, Tensor<double> x, Tensor<double> dx, Func<Tensor<double>, Tensor<double>, Tensor<double>> g, FixedPointOptions? options)
    {
        // w is a fixed point of a function of all that it depends on, so its derivatives are those of a fixed point again.
        nint n = x.Size;
        Shape shapeX = x.Shape, shapeP = p.Shape;
        using Tensor<double> a = Flat(dx), b = Flat(x), c = Flat(p), all = Tensor.Concatenate(0, a, b, c);
        using Tensor<double> w = Implicit(all, dx, Adjoint, options);
        return Pullback(p, w, p => g(x, p));

        Tensor<double> Adjoint(Tensor<double> w, Tensor<double> all)
        {
            Tensor<double> own = all.Slice(0, 0, n).Reshape(shapeX.AsSpan()), at = all.Slice(0, n, 2 * n).Reshape(shapeX.AsSpan());
            Tensor<double> given = all.Slice(0, 2 * n, all.Size).Reshape(shapeP.AsSpan());
            return own + Pullback(at, w, x => g(x, given));
        }
    }

    /// <summary>The vector-Jacobian product, without the function's value, which would count as read.</summary>
    private static Tensor<double> Pullback(Tensor<double> x, Tensor<double> dy, Func<Tensor<double>, Tensor<double>> f)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> own = x.Clone();
        Tape tape = Tape.Begin();
        try
        {
            tape.Follow(own.Node, null);
            Tensor<double> y = f(own);
            if (y.Shape != dy.Shape)
            {
                throw new ArgumentException($"fixed point: the function's result has shape {y.Shape}; {dy.Shape} is needed.", nameof(f));
            }

            tape.Backward<double>(y.Node, dy.Node);
            return scope.Keep(tape.Follows(y.Node) ? tape.Gradient<double>(own.Node) : Tensor.Zeros<double>(x.Shape));
        }
        finally
        {
            tape.End();
        }
    }

    private static Tensor<double> Flat(Tensor<double> x)
    {
        using Tensor<double> packed = x.Contiguous();
        return packed.Reshape(-1);
    }

    /// <summary>The elements, for decisions on which no derivative depends.</summary>
    private static void Read(Tensor<double> x, Span<double> elements)
    {
        using Packed<double> packed = new("fixed point", x.Node);
        packed.Elements.CopyTo(elements);
    }

    private static double Distance(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double[] difference = new double[x.Length];
        Map.Binary<Subtract, double>(x, y, difference);
        return HostScalar.Norm(difference);
    }
}
