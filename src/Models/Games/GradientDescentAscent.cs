namespace Onsager.Models.Games;

/// <summary>
/// Forward steps z+ = prox(z - step F(z)): gradient descent for one player, simultaneous descent and ascent for two. Converges on strongly
/// monotone problems for steps below 2 mu / L^2; circles outwards on bilinear ones for every step.
/// </summary>
/// <param name="steps">The steps.</param>
public sealed class GradientDescentAscent(StepRule steps) : Method
{
    private readonly StepRule steps = StepRule.Fixed(steps, "gradient descent-ascent");

    /// <inheritdoc/>
    public override string Name => "gradient descent-ascent";

    /// <inheritdoc/>
    protected internal override int Memory => 1;

    /// <inheritdoc/>
    protected internal override string? Refuses(VariationalProblem problem) => steps.Refuses(problem);

    /// <inheritdoc/>
    protected internal override void Advance(Iteration run)
    {
        run.StepLength = steps.Length(run.Steps, run.Problem, run.StepLength);
        run.Point.CopyInto(run.Probe);
        run.Evaluate(run.Point, run.Memory(0));
        run.Move(run.Point, run.StepLength, run.Memory(0));
    }

    /// <inheritdoc/>
    protected internal override string Advice(VariationalProblem problem) => Forward(problem);

    internal static string Forward(VariationalProblem problem) => problem.F is { StrongMonotonicity: > 0, Lipschitz: > 0 }
        ? $"forward steps need a step below 2 mu / L^2 = {2 * problem.F.StrongMonotonicity.Value / (problem.F.Lipschitz.Value * problem.F.Lipschitz.Value):g3} here; extragradient ones converge for every step below 1 / L"
        : "forward steps circle outwards where the operator is monotone but not strongly so, whatever the step: take extragradient, optimistic or proximal steps";
}

/// <summary>
/// The players move in turn, each seeing the moves of those before it: x+ = x - step F_x(x, y), y+ = y - step F_y(x+, y). On bilinear games it goes
/// round on an ellipse for every step below 2 / L, neither in nor out (Bailey, Gidel and Piliouras, "Finite regret and cycles with fixed step-size via
/// alternating gradient descent-ascent", 2020).
/// </summary>
/// <param name="steps">The steps.</param>
public sealed class AlternatingGradient(StepRule steps) : Method
{
    private readonly StepRule steps = StepRule.Fixed(steps, "alternating gradient");

    /// <inheritdoc/>
    public override string Name => "alternating gradient";

    /// <inheritdoc/>
    protected internal override int Memory => 1;

    /// <inheritdoc/>
    protected internal override string? Refuses(VariationalProblem problem) =>
        problem.F.Players.Length < 2 ? "the operator names no players whose turn it could be" : steps.Refuses(problem);

    /// <inheritdoc/>
    protected internal override void Advance(Iteration run)
    {
        run.StepLength = steps.Length(run.Steps, run.Problem, run.StepLength);
        run.Point.CopyInto(run.Probe);
        ReadOnlySpan<nint> players = run.Problem.F.Players;
        int axis = run.Point.Rank - 1;
        nint start = 0;
        for (int player = 0; player < players.Length; player++)
        {
            run.EvaluatePlayer(player, run.Point, run.Memory(0));
            Turn(run, axis, start, start + players[player]);
            start += players[player];
        }
    }

    /// <inheritdoc/>
    protected internal override string Advice(VariationalProblem problem) =>
        "alternating steps go round in circles where the operator is monotone but not strongly so: take extragradient, optimistic or proximal steps";

    /// <summary>One player's part moves. The set is a product of the players' own sets, so that projecting all of the point leaves the others where they are.</summary>
    private static void Turn(Iteration run, int axis, nint start, nint end)
    {
        using Tensors.Scope scope = Tensors.Scope.Begin();
        Tensors.Tensor<double> part = run.Point.Slice(axis, start, end), slope = run.Memory(0).Slice(axis, start, end);
        part.SubtractInto(slope * run.StepLength, part);
        if (!run.Problem.IsUnconstrained)
        {
            run.Problem.Term.ProxInPlace(run.Point, run.StepLength);
        }
    }
}
