namespace Onsager.Tensors;

/// <summary>
/// The method of conjugate gradients for A x = b with a symmetric positive definite operator (M. Hestenes, E. Stiefel, J. Res. Nat. Bur. Standards 49, 1952), with a preconditioner as
/// Y. Saad has it ("Iterative Methods for Sparse Linear Systems", algorithm 9.1). A right side [..., n] is one vector, whatever its axes: an operator that maps every vector of a batch
/// makes one system of them all, with one residual. The derivative by b is another solution, with the same operator and limits (the implicit function
/// rule), whose failure throws <see cref="ArithmeticException"/>; for the operator's own parameters see <see cref="IterativeSolution.Attach{TOperator, T}"/>.
/// </summary>
public static class ConjugateGradients
{
    private const string Name = "conjugate gradients";

    /// <summary>x [..., n] with A x = b to a relative residual |b - A x| / |b|, and how it went; x is the last iterate, whatever the end.</summary>
    /// <param name="a">The operator, symmetric positive definite; where a direction shows that it is not, the status is <see cref="IterativeStatus.Breakdown"/>.</param>
    /// <param name="b">The right side [..., n].</param>
    /// <param name="limits">When to stop.</param>
    /// <param name="start">Where to start, zeros by default.</param>
    /// <exception cref="ArgumentException">b is a scalar, or the start does not fit it.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or the start is being differentiated, or what the operator works with is.</exception>
    public static (Tensor<T> X, IterativeReport Report) Solve<TOperator, T>(in TOperator a, Tensor<T> b, IterativeLimits? limits = null, Tensor<T>? start = null)
        where TOperator : ILinearOperator<T>
        where T : unmanaged => Solve(in a, default(IdentityOperator<T>), b, limits, start);

    /// <summary>The same with a preconditioner: a symmetric positive definite operator that resembles A's inverse.</summary>
    /// <param name="a">The operator.</param>
    /// <param name="preconditioner">z = M^-1 r.</param>
    /// <param name="b">The right side [..., n].</param>
    /// <param name="limits">When to stop.</param>
    /// <param name="start">Where to start, zeros by default.</param>
    /// <exception cref="ArgumentException">b is a scalar, or the start does not fit it.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or the start is being differentiated, or what the operator works with is.</exception>
    public static (Tensor<T> X, IterativeReport Report) Solve<TOperator, TPreconditioner, T>(
        in TOperator a, in TPreconditioner preconditioner, Tensor<T> b, IterativeLimits? limits = null, Tensor<T>? start = null)
        where TOperator : ILinearOperator<T>
        where TPreconditioner : ILinearOperator<T>
        where T : unmanaged
    {
        KrylovVectors.CheckAny(Name, b);
        (double tolerance, int most) = (limits ?? new()).For<T>(Name, b.Size);
        using Scope scope = Scope.Begin();
        Tensor<T> x = KrylovVectors.Start(Name, b, start), right = KrylovVectors.Right(b);
        IterativeReport report = Run(in a, in preconditioner, right, x, tolerance, most, limits?.Patience ?? 0);
        if (Tape.Records(b.Node, b.Node, b.Node))
        {
            Tape.Record(new ConjugateGradientRule<TOperator, TPreconditioner, T>(a, preconditioner, limits), b.Node, null, null, x.Node);
        }

        return (scope.Keep(x), report);
    }

    private static IterativeReport Run<TOperator, TPreconditioner, T>(in TOperator a, in TPreconditioner preconditioner, Tensor<T> b, Tensor<T> x, double tolerance, int most, int patience)
        where TOperator : ILinearOperator<T>
        where TPreconditioner : ILinearOperator<T>
        where T : unmanaged
    {
        Tensor<T> r = Tensor.EmptyLike(b), z = Tensor.EmptyLike(b), p = Tensor.EmptyLike(b), q = Tensor.EmptyLike(b), beside = Tensor.EmptyLike(b);
        double size = KrylovVectors.Norm(b);
        if (size == 0)
        {
            x.Fill(default);
            return new(IterativeStatus.Converged, 0, 0);
        }

        KrylovVectors.Residual(in a, x, b, r);
        double residual = KrylovVectors.Norm(r) / size, before = 0, least = residual;
        int idle = 0;
        for (int iteration = 0; ; iteration++)
        {
            if (!double.IsFinite(residual))
            {
                return new(IterativeStatus.NotFinite, iteration, residual);
            }

            if (residual <= tolerance || iteration == most || (patience > 0 && idle == patience))
            {
                // The residual that is carried along drifts from the true one.
                KrylovVectors.Residual(in a, x, b, beside);
                double last = KrylovVectors.Norm(beside) / size;
                return new(last <= 2 * tolerance ? IterativeStatus.Converged : iteration == most ? IterativeStatus.OutOfIterations : IterativeStatus.Stalled, iteration, last);
            }

            preconditioner.Apply(r, z);
            double now = KrylovVectors.Dot(r, z, beside);
            if (iteration == 0)
            {
                z.CopyInto(p);
            }
            else
            {
                KrylovVectors.Scale(now / before, p, z);
            }

            a.Apply(p, q);
            double curvature = KrylovVectors.Dot(p, q, beside);
            if (!(now > 0) || !(curvature > 0))
            {
                return new(double.IsFinite(now) && double.IsFinite(curvature) ? IterativeStatus.Breakdown : IterativeStatus.NotFinite, iteration + 1, residual);
            }

            KrylovVectors.Add(now / curvature, p, x);
            KrylovVectors.Add(-now / curvature, q, r);
            residual = KrylovVectors.Norm(r) / size;
            idle = residual < 0.5 * least ? 0 : idle + 1;
            least = Math.Min(least, residual);
            before = now;
        }
    }
}

/// <summary>db = A^-1 dx, since A is symmetric.</summary>
internal sealed class ConjugateGradientRule<TOperator, TPreconditioner, T>(TOperator a, TPreconditioner preconditioner, IterativeLimits? limits) : Rule
    where TOperator : ILinearOperator<T>
    where TPreconditioner : ILinearOperator<T>
    where T : unmanaged
{
    public override string Name => "conjugate gradients";

    public override void Backward(Tape tape, in Entry entry)
    {
        (Tensor<T> db, IterativeReport report) = ConjugateGradients.Solve(in a, in preconditioner, tape.Gradient<T>(entry.Result), limits);
        using (db)
        {
            report.ThrowIfFailed();
            tape.Contribute(entry.X, db);
        }
    }
}
