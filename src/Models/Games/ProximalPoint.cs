using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>
/// The proximal point method (Martinet, 1970; Rockafellar, 1976): the backward step z+ = z - step F(z+), for any positive step. Affine operators solve their
/// system; others get an inner extragradient iteration with backtracking, to 10^-13 of the step.
/// </summary>
/// <param name="step">The step.</param>
/// <exception cref="ArgumentOutOfRangeException">The step is not positive and finite.</exception>
public sealed class ProximalPoint(double step) : Method
{
    private readonly double step = Positive(step, "proximal point");

    /// <inheritdoc/>
    public override string Name => "proximal point";

    /// <inheritdoc/>
    protected internal override int Memory => 0;

    /// <inheritdoc/>
    protected internal override void Advance(Iteration run)
    {
        run.StepLength = step;
        run.Point.CopyInto(run.Probe);
        Resolvent.Apply(run, run.Point, step, run.Probe);
        run.Probe.CopyInto(run.Point);
    }

    /// <inheritdoc/>
    protected internal override string Advice(VariationalProblem problem) =>
        "backward steps converge on every monotone problem that has a solution: the operator is not monotone, or there is none";
}

/// <summary>
/// Halpern's iteration of the proximal map (Halpern, 1967; Lieder, "On the convergence rate of the Halpern-iteration", 2021): with J the backward step,
/// z+ = z0 / (k + 2) + (k + 1) / (k + 2) (2 J - I) z. |F(J z_k)| is at most D / (step (k + 1)).
/// </summary>
/// <param name="step">The step.</param>
/// <exception cref="ArgumentOutOfRangeException">The step is not positive and finite.</exception>
public sealed class HalpernProximalPoint(double step) : Method
{
    private readonly double step = Positive(step, "halpern proximal point");

    /// <inheritdoc/>
    public override string Name => "halpern proximal point";

    /// <inheritdoc/>
    protected internal override int Memory => 1;

    /// <inheritdoc/>
    protected internal override void Begin(Iteration run) => run.Point.CopyInto(run.Memory(0));

    /// <inheritdoc/>
    protected internal override void Advance(Iteration run)
    {
        run.StepLength = step;
        run.Point.CopyInto(run.Probe);
        Resolvent.Apply(run, run.Point, step, run.Probe);
        double share = (run.Steps + 1.0) / (run.Steps + 2.0);
        Vectors.Scale(run.Point, -share);
        Vectors.Add(run.Point, 2 * share, run.Probe);
        Vectors.Add(run.Point, 1 / (run.Steps + 2.0), run.Memory(0));
    }
}

/// <summary>The backward step of any operator.</summary>
internal static class Resolvent
{
    private const int Limit = 10_000;

    /// <summary>The u with u + step (F + dg)(u) = z into a tensor that holds a first guess.</summary>
    public static void Apply(Iteration run, Tensor<double> z, double step, Tensor<double> u)
    {
        if (!run.Problem.F.TryResolventInto(z, step, run.Problem.Term, u))
        {
            Iterate(run, z, step, u);
        }
    }

    /// <summary>
    /// Extragradient steps on u - z + step F(u), which is strongly monotone where F is monotone, so that they converge linearly. The residual is the distance
    /// from u to its half step over the step.
    /// </summary>
    private static void Iterate(Iteration run, Tensor<double> z, double step, Tensor<double> u)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> here = Tensor.EmptyLike(z), ahead = Tensor.EmptyLike(z), half = Tensor.EmptyLike(z);
        double length = 1, best = double.PositiveInfinity, goal = 1e-13 * (1 + Vectors.Norm(z));
        for (int i = 0, idle = 0; i < Limit; i++)
        {
            Evaluate(u, here);
            double distance;
            while (true)
            {
                u.CopyInto(half);
                Vectors.Add(half, -length, here);
                run.Problem.Term.ProxInPlace(half, length * step);
                Evaluate(half, ahead);
                distance = Vectors.Distance(u, half);
                if (length * Vectors.Distance(here, ahead) <= 0.9 * distance || length < 1e-12 || distance == 0)
                {
                    break;
                }

                length *= 0.7;
            }

            Vectors.Add(u, -length, ahead);
            run.Problem.Term.ProxInPlace(u, length * step);

            // Done at the goal, or, once it is near, when rounding lets the residual fall no more.
            double residual = distance / length;
            idle = residual < 0.9 * best ? 0 : idle + 1;
            best = Math.Min(best, residual);
            if (residual <= goal || (idle > 20 && residual <= 1e3 * goal))
            {
                return;
            }

            length = Math.Min(1, length / 0.7);
        }

        throw new ArithmeticException(
            $"proximal point: the backward step of {step:g3} was not found in {Limit} inner steps; its residual is {best:g3}. The operator is not monotone, or the step too long for its slope.");

        void Evaluate(Tensor<double> at, Tensor<double> g)
        {
            run.Evaluate(at, g);
            Vectors.Scale(g, step);
            Vectors.Add(g, 1, at);
            Vectors.Add(g, -1, z);
        }
    }
}
