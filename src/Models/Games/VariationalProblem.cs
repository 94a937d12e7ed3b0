using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>
/// A variational inequality: find z with F(z) . (u - z) + g(u) - g(z) &gt;= 0 for all u, where F is an operator and g a feasible set or another
/// proximal term. Saddle points of convex-concave functions, Nash equilibria of convex games and minima of convex functions are solutions.
/// </summary>
/// <remarks>"A gentle introduction to gradient-based optimization and variational inequalities for machine learning", N. Wadia, Y. Dandi and M. I. Jordan, 2023.</remarks>
public sealed class VariationalProblem
{
    /// <summary>The problem of an operator, on the whole space where no term is given.</summary>
    public VariationalProblem(Operator f, ProximalTerm? term = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        F = f;
        Term = term ?? WholeSpace.Instance;
    }

    /// <summary>The operator.</summary>
    public Operator F { get; }

    /// <summary>The feasible set, or another convex term.</summary>
    public ProximalTerm Term { get; }

    /// <summary>Whether there is no constraint and no term.</summary>
    public bool IsUnconstrained => Term is WholeSpace;

    /// <summary>min over x [m], max over y [n] of a scalar function f(x, y), by automatic differentiation.</summary>
    /// <param name="m">The length of x.</param>
    /// <param name="n">The length of y.</param>
    /// <param name="f">A scalar function, convex in x and concave in y if the problem is to be monotone.</param>
    /// <param name="term">The feasible set of (x, y), such as a <see cref="ProductSet"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is below 1.</exception>
    public static VariationalProblem MinMax(nint m, nint n, Func<Tensor<double>, Tensor<double>, Tensor<double>> f, ProximalTerm? term = null) =>
        new(new SaddleOperator(m, n, f), term);

