using Onsager.Simd;

namespace Onsager.Models.Amp;

/// <summary>
/// State evolution of a spiked matrix (order 2) or tensor (order 3 and above): what approximate message passing reaches in the limit of infinite size, as functions of the
/// signal's strength X = m^(p - 1) / Delta + gamma^2 in a scalar channel (Lesieur, Miolane, Lelarge, Krzakala and Zdeborova, "Statistical and computational phase transitions in spiked
/// tensor estimation", 2017; with a side channel gamma^2 or revealed coordinates: Ghio, Dandi, Krzakala and Zdeborova, arXiv:2308.14085).
/// </summary>
/// <typeparam name="TPrior">The prior of a coordinate.</typeparam>
/// <remarks>Expectations over the normal variable are trapezoidal sums over [-12, 12]: for functions that are analytic in a strip they converge faster than any power of the step.</remarks>
public sealed class StateEvolution<TPrior>
    where TPrior : struct, IPrior
{
    private const double End = 12;

    private readonly double[] nodes;
    private readonly double[] weights;

    /// <param name="prior">The prior, which is checked.</param>
    /// <param name="order">p: 2 for matrices, 3 and above for tensors.</param>
    /// <param name="points">Points of the trapezoidal sums; an odd number of at least 101.</param>
    /// <exception cref="PriorException">The prior is no probability measure, or its channel belongs to another one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is below 2, or the points are too few or even.</exception>
    public StateEvolution(TPrior prior, int order, int points = 1201)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 2);
        if (points < 101 || points % 2 == 0)
        {
            throw new ArgumentOutOfRangeException(nameof(points), points, "state evolution: an odd number of at least 101 points is needed.");
        }

        Amp.Prior.Check(prior);
        Prior = prior;
        Order = order;
        SecondMoment = Amp.Prior.SecondMoment(prior);
        nodes = new double[points];
        weights = new double[points];
        double step = 2 * End / (points - 1);
        for (int i = 0; i < points; i++)
        {
            nodes[i] = (i - (points / 2)) * step;
            weights[i] = 0.3989422804014327 * step * Map.Unary<Exp>(-0.5 * nodes[i] * nodes[i]);
        }
    }

    /// <summary>The prior.</summary>
    public TPrior Prior { get; }

    /// <summary>p.</summary>
    public int Order { get; }

    /// <summary>The largest overlap: the mean of x^2 under the prior.</summary>
    public double SecondMoment { get; }

    /// <summary>M(X): the overlap of a coordinate and its mean in a scalar channel of signal strength X, by Nishimori's identity the mean square of the mean.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The strength is negative or not finite.</exception>
    public double Overlap(double strength) => Mean(strength, (x, b) =>
    {
        double m = Prior.Mean(new F64x1(x), new F64x1(b)).Value;
        return m * m;
    });

    /// <summary>M and its derivative dM/dX, by forward differentiation of the formula.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The strength is negative or not finite.</exception>
    public (double Overlap, double Slope) OverlapAndSlope(double strength)
    {
        Check(strength);
        Dual<F64x1> x = new(new F64x1(strength), new F64x1(1)), sum = Dual<F64x1>.Of(0);
        foreach (PriorComponent component in Prior.Components)
        {
            Dual<F64x1> mean = x * Dual<F64x1>.Of(component.Mean), deviation = Deviation(x, component), part = Dual<F64x1>.Of(0);
            for (int i = 0; i < nodes.Length; i++)
            {
                Dual<F64x1> m = Prior.Mean(x, Dual<F64x1>.Fma(deviation, Dual<F64x1>.Of(nodes[i]), mean));
                part = Dual<F64x1>.Fma(Dual<F64x1>.Of(weights[i]) * m, m, part);
            }

            sum = Dual<F64x1>.Fma(Dual<F64x1>.Of(component.Weight), part, sum);
        }

        return (sum.Value.Value, strength == 0 ? double.NaN : sum.Tangent.Value);
    }

    /// <summary>I(X): the mean logarithm of the channel's partition function; dI/dX = M / 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The strength is negative or not finite.</exception>
    public double Information(double strength) => Mean(strength, (x, b) => Prior.LogPartition(new F64x1(x), new F64x1(b)).Value);

    /// <summary>m^(p - 1) / Delta + gamma^2.</summary>
    public double Strength(double overlap, double delta, double gammaSquared = 0) => (Scalars.Power(overlap, Order - 1) / delta) + gammaSquared;

    /// <summary>The replica-symmetric free entropy of a coordinate at an overlap: I(X) - (p - 1) m^p / (2 p Delta). Its stationary points are the fixed points.</summary>
    public double FreeEntropy(double overlap, double delta, double gammaSquared = 0) =>
        Information(Strength(overlap, delta, gammaSquared)) - ((Order - 1) / (2.0 * Order) * Scalars.Power(overlap, Order) / delta);

    /// <summary>The fixed point m = M(m^(p - 1) / Delta + gamma^2) that iteration reaches from a start.</summary>
    /// <param name="delta">The noise's variance.</param>
    /// <param name="gammaSquared">The side channel's strength.</param>
    /// <param name="start">1e-6 for an algorithm that knows nothing, <see cref="SecondMoment"/> for one that knows the signal.</param>
    /// <param name="tolerance">The change that ends it.</param>
    /// <param name="iterations">The most steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">Delta is not positive, or gamma^2 negative.</exception>
    public double FixedPoint(double delta, double gammaSquared, double start, double tolerance = 1e-12, int iterations = 100_000) =>
        Iterate(start, m => Overlap(Strength(m, Positive(delta), gammaSquared)), tolerance, iterations);

    /// <summary>The fixed point m = theta rho + (1 - theta) M(m^(p - 1) / Delta) where a share theta of the coordinates is revealed.</summary>
    /// <param name="delta">The noise's variance.</param>
    /// <param name="revealed">theta, in [0, 1].</param>
    /// <param name="start">1e-6 for an algorithm that knows nothing, <see cref="SecondMoment"/> for one that knows the signal.</param>
    /// <param name="tolerance">The change that ends it.</param>
    /// <param name="iterations">The most steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">Delta is not positive, or theta outside [0, 1].</exception>
    public double RevealedFixedPoint(double delta, double revealed, double start, double tolerance = 1e-12, int iterations = 100_000)
    {
        if (!(revealed >= 0 && revealed <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(revealed), revealed, "state evolution: the revealed share must be in [0, 1].");
        }

        return Iterate(start, m => (revealed * SecondMoment) + ((1 - revealed) * Overlap(Strength(m, Positive(delta)))), tolerance, iterations);
    }

    /// <summary>The mean over the prior and the channel's noise of f(X, b).</summary>
    private double Mean(double strength, Func<double, double, double> f)
    {
        Check(strength);
        double sum = 0;
        foreach (PriorComponent component in Prior.Components)
        {
            double part = 0, mean = strength * component.Mean, deviation = Math.Sqrt(strength + (strength * strength * component.Variance));
            for (int i = 0; i < nodes.Length; i++)
            {
                part = Math.FusedMultiplyAdd(weights[i], f(strength, Math.FusedMultiplyAdd(deviation, nodes[i], mean)), part);
            }

            sum = Math.FusedMultiplyAdd(component.Weight, part, sum);
        }

        return sum;
    }

    private static double Iterate(double m, Func<double, double> map, double tolerance, int iterations)
    {
        for (int i = 0; i < iterations; i++)
        {
            double next = map(m);
            if (Math.Abs(next - m) <= tolerance)
            {
                return next;
            }

            m = next;
        }

        return m;
    }

    /// <summary>The deviation of b in a channel of strength X whose coordinate has this component's variance.</summary>
    private static Dual<F64x1> Deviation(Dual<F64x1> x, PriorComponent component) =>
        Dual<F64x1>.Sqrt(Dual<F64x1>.Fma(x * Dual<F64x1>.Of(component.Variance), x, x));

    private static double Positive(double delta) => delta > 0 && double.IsFinite(delta)
        ? delta
        : throw new ArgumentOutOfRangeException(nameof(delta), delta, "state evolution: the noise's variance must be finite and above 0.");

    private static void Check(double strength)
    {
        if (!(strength >= 0) || !double.IsFinite(strength))
        {
            throw new ArgumentOutOfRangeException(nameof(strength), strength, "state evolution: the signal's strength must be finite and not negative.");
        }
    }
}
