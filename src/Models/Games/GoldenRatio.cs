using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>
/// The golden ratio algorithm (Malitsky, "Golden ratio algorithms for variational inequalities", 2020): z+ = prox(zb - step F(z)), where zb is a running
/// mean of the points, zb = ((phi - 1) z + zb) / phi. One evaluation and one projection for each step. With a given step, at most phi / (2 L), phi is the golden
/// ratio; without one the step follows the local slope of F, and neither L nor a line search is needed.
/// </summary>
public sealed class GoldenRatio : Method
{
    private const double LargestStep = 1e6;

    private readonly double step;
    private readonly double first;
    private readonly double phi;

    /// <summary>Steps that follow the local slope, the paper's algorithm 1 with phi = 3/2.</summary>
    /// <param name="first">The very first step, a small one.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is not positive and finite.</exception>
    public GoldenRatio(double first = 1e-3)
    {
        this.first = Positive(first, "golden ratio");
        phi = 1.5;
    }

    private GoldenRatio(double step, double phi)
    {
        this.step = Positive(step, "golden ratio");
        this.phi = phi;
    }

    /// <inheritdoc/>
    public override string Name => "golden ratio";

    /// <inheritdoc/>
    protected internal override int Memory => 3;

    /// <summary>A given step, at most phi / (2 L) = 0.809 / L.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is not positive and finite.</exception>
    public static GoldenRatio WithStep(double step) => new(step, (1 + Math.Sqrt(5)) / 2);

    /// <inheritdoc/>
    protected internal override void Begin(Iteration run)
    {
        run.Point.CopyInto(run.Memory(1));
        if (step == 0)
        {
            // The first step is a plain one; it shows the first slope. The mean begins behind it.
            run.Evaluate(run.Point, run.Memory(0));
            run.Move(run.Point, first, run.Memory(0));
            run.Point.CopyInto(run.Memory(1));
            run.Swap(0, 2);
            (run.StepLength, run.Scalar) = (first, 1);
        }
    }

    /// <inheritdoc/>
    protected internal override void Advance(Iteration run)
    {
        Tensor<double> f = run.Memory(0), mean = run.Memory(1);
        run.Evaluate(run.Point, f);
        double length = step > 0 ? step : Follow(run, f);
        run.StepLength = length;
        run.Point.CopyInto(run.Probe);
        Vectors.Scale(mean, 1 / phi);
        Vectors.Add(mean, (phi - 1) / phi, run.Point);
        mean.CopyInto(run.Point);
        run.Move(run.Point, length, f);
        run.Swap(0, 2);
    }

    /// <inheritdoc/>
    protected internal override string Advice(VariationalProblem problem) =>
        step > 0 ? ExtraGradient.Below(problem, phi / 2) : "the method adapts its step, so that the operator is not monotone, or there is no solution";

    /// <summary>
    /// min((1/phi + 1/phi^2) last, phi theta |dz|^2 / (4 last |dF|^2)), dz and dF being the last changes of the point and of F, and theta, the iteration's
    /// number, phi times the last ratio of steps.
    /// </summary>
    private double Follow(Iteration run, Tensor<double> f)
    {
        double last = run.StepLength, moved = Vectors.Distance(run.Point, run.Probe), change = Vectors.Distance(f, run.Memory(2));
        double grown = ((1 / phi) + (1 / (phi * phi))) * last, local = change == 0 ? LargestStep : phi * run.Scalar * moved * moved / (4 * last * change * change);
        double length = Math.Min(LargestStep, Math.Min(grown, local));
        run.Scalar = phi * length / last;
        return length;
    }
}
