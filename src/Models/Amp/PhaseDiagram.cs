using Onsager.Tensors;

namespace Onsager.Models.Amp;

/// <summary>A point where a line of first-order transitions ends.</summary>
/// <param name="Delta">The noise's variance.</param>
/// <param name="Side">gamma^2 of flows, or theta of decimation.</param>
/// <param name="Strength">X there.</param>
/// <param name="Overlap">m there.</param>
public readonly record struct CriticalPoint(double Delta, double Side, double Strength, double Overlap);

/// <summary>Where, as gamma^2 grows at one Delta, the branches of fixed points begin, cross and end.</summary>
/// <param name="Informed">From here on the informed branch exists (0 or below: it always does).</param>
/// <param name="Crossing">Here both have the same free entropy; NaN if they never do at gamma^2 &gt;= 0.</param>
/// <param name="Uninformed">Up to here the uninformed branch exists.</param>
public readonly record struct TransitionWindow(double Informed, double Crossing, double Uninformed);

/// <summary>
/// Phase diagrams of sampling by flows, diffusions and decimation, without a grid: along the curve of fixed points, parametrised by X, Delta and gamma^2 (or theta) are explicit, so that spinodals
/// and critical points are maxima and roots of functions of one number.
/// </summary>
/// <typeparam name="TPrior">The prior of a coordinate.</typeparam>
public sealed class PhaseDiagram<TPrior>
    where TPrior : struct, IPrior
{
    private readonly StateEvolution<TPrior> evolution;
    private readonly double[] strengths;
    private readonly double[] overlaps;
    private readonly double[] slopes;
    private readonly Lazy<CriticalPoint?> tricritical;
    private readonly Lazy<CriticalPoint?> dynamic;
    private readonly Lazy<CriticalPoint?> informationTheoretic;
    private readonly Lazy<CriticalPoint?> decimationTricritical;

    /// <param name="evolution">The state evolution.</param>
    /// <param name="least">The least X of the table in which maxima and roots are bracketed.</param>
    /// <param name="largest">The largest.</param>
    /// <param name="points">Points of the table, in even ratios.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty, or the points are fewer than 10.</exception>
    public PhaseDiagram(StateEvolution<TPrior> evolution, double least = 1e-3, double largest = 60, int points = 300)
    {
        ArgumentNullException.ThrowIfNull(evolution);
        if (!(least > 0 && largest > least) || points < 10)
        {
            throw new ArgumentOutOfRangeException(nameof(least), $"phase diagram: X from {least} to {largest} in {points} points; needed: 0 < least < largest, at least 10 points.");
        }

        this.evolution = evolution;
        (tricritical, dynamic, informationTheoretic, decimationTricritical) = (new(FindTricritical), new(FindDynamic), new(FindInformationTheoretic), new(FindDecimationTricritical));
        (strengths, overlaps, slopes) = (new double[points], new double[points], new double[points]);
        double ratio = Simd.Map.Unary<Simd.Log>(largest / least) / (points - 1);
        Device.Cpu.InParts(points, i =>
        {
            strengths[i] = least * Simd.Map.Unary<Simd.Exp>(ratio * i);
            (overlaps[i], slopes[i]) = evolution.OverlapAndSlope(strengths[i]);
        });
    }

    /// <summary>The table's X.</summary>
    public ReadOnlySpan<double> Strengths => strengths;

    /// <summary>M at the table's X.</summary>
    public ReadOnlySpan<double> Overlaps => overlaps;

    /// <summary>dM/dX at the table's X.</summary>
    public ReadOnlySpan<double> Slopes => slopes;

    /// <summary>gamma^2 as a function of X at one Delta: X - M^(p - 1) / Delta.</summary>
    public double SideStrength(double strength, double delta) => strength - (Power(evolution.Overlap(strength), 1) / delta);

    /// <summary>The largest Delta at which flows meet a first-order transition: the maximum of (p - 1) M^(p - 2) M'; null if the maximum is at the table's first X, so that there is none.</summary>
    public CriticalPoint? Tricritical() => tricritical.Value;

    /// <summary>The dynamic threshold: the largest Delta with an informed fixed point at gamma = 0, the maximum of M^(p - 1) / X; null if it is continuous.</summary>
    public CriticalPoint? Dynamic() => dynamic.Value;

    /// <summary>The information-theoretic threshold at gamma = 0: where the informed fixed point's free entropy is the trivial one's, 0; null if there is none.</summary>
    public CriticalPoint? InformationTheoretic() => informationTheoretic.Value;

    /// <summary>The window of gamma^2 in which two branches of fixed points exist at one Delta; null if they do at none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Delta is not positive.</exception>
    public TransitionWindow? Window(double delta)
    {
        if (!(delta > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "phase diagram: the noise's variance must be above 0.");
        }

        if (Spinodals(delta) is not (double low, double high))
        {
            return null;
        }

        double ends = SideStrength(low, delta), begins = SideStrength(high, delta);
        return new TransitionWindow(begins, Crossing(delta, low, high, begins, ends), ends);
    }

    /// <summary>
    /// The tri-critical point of decimation: the largest Delta at which theta(X) turns back at a theta above 0. On fixed points m = theta rho + (1 - theta) M with m = (Delta X)^(1 / (p - 1)), and theta is stationary
    /// where m = rho M' / ((rho - M) / ((p - 1) X) + M'); null if the largest has no theta above 0.
    /// </summary>
    public CriticalPoint? DecimationTricritical() => decimationTricritical.Value;

    /// <summary>Smallest and largest fixed point at (Delta, gamma^2), interpolated in the table.</summary>
    public (double Uninformed, double Informed) Branches(double delta, double gammaSquared) =>
        Ends(i => strengths[i] - (Power(overlaps[i], 1) / delta) - gammaSquared);

    /// <summary>Smallest and largest fixed point at (Delta, theta) of decimation, interpolated in the table.</summary>
    public (double Uninformed, double Informed) RevealedBranches(double delta, double revealed)
    {
        (double low, double high) = Ends(i => Root(delta * strengths[i]) - ((revealed * evolution.SecondMoment) + ((1 - revealed) * overlaps[i])));
        double Mixed(double m) => (revealed * evolution.SecondMoment) + ((1 - revealed) * m);
        return (Mixed(low), Mixed(high));
    }

    private CriticalPoint? FindTricritical() => Peak(Spinodal, i => Spinodal(overlaps[i], slopes[i])) is double x
        ? new CriticalPoint(Spinodal(x), SideStrength(x, Spinodal(x)), x, evolution.Overlap(x))
        : null;

    private CriticalPoint? FindDynamic() => Peak(Informed, i => Power(overlaps[i], 1) / strengths[i]) is double x ? new CriticalPoint(Informed(x), 0, x, evolution.Overlap(x)) : null;

    private CriticalPoint? FindInformationTheoretic()
    {
        if (Dynamic() is not CriticalPoint last)
        {
            return null;
        }

        // On the curve of fixed points m^p / Delta = M X.
        double factor = (evolution.Order - 1) / (2.0 * evolution.Order);
        double Entropy(double x) => evolution.Information(x) - (factor * evolution.Overlap(x) * x);
        if (!(Entropy(last.Strength) < 0) || !(Entropy(strengths[^1]) > 0))
        {
            return null;
        }

        double root = RootFinding.Brent(Entropy, last.Strength, strengths[^1]).Root;
        return new CriticalPoint(Informed(root), 0, root, evolution.Overlap(root));
    }

    private CriticalPoint? FindDecimationTricritical()
    {
        (double, double) At(double x)
        {
            (double overlap, double slope) = evolution.OverlapAndSlope(x);
            return Turning(x, overlap, slope);
        }

        return Peak(x => At(x).Item1, i => Turning(strengths[i], overlaps[i], slopes[i]).Delta) is double x && At(x) is (double delta, double theta) && theta > 0
            ? new CriticalPoint(delta, theta, x, Root(delta * x))
            : null;
    }

    private double Spinodal(double overlap, double slope) => (evolution.Order - 1) * Power(overlap, 2) * slope;

    private double Spinodal(double x)
    {
        (double overlap, double slope) = evolution.OverlapAndSlope(x);
        return Spinodal(overlap, slope);
    }

    private double Informed(double x) => Power(evolution.Overlap(x), 1) / x;

    private (double Delta, double Theta) Turning(double x, double overlap, double slope)
    {
        double rho = evolution.SecondMoment, m = rho * slope / (((rho - overlap) / ((evolution.Order - 1) * x)) + slope);
        return (Power(m, 1) / x, (m - overlap) / (rho - overlap));
    }

    /// <summary>m^(p - less).</summary>
    private double Power(double m, int less) => Scalars.Power(m, evolution.Order - less);

    /// <summary>The (p - 1)-th root.</summary>
    private double Root(double y) => evolution.Order switch
    {
        2 => y,
        3 => Math.Sqrt(y),
        _ => Simd.Map.Unary<Simd.Exp>(Simd.Map.Unary<Simd.Log>(y) / (evolution.Order - 1)),
    };

    /// <summary>Where a function is largest inside the table's range; null if that is at one of its ends.</summary>
    private double? Peak(Func<double, double> f, Func<int, double> tabled)
    {
        int best = 0;
        for (int i = 1; i < strengths.Length; i++)
        {
            best = tabled(i) > tabled(best) ? i : best;
        }

        return best == 0 || best == strengths.Length - 1
            ? null
            : Minimization.Brent(x => -f(x), strengths[best - 1], strengths[best + 1], 1e-10).X;
    }

    /// <summary>Where (p - 1) M^(p - 2) M' = Delta: gamma^2(X) has its maximum at the first, its minimum at the second.</summary>
    private (double Low, double High)? Spinodals(double delta)
    {
        if (Tricritical() is not CriticalPoint top || !(delta < top.Delta))
        {
            return null;
        }

        double Excess(double x) => Spinodal(x) - delta;
        if (!(Excess(strengths[0]) < 0) || !(Excess(strengths[^1]) < 0))
        {
            return null;
        }

        return (RootFinding.Brent(Excess, strengths[0], top.Strength).Root, RootFinding.Brent(Excess, top.Strength, strengths[^1]).Root);
    }

    private double Crossing(double delta, double low, double high, double begins, double ends)
    {
        double Entropy(double x)
        {
            double m = evolution.Overlap(x);
            return evolution.Information(x) - ((evolution.Order - 1) / (2.0 * evolution.Order) * Scalars.Power(m, evolution.Order) / delta);
        }

        double Advantage(double gammaSquared)
        {
            double Side(double x) => SideStrength(x, delta) - gammaSquared;
            double uninformed = RootFinding.Brent(Side, gammaSquared, low).Root;
            double informed = RootFinding.Brent(Side, high, strengths[^1]).Root;
            return Entropy(informed) - Entropy(uninformed);
        }

        const double Inside = 1e-7;
        double from = Math.Max(begins, 0) + Inside, to = ends - Inside;
        return to > from && Advantage(from) < 0 && Advantage(to) > 0 ? RootFinding.Brent(Advantage, from, to, 1e-9).Root : double.NaN;
    }

    /// <summary>M at the first and at the last change of sign of a tabled function that rises through its first and last zero; below the table, M is taken as proportional to X.</summary>
    private (double First, double Last) Ends(Func<int, double> f)
    {
        double first = double.NaN, last = double.NaN, before = f(0);
        if (before >= 0)
        {
            first = last = 0;
        }

        for (int i = 1; i < strengths.Length; i++)
        {
            double now = f(i);
            if (before < 0 && now >= 0)
            {
                double t = before / (before - now);
                last = overlaps[i - 1] + (t * (overlaps[i] - overlaps[i - 1]));
                first = double.IsNaN(first) ? last : first;
            }

            before = now;
        }

        return (first, double.IsNaN(last) ? first : last);
    }
}
