using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>How long the steps of a method are. A number converts to a constant step.</summary>
public abstract class StepRule
{
    /// <summary>Whether the rule needs to see F before it can say how long a step is.</summary>
    public virtual bool LooksAhead => false;

    /// <summary>A constant step.</summary>
    public static implicit operator StepRule(double step) => new ConstantSteps(step);

    /// <summary>A constant step: the share of 1 / L, L being the constant that the operator declares.</summary>
    /// <param name="share">The share.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not positive and finite.</exception>
    public static StepRule OverLipschitz(double share) => new LipschitzSteps(share);

    /// <summary>first / (k + 1)^power in step k, from 0.</summary>
    /// <param name="first">The first step.</param>
    /// <param name="power">How fast the steps fall, for averages commonly 1/2.</param>
    /// <exception cref="ArgumentOutOfRangeException">The first step is not positive and finite, or the power negative or not finite.</exception>
    public static StepRule Decreasing(double first, double power = 0.5) => new DecreasingSteps(first, power);

    /// <summary>
    /// The longest of a sequence first, first shrink, ... with step |F(z) - F(zh)| &lt;= share |z - zh|, for methods with a half step, beginning at
    /// the last one divided by shrink (Khobotov, "Modification of the extragradient method for solving variational inequalities", 1987). L need not be known.
    /// </summary>
    /// <param name="first">The first step that is tried.</param>
    /// <param name="shrink">From one trial to the next, in (0, 1).</param>
    /// <param name="share">How much of the step the change of F may undo, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static StepRule Backtracking(double first = 1, double shrink = 0.7, double share = 0.9) => new BacktrackingSteps(first, shrink, share);

    /// <summary>The length of step k, from 0; for a rule that looks ahead the first that is tried.</summary>
    /// <param name="step">k.</param>
    /// <param name="problem">The problem.</param>
    /// <param name="last">The length of the step before; 0 for none.</param>
    public abstract double Length(long step, VariationalProblem problem, double last);

    /// <summary>For a rule that looks ahead: whether a half step was short enough, given the distance and the change of F along it.</summary>
    /// <param name="length">The length.</param>
    /// <param name="distance">|z - zh|.</param>
    /// <param name="change">|F(z) - F(zh)|.</param>
    /// <param name="shorter">What to try next.</param>
    public virtual bool Accepts(double length, double distance, double change, out double shorter)
    {
        shorter = length;
        return true;
    }

    /// <summary>Why the rule cannot serve a problem; null if it can.</summary>
    public virtual string? Refuses(VariationalProblem problem) => null;

    /// <summary>A rule that does not look ahead, for methods without a half step.</summary>
    internal static StepRule Fixed(StepRule steps, string method)
    {
        ArgumentNullException.ThrowIfNull(steps);
        return steps.LooksAhead
            ? throw new ArgumentException($"{method}: backtracking steps need a method that looks ahead before it moves, extragradient or mirror-prox.", nameof(steps))
            : steps;
    }

    private static double Checked(double step) => step is > 0 and < double.PositiveInfinity
        ? step
        : throw new ArgumentOutOfRangeException(nameof(step), step, "steps: a step must be positive and finite.");

    private sealed class ConstantSteps(double length) : StepRule
    {
        private readonly double length = Checked(length);

        public override double Length(long step, VariationalProblem problem, double last) => length;
    }

    private sealed class LipschitzSteps(double share) : StepRule
    {
        private readonly double share = Checked(share);

        public override double Length(long step, VariationalProblem problem, double last) => share / problem.F.Lipschitz!.Value;

        public override string? Refuses(VariationalProblem problem) => problem.F.Lipschitz > 0
            ? null
            : "its step is a share of 1 / L, and the operator declares no Lipschitz constant L > 0; declare it, give a number, or take backtracking steps";
    }

    private sealed class DecreasingSteps(double first, double power) : StepRule
    {
        private readonly double first = Checked(first);
        private readonly double power = power is >= 0 and < double.PositiveInfinity
            ? power
            : throw new ArgumentOutOfRangeException(nameof(power), power, "steps: the power is finite and not negative.");

        public override double Length(long step, VariationalProblem problem, double last)
        {
            // Square roots are exact to the last bit everywhere; other powers are our own operators'.
            double k = step + 1.0;
            return power == 0.5 ? first / Math.Sqrt(k) : first * Map.Unary<Exp>(-power * Map.Unary<Log>(k));
        }
    }

    private sealed class BacktrackingSteps : StepRule
    {
        private readonly double first;
        private readonly double shrink;
        private readonly double share;

        public BacktrackingSteps(double first, double shrink, double share)
        {
            if (!(shrink is > 0 and < 1) || !(share is > 0 and < 1))
            {
                throw new ArgumentOutOfRangeException(nameof(shrink), $"steps: shrink {shrink} and share {share}; both must be in (0, 1).");
            }

            (this.first, this.shrink, this.share) = (Checked(first), shrink, share);
        }

        public override bool LooksAhead => true;

        public override double Length(long step, VariationalProblem problem, double last) => last == 0 ? first : last / shrink;

        public override bool Accepts(double length, double distance, double change, out double shorter)
        {
            // Not finite counts as too long; a step that has become tiny is taken, so that the search ends.
            shorter = shrink * length;
            return length * change <= share * distance || length < 1e-12 * first;
        }
    }
}
