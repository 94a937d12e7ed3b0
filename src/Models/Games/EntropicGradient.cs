using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>
/// Mirror-prox with the entropy (Nemirovski, 2004), extragradient for mixed strategies: xh is proportional to x exp(-step F(x)), x+ to x exp(-step F(xh)),
/// on each simplex. The average of the half points of a matrix game has a gap of at most (ln m + ln n + 2) / (step T) for steps of 1 / (2 L), L = max |a_ij|.
/// Logarithms are kept instead of weights, so that none underflows.
/// </summary>
/// <param name="steps">The steps; those that look ahead need no L.</param>
public sealed class MirrorProx(StepRule steps) : Method
{
    private readonly StepRule steps = steps ?? throw new ArgumentNullException(nameof(steps));

    /// <inheritdoc/>
    public override string Name => "mirror-prox";

    /// <inheritdoc/>
    protected internal override int Memory => 4;

    /// <inheritdoc/>
    protected internal override string? Refuses(VariationalProblem problem) => Entropy.Refuses(problem) ?? steps.Refuses(problem);

    /// <inheritdoc/>
    protected internal override void Begin(Iteration run) => Entropy.Begin(run, run.Memory(2));

    /// <inheritdoc/>
    protected internal override void Advance(Iteration run)
    {
        Tensor<double> here = run.Memory(0), ahead = run.Memory(1), logarithms = run.Memory(2), trial = run.Memory(3);
        double length = steps.Length(run.Steps, run.Problem, run.StepLength);
        run.Evaluate(run.Point, here);
        while (true)
        {
            logarithms.CopyInto(trial);
            Vectors.Add(trial, -length, here);
            Entropy.Normalize(run.Problem.Term, trial, run.Probe);
            run.Evaluate(run.Probe, ahead);
            if (!steps.LooksAhead || steps.Accepts(length, Vectors.Distance(run.Point, run.Probe), Vectors.Distance(here, ahead), out double shorter))
            {
                break;
            }

            length = shorter;
        }

        run.StepLength = length;
        Vectors.Add(logarithms, -length, ahead);
        Entropy.Normalize(run.Problem.Term, logarithms, run.Point);
    }

    /// <inheritdoc/>
    protected internal override string Advice(VariationalProblem problem) =>
        "the step must be below 1 / L in the norms of the simplex, for a matrix game 1 / max |a_ij|; averages converge before the last points do";
}

/// <summary>
/// Multiplicative weights (Freund and Schapire, 1999): x+ is proportional to x exp(-step F(x)) on each simplex; in the optimistic form (Rakhlin and Sridharan,
/// 2013) to x exp(-step (2 F(x) - F(x before))). Averages of the plain form converge as 1 / sqrt(T), and its last points circle outwards; the optimistic
/// form's averages converge as 1 / T, and its last points converge.
/// </summary>
/// <param name="steps">The steps.</param>
/// <param name="isOptimistic">Whether the last change of F is taken to repeat itself.</param>
public sealed class MultiplicativeWeights(StepRule steps, bool isOptimistic = false) : Method
{
    private readonly StepRule steps = StepRule.Fixed(steps, "multiplicative weights");

    /// <inheritdoc/>
    public override string Name => isOptimistic ? "optimistic multiplicative weights" : "multiplicative weights";

    /// <inheritdoc/>
    protected internal override int Memory => 3;

    /// <inheritdoc/>
    protected internal override string? Refuses(VariationalProblem problem) => Entropy.Refuses(problem) ?? steps.Refuses(problem);

    /// <inheritdoc/>
    protected internal override void Begin(Iteration run) => Entropy.Begin(run, run.Memory(2));

    /// <inheritdoc/>
    protected internal override void Advance(Iteration run)
    {
        Tensor<double> f = run.Memory(0), before = run.Memory(1), logarithms = run.Memory(2);
        run.StepLength = steps.Length(run.Steps, run.Problem, run.StepLength);
        run.Point.CopyInto(run.Probe);
        run.Evaluate(run.Point, f);
        if (isOptimistic && run.Steps > 0)
        {
            Vectors.Add(logarithms, -2 * run.StepLength, f);
            Vectors.Add(logarithms, run.StepLength, before);
        }
        else
        {
            Vectors.Add(logarithms, -run.StepLength, f);
        }

        run.Swap(0, 1);
        Entropy.Normalize(run.Problem.Term, logarithms, run.Point);
    }

    /// <inheritdoc/>
    protected internal override string Advice(VariationalProblem problem) => isOptimistic
        ? "the step must be at most 1 / (4 max |a_ij|) for a matrix game"
        : "the last points of multiplicative weights circle outwards in zero-sum games: look at the average, or take the optimistic form or mirror-prox";
}

/// <summary>Mixed strategies by their logarithms.</summary>
internal static class Entropy
{
    public static string? Refuses(VariationalProblem problem)
    {
        bool fits = problem.Term is Simplex;
        if (problem.Term is ProductSet product)
        {
            fits = true;
            foreach ((FeasibleSet set, _) in product.Parts)
            {
                fits &= set is Simplex;
            }
        }

        return fits ? null : $"it works on a simplex or a product of simplices; the problem has a {problem.Term.Name}";
    }

    /// <summary>The logarithms of the start, whose weights must be positive: one that is 0 would stay so for ever.</summary>
    public static void Begin(Iteration run, Tensor<double> logarithms)
    {
        using Tensor<double> least = run.Point.Min();
        if (!(least.Item() > 0))
        {
            throw new ArgumentException($"{run.Method.Name}: the start has a weight of {least.Item():g3}, which no exponential moves; start inside the simplex, for instance at its centre.");
        }

        run.Point.LogInto(logarithms);
    }

    /// <summary>Logarithms become those of weights with the right sums, and the point these weights.</summary>
    public static void Normalize(ProximalTerm term, Tensor<double> logarithms, Tensor<double> point)
    {
        if (term is Simplex whole)
        {
            Normalize(whole, logarithms, point);
            return;
        }

        nint start = 0;
        foreach ((FeasibleSet set, nint length) in ((ProductSet)term).Parts)
        {
            using Tensor<double> logs = logarithms.Segment(start, [length]), weights = point.Segment(start, [length]);
            Normalize((Simplex)set, logs, weights);
            start += length;
        }
    }

    private static void Normalize(Simplex simplex, Tensor<double> logarithms, Tensor<double> point)
    {
        using (Tensor<double> normal = logarithms.LogSoftmax(0))
        {
            normal.CopyInto(logarithms);
        }

        logarithms.ExpInto(point);
        if (simplex.Total != 1)
        {
            Vectors.Scale(point, simplex.Total);
        }
    }
}