    /// <summary>
    /// The merit function max over u of F(z) . (z - u) + g(z) - g(u): not negative, and 0 at solutions alone. For a matrix game on simplices it is
    /// the duality gap, for a skew affine F on a ball the restricted gap; it is infinite on unbounded sets away from solutions: see
    /// <see cref="RestrictedGap"/>.
    /// </summary>
    public double Gap(Tensor<double> z)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> f = Tensor.EmptyLike(z);
        F.ApplyInto(z, f);
        return GapOn(Term, z, f) + (Term is FeasibleSet ? 0 : Term.Value(z));
    }

    /// <summary>
    /// The gap over the ball of a radius around a centre instead of the feasible set, for problems on the whole space (Nesterov, "Dual
    /// extrapolation and its applications", 2007): 0 at a z inside the ball means a solution.
    /// </summary>
    /// <exception cref="InvalidOperationException">The problem has a term.</exception>
    public double RestrictedGap(Tensor<double> z, Tensor<double> centre, double radius)
    {
        if (!IsUnconstrained)
        {
            throw new InvalidOperationException($"restricted gap: for problems on the whole space; this one has a {Term.Name}, whose own gap is finite if it is bounded.");
        }

        using Scope scope = Scope.Begin();
        Tensor<double> f = Tensor.EmptyLike(z);
        F.ApplyInto(z, f);
        return GapOn(new Ball(centre, radius), z, f);
    }

    /// <summary>The natural residual |z - prox(z - step F(z))| / step, 0 at solutions alone: |F(z)| where there is no constraint.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is not positive.</exception>
    public double Residual(Tensor<double> z, double step = 1)
    {
        if (!(step > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(step), step, "residual: the step must be positive.");
        }

        using Scope scope = Scope.Begin();
        Tensor<double> f = Tensor.EmptyLike(z);
        F.ApplyInto(z, f);
        if (IsUnconstrained)
        {
            return Vectors.Norm(f);
        }

        Tensor<double> moved = z.Clone();
        Vectors.Add(moved, -step, f);
        Term.ProxInPlace(moved, step);
        return Vectors.Distance(z, moved) / step;
    }

    /// <summary>
    /// Tests what the problem declares at pairs of random points near one, at distances from 10^-3 to 10 times (1 + its root mean square): that F is
    /// finite, monotone by as much as declared, and no steeper than declared. A test that passes proves nothing; one that fails names the pair's numbers.
    /// </summary>
    /// <param name="near">A feasible point.</param>
    /// <param name="random">Draws the pairs.</param>
    /// <param name="pairs">How many.</param>
    /// <exception cref="ArgumentException">The point does not fit the set or is not inside, F's result has another shape or is not finite, or a declaration is false.</exception>
    public void Verify(Tensor<double> near, RandomStream random, int pairs = 32)
    {
        ArgumentNullException.ThrowIfNull(random);
        CheckStart(near);
        if (F.Lipschitz is null && F.StrongMonotonicity is null)
        {
            return;
        }

        double scale = 1 + (Vectors.Norm(near) / Math.Sqrt(Math.Max(1, (double)near.Size)));
        for (int i = 0; i < pairs; i++)
        {
            using Scope scope = Scope.Begin();
            double distance = scale * Scalars.Power(10, i % 5) / 1000;
            Tensor<double> u = Draw(), v = Draw(), fu = Tensor.EmptyLike(u), fv = Tensor.EmptyLike(u);
            F.ApplyInto(u, fu);
            F.ApplyInto(v, fv);
            CheckPair(u, fu, v, fv);

            Tensor<double> Draw()
            {
                Tensor<double> point = near.Clone(), noise = random.Normal<double>(near.Shape, near.Device);
                Vectors.Add(point, distance, noise);
                Term.ProxInPlace(point, 1);
                return point;
            }
        }
    }

    /// <summary>Refuses a start from which nothing can begin.</summary>
    internal void CheckStart(Tensor<double> start)
    {
        if (Term.Misfit(start.Shape) is string misfit)
        {
            throw new ArgumentException($"variational problem: a point of shape {start.Shape} does not fit the {Term.Name}: {misfit}.", nameof(start));
        }

        if (!double.IsFinite(Vectors.Norm(start)))
        {
            throw new ArgumentException("variational problem: the start is not finite.", nameof(start));
        }

        if (Term is FeasibleSet set && !set.Contains(start))
        {
            throw new ArgumentException($"variational problem: the start is infeasible: it lies {set.Distance(start):g3} outside the {set.Name}; project it first.", nameof(start));
        }

        using Tensor<double> f = Tensor.EmptyLike(start);
        F.ApplyInto(start, f);
        if (!double.IsFinite(Vectors.Norm(f)))
        {
            throw new ArgumentException("variational problem: F is not finite at the start.", nameof(start));
        }
    }

    /// <summary>Refuses two points at which a declaration is false by more than rounding.</summary>
    internal void CheckPair(Tensor<double> u, Tensor<double> fu, Tensor<double> v, Tensor<double> fv)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> step = u - v, change = fu - fv;
        double length = Vectors.Norm(step), slope = Vectors.Norm(change), product = Vectors.Dot(step, change);
        double rounding = 1e-12 * (1 + Vectors.Norm(fu) + Vectors.Norm(fv));
        if (F.StrongMonotonicity is double mu && product < (mu * length * length) - (1e-9 * slope * length) - (rounding * length))
        {
            throw new ArgumentException(
                $"variational problem: the operator is declared {(mu == 0 ? "monotone" : $"{mu:g6}-strongly monotone")}, but "
                + $"(F(u) - F(v)) . (u - v) = {product:g6} for two points at distance {length:g6}; {(mu == 0 ? "0" : $"{mu * length * length:g6}")} or more is what the declaration means.");
        }

        if (F.Lipschitz is double lipschitz && slope > (lipschitz * length * (1 + 1e-9)) + rounding)
        {
            throw new ArgumentException(
                $"variational problem: the Lipschitz constant is declared to be {lipschitz:g6}, but |F(u) - F(v)| / |u - v| = {slope / length:g6} for two points at distance {length:g6}.");
        }
    }

    private static double GapOn(ProximalTerm term, Tensor<double> z, Tensor<double> f)
    {
        double own = Vectors.Dot(f, z);
        f.NegateInto(f);
        return own + term.Support(f);
    }
}
