using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>How a solution ended.</summary>
public enum SolverStatus
{
    /// <summary>The residual reached the tolerance.</summary>
    Converged,

    /// <summary>The steps ran out.</summary>
    StepLimit,

    /// <summary>The residual grew without bounds, or F was no longer finite.</summary>
    Diverged,
}

/// <summary>What a solver found.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Point">The last point, or for a divergence the last one whose residual was bounded; the caller's, or the scope's around.</param>
/// <param name="Average">The average of the probes, if it was asked for.</param>
/// <param name="Residual">The residual at the point.</param>
/// <param name="Steps">The steps that were taken.</param>
/// <param name="Evaluations">How often the method evaluated F.</param>
/// <param name="Message">What happened, in one sentence; where it did not converge, with what could help.</param>
/// <param name="History">The residuals that were looked at, with the numbers of their steps.</param>
public sealed record Solution(
    SolverStatus Status, Tensor<double> Point, Tensor<double> Average, double Residual, long Steps, long Evaluations, string Message, IReadOnlyList<(long Step, double Residual)> History)
{
    /// <summary>This solution if it converged.</summary>
    /// <exception cref="ArithmeticException">It did not; the message says what happened.</exception>
    public Solution OrThrow() => Status == SolverStatus.Converged ? this : throw new ArithmeticException(Message);
}

/// <summary>Runs a method to a tolerance, and says what is wrong where it does not get there.</summary>
public static class Solver
{
    /// <summary>The residual that counts as divergence, relative to 1 + the least seen.</summary>
    private const double Divergence = 1e8;

    /// <summary>Solves a problem from a start.</summary>
    /// <param name="problem">The problem, whose declarations are tested on random pairs of points first, and along the way.</param>
    /// <param name="method">The method.</param>
    /// <param name="start">A feasible point, which is not changed.</param>
    /// <param name="tolerance">The natural residual that is small enough.</param>
    /// <param name="steps">The most steps that are taken.</param>
    /// <param name="every">After how many steps the residual is looked at.</param>
    /// <param name="averages">Whether the average of the probes is wanted.</param>
    /// <exception cref="ArgumentException">The start is infeasible, or something that the operator declares is false; the message gives the numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative, or a number of steps not positive.</exception>
    /// <exception cref="NotSupportedException">The method cannot solve such a problem; the message says why.</exception>
    public static Solution Solve(
        VariationalProblem problem, Method method, Tensor<double> start, double tolerance = 1e-8, long steps = 100_000, int every = 10, bool averages = false)
    {
        ArgumentNullException.ThrowIfNull(problem);
        if (!(tolerance >= 0) || steps < 1 || every < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(tolerance), $"solve: tolerance {tolerance}, steps {steps}, every {every}; needed: tolerance >= 0, the others >= 1.");
        }

        problem.Verify(start, new RandomStream(0x5eed));
        using Scope scope = Scope.Begin();
        using Iteration run = new(problem, method, start, averages);
        Watch watch = new(run, tolerance);
        SolverStatus? status = watch.Look();
        while (status is null && run.Steps < steps)
        {
            run.Run((int)Math.Min(every, steps - run.Steps));
            status = watch.Look();
        }

        Tensor<double> average = averages ? scope.Keep(run.Average.Clone()) : default;
        return watch.Finish(status ?? SolverStatus.StepLimit, scope.Keep(watch.Point.Clone()), average);
    }

    /// <summary>What is seen of a run from time to time.</summary>
    private sealed class Watch
    {
        private readonly Iteration run;
        private readonly double tolerance;
        private readonly bool hasDeclaration;
        private readonly List<(long Step, double Residual)> history = [];
        private Tensor<double> force;
        private Tensor<double> lastForce;
        private readonly Tensor<double> lastPoint;
        private double residual;
        private double least = double.PositiveInfinity;

        public Watch(Iteration run, double tolerance)
        {
            this.run = run;
            this.tolerance = tolerance;
            hasDeclaration = run.Problem.F.StrongMonotonicity is not null || run.Problem.F.Lipschitz is not null;
            force = Tensor.EmptyLike(run.Point);
            lastForce = Tensor.EmptyLike(run.Point);
            lastPoint = run.Point.Clone();
        }

        /// <summary>The last point whose residual was bounded.</summary>
        public Tensor<double> Point => lastPoint;

        public SolverStatus? Look()
        {
            double now = run.Residual();
            history.Add((run.Steps, now));
            if (!(now <= Divergence * (1 + Math.Min(least, now))))
            {
                return SolverStatus.Diverged;
            }

            if (hasDeclaration)
            {
                run.Problem.F.ApplyInto(run.Point, force);
                if (run.Steps > 0)
                {
                    run.Problem.CheckPair(run.Point, force, lastPoint, lastForce);
                }

                (force, lastForce) = (lastForce, force);
            }

            run.Point.CopyInto(lastPoint);
            residual = now;
            least = Math.Min(least, now);
            return now <= tolerance ? SolverStatus.Converged : null;
        }

        public Solution Finish(SolverStatus status, Tensor<double> point, Tensor<double> average)
        {
            string name = run.Method.Name, message = status switch
            {
                SolverStatus.Converged => $"{name} reached a residual of {residual:g3} in {run.Steps} steps.",
                SolverStatus.StepLimit =>
                    $"{name} stopped after {run.Steps} steps at a residual of {residual:g3}, not {tolerance:g3}; the least was {least:g3}: {run.Method.Advice(run.Problem)}.",
                _ => $"{name} diverged: after {run.Steps} steps the residual is {history[^1].Residual:g3}, after the {(history.Count > 1 ? history[^2].Step : 0)} before it was {residual:g3}, "
                    + $"and the least was {least:g3}: {run.Method.Advice(run.Problem)}.",
            };
            return new Solution(status, point, average, residual, run.Steps, run.Evaluations, message, history);
        }
    }
}
