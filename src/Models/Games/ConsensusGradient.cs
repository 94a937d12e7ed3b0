using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>
/// Consensus optimization (Mescheder, Nowozin and Geiger, "The numerics of GANs", 2017): z+ = prox(z - step (F(z) + weight DF(z)^T F(z))). The second part is the
/// gradient of weight |F|^2 / 2; it draws rotating fields inwards. A step costs one evaluation and one transposed derivative.
/// </summary>
/// <param name="steps">The steps.</param>
/// <param name="weight">How much of |F|^2 / 2 is added.</param>
public sealed class ConsensusGradient(StepRule steps, double weight) : Method
{
    private readonly StepRule steps = StepRule.Fixed(steps, "consensus gradient");
    private readonly double weight = weight is >= 0 and < double.PositiveInfinity
        ? weight
        : throw new ArgumentOutOfRangeException(nameof(weight), weight, "consensus gradient: the weight is finite and not negative.");

    /// <inheritdoc/>
    public override string Name => "consensus gradient";

    /// <inheritdoc/>
    protected internal override int Memory => 1;

    /// <inheritdoc/>
    protected internal override string? Refuses(VariationalProblem problem) => steps.Refuses(problem);

    /// <inheritdoc/>
    protected internal override void Advance(Iteration run)
    {
        run.StepLength = steps.Length(run.Steps, run.Problem, run.StepLength);
        Tensor<double> f = run.Memory(0);
        run.Point.CopyInto(run.Probe);
        run.Evaluate(run.Point, f);
        using (Tensor<double> pull = run.Problem.F.Vjp(run.Point, f))
        {
            Vectors.Add(f, weight, pull);
        }

        run.Move(run.Point, run.StepLength, f);
    }
}

/// <summary>
/// Nesterov's accelerated gradient method in its proximal form, FISTA (Nesterov, 1983; Beck and Teboulle, 2009), for operators that are gradients of
/// convex functions: the error f - f* is at most 2 L D^2 / (k + 1)^2 for steps of 1 / L. Games with rotation diverge under it.
/// </summary>
/// <param name="steps">The steps, at most 1 / L.</param>
public sealed class NesterovGradient(StepRule steps) : Method
{
    private readonly StepRule steps = StepRule.Fixed(steps, "nesterov gradient");

    /// <inheritdoc/>
    public override string Name => "nesterov gradient";

    /// <inheritdoc/>
    protected internal override int Memory => 2;

    /// <inheritdoc/>
    protected internal override string? Refuses(VariationalProblem problem) => problem.F.Players.Length > 1
        ? "it minimises, and the operator has players with costs of their own"
        : steps.Refuses(problem);

    /// <inheritdoc/>
    protected internal override void Begin(Iteration run) => run.Point.CopyInto(run.Memory(1));

    /// <summary>y = x + (t - 1) / t+ (x - x before) with t = (k + 2) / 2, for which t+^2 - t+ &lt;= t^2 as the bound needs: the momentum is k / (k + 3).</summary>
    /// <inheritdoc/>
    protected internal override void Advance(Iteration run)
    {
        run.StepLength = steps.Length(run.Steps, run.Problem, run.StepLength);
        Tensor<double> f = run.Memory(0), before = run.Memory(1);
        double momentum = run.Steps / (run.Steps + 3.0);
        run.Point.CopyInto(run.Probe);
        Vectors.Scale(run.Probe, 1 + momentum);
        Vectors.Add(run.Probe, -momentum, before);
        run.Point.CopyInto(before);
        run.Evaluate(run.Probe, f);
        run.Probe.CopyInto(run.Point);
        run.Move(run.Point, run.StepLength, f);
    }

    /// <inheritdoc/>
    protected internal override string Advice(VariationalProblem problem) => ExtraGradient.Below(problem, 1);
}
