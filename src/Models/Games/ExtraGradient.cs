using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>
/// The extragradient method (Korpelevich, 1976): a half step zh = prox(z - step F(z)) looks ahead, and z+ = prox(z - step F(zh)) goes where it pointed.
/// Converges on monotone problems for steps below 1 / L, linearly on bilinear and strongly monotone ones; the average of the half points has a gap
/// of at most D^2 / (2 step T).
/// </summary>
/// <param name="steps">The steps; those that look ahead need no L.</param>
public sealed class ExtraGradient(StepRule steps) : Method
{
    private readonly StepRule steps = steps ?? throw new ArgumentNullException(nameof(steps));

    /// <inheritdoc/>
    public override string Name => "extragradient";

    /// <inheritdoc/>
    protected internal override int Memory => 2;

    /// <inheritdoc/>
    protected internal override string? Refuses(VariationalProblem problem) => steps.Refuses(problem);

    /// <inheritdoc/>
    protected internal override void Advance(Iteration run)
    {
        Tensor<double> here = run.Memory(0), ahead = run.Memory(1), z = run.Point, half = run.Probe;
        double length = steps.Length(run.Steps, run.Problem, run.StepLength);
        run.Evaluate(z, here);
        while (true)
        {
            z.CopyInto(half);
            run.Move(half, length, here);
            run.Evaluate(half, ahead);
            if (!steps.LooksAhead || steps.Accepts(length, Vectors.Distance(z, half), Vectors.Distance(here, ahead), out double shorter))
            {
                break;
            }

            length = shorter;
        }

        run.StepLength = length;
        run.Move(z, length, ahead);
    }

    /// <inheritdoc/>
    protected internal override string Advice(VariationalProblem problem) => Below(problem, 1);

    internal static string Below(VariationalProblem problem, double share) => problem.F.Lipschitz is double lipschitz and > 0
        ? $"the step must be below {share / lipschitz:g3} = {(share == 1 ? "1" : $"{share:g3}")} / L here"
        : $"the step must be below {(share == 1 ? "1" : $"{share:g3}")} / L, which is not declared: try a smaller one, or extragradient with backtracking steps";
}

/// <summary>
/// Popov's method (1980), or past extragradient: the half step uses the F of the last half point, so that a step costs one evaluation:
/// zh+ = prox(z - step F(zh)), z+ = prox(z - step F(zh+)). The constrained form of the optimistic method; steps below 1 / (2 L).
/// </summary>
/// <param name="steps">The steps.</param>
public sealed class PastExtraGradient(StepRule steps) : Method
{
    private readonly StepRule steps = StepRule.Fixed(steps, "past extragradient");

    /// <inheritdoc/>
    public override string Name => "past extragradient";

    /// <inheritdoc/>
    protected internal override int Memory => 1;

    /// <inheritdoc/>
    protected internal override string? Refuses(VariationalProblem problem) => steps.Refuses(problem);

    /// <summary>The half point before the first is the start.</summary>
    /// <inheritdoc/>
    protected internal override void Begin(Iteration run) => run.Evaluate(run.Point, run.Memory(0));

    /// <inheritdoc/>
    protected internal override void Advance(Iteration run)
    {
        run.StepLength = steps.Length(run.Steps, run.Problem, run.StepLength);
        run.Point.CopyInto(run.Probe);
        run.Move(run.Probe, run.StepLength, run.Memory(0));
        run.Evaluate(run.Probe, run.Memory(0));
        run.Move(run.Point, run.StepLength, run.Memory(0));
    }

    /// <inheritdoc/>
    protected internal override string Advice(VariationalProblem problem) => ExtraGradient.Below(problem, 0.5);
}

/// <summary>
/// Optimistic gradient descent-ascent (Daskalakis, Ilyas, Syrgkanis and Zeng, "Training GANs with optimism", 2018): z+ = z - 2 step F(z) + step F(z before),
/// the first step a plain one. One evaluation for each step; without constraints the same as <see cref="PastExtraGradient"/>, seen at its half points.
/// </summary>
/// <param name="steps">The steps, below 1 / (2 L).</param>
public sealed class OptimisticGradient(StepRule steps) : Method
{
    private readonly StepRule steps = StepRule.Fixed(steps, "optimistic gradient");

    /// <inheritdoc/>
    public override string Name => "optimistic gradient";

    /// <inheritdoc/>
    protected internal override int Memory => 2;

    /// <inheritdoc/>
    protected internal override string? Refuses(VariationalProblem problem) =>
        OnWholeSpaceOnly(problem, "past extragradient is its constrained form") ?? steps.Refuses(problem);

    /// <inheritdoc/>
    protected internal override void Advance(Iteration run)
    {
        run.StepLength = steps.Length(run.Steps, run.Problem, run.StepLength);
        run.Point.CopyInto(run.Probe);
        run.Evaluate(run.Point, run.Memory(0));
        if (run.Steps == 0)
        {
            run.Memory(0).CopyInto(run.Memory(1));
        }

        Vectors.Add(run.Point, -2 * run.StepLength, run.Memory(0));
        Vectors.Add(run.Point, run.StepLength, run.Memory(1));
        run.Swap(0, 1);
    }

    /// <inheritdoc/>
    protected internal override string Advice(VariationalProblem problem) => ExtraGradient.Below(problem, 0.5);
}
