using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>
/// The anchored extragradient method with a constant step, EAG-C (Yoon and Ryu, "Accelerated algorithms for smooth convex-concave minimax problems with
/// O(1/k^2) rate on squared gradient norm", 2021): with b = 1 / (k + 2), both half steps are drawn to the start by b (z0 - z). |F(z_k)| falls as 1 / k,
/// for steps of 1 / (8 L) at most sqrt(260) L D / (k + 1).
/// </summary>
/// <param name="steps">The steps, commonly 1 / (8 L).</param>
public sealed class AnchoredExtraGradient(StepRule steps) : Method
{
    private readonly StepRule steps = StepRule.Fixed(steps, "anchored extragradient");

    /// <inheritdoc/>
    public override string Name => "anchored extragradient";

    /// <inheritdoc/>
    protected internal override int Memory => 2;

    /// <inheritdoc/>
    protected internal override string? Refuses(VariationalProblem problem) =>
        OnWholeSpaceOnly(problem, "Halpern's proximal method takes them") ?? steps.Refuses(problem);

    /// <inheritdoc/>
    protected internal override void Begin(Iteration run) => run.Point.CopyInto(run.Memory(1));

    /// <inheritdoc/>
    protected internal override void Advance(Iteration run)
    {
        run.StepLength = steps.Length(run.Steps, run.Problem, run.StepLength);
        Extrapolate(run, 1 / (run.Steps + 2.0), run.StepLength, run.StepLength);
    }

    /// <inheritdoc/>
    protected internal override string Advice(VariationalProblem problem) => ExtraGradient.Below(problem, 0.125);

    /// <summary>zh = z + b (z0 - z) - first F(z), z+ = z + b (z0 - z) - second F(zh), z0 being in place 1 of the memory.</summary>
    internal static void Extrapolate(Iteration run, double b, double first, double second)
    {
        Tensor<double> f = run.Memory(0);
        run.Evaluate(run.Point, f);
        Vectors.Scale(run.Point, 1 - b);
        Vectors.Add(run.Point, b, run.Memory(1));
        run.Point.CopyInto(run.Probe);
        Vectors.Add(run.Probe, -first, f);
        run.Evaluate(run.Probe, f);
        Vectors.Add(run.Point, -second, f);
    }
}

/// <summary>
/// The fast extragradient method in its monotone case, FEG (Lee and Kim, "Fast extra gradient methods for smooth structured nonconvex-nonconcave minimax
/// problems", 2021): with b = 1 / (k + 1), zh = z + b (z0 - z) - (1 - b) step F(z) and z+ = z + b (z0 - z) - step F(zh). |F(z_k)| is at most 2 L D / k for steps of 1 / L.
/// </summary>
/// <param name="steps">The steps, commonly 1 / L.</param>
public sealed class FastExtraGradient(StepRule steps) : Method
{
    private readonly StepRule steps = StepRule.Fixed(steps, "fast extragradient");

    /// <inheritdoc/>
    public override string Name => "fast extragradient";

    /// <inheritdoc/>
    protected internal override int Memory => 2;

    /// <inheritdoc/>
    protected internal override string? Refuses(VariationalProblem problem) =>
        OnWholeSpaceOnly(problem, "Halpern's proximal method takes them") ?? steps.Refuses(problem);

    /// <inheritdoc/>
    protected internal override void Begin(Iteration run) => run.Point.CopyInto(run.Memory(1));

    /// <inheritdoc/>
    protected internal override void Advance(Iteration run)
    {
        double b = 1 / (run.Steps + 1.0);
        run.StepLength = steps.Length(run.Steps, run.Problem, run.StepLength);
        AnchoredExtraGradient.Extrapolate(run, b, (1 - b) * run.StepLength, run.StepLength);
    }

    /// <inheritdoc/>
    protected internal override string Advice(VariationalProblem problem) => ExtraGradient.Below(problem, 1);
}
