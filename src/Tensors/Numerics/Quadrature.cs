using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Why an adaptive integration ended.</summary>
public enum QuadratureStatus
{
    /// <summary>The estimated error is within the tolerance.</summary>
    Converged,

    /// <summary>As many intervals as are allowed were not enough.</summary>
    TooManyIntervals,

    /// <summary>Rounding errors keep the estimate from becoming smaller.</summary>
    RoundOff,

    /// <summary>An interval became so short that its middle is one of its ends: a singularity, most likely.</summary>
    TooShort,

    /// <summary>The integrand gave NaN or infinity.</summary>
    NotFinite,
}

/// <summary>An integral, and how it was found.</summary>
/// <param name="Value">The integral.</param>
/// <param name="Error">An estimate of the absolute error, mostly far too large.</param>
/// <param name="Evaluations">Calls of the integrand.</param>
/// <param name="Intervals">Intervals at the end.</param>
/// <param name="Status">Why it ended.</param>
public readonly record struct QuadratureResult(double Value, double Error, int Evaluations, int Intervals, QuadratureStatus Status)
{
    /// <summary>Whether the estimated error is within the tolerance.</summary>
    public bool Converged => Status == QuadratureStatus.Converged;
}

/// <summary>Adaptive integration of functions of one number.</summary>
public static class Quadrature
{
    /// <summary>SciPy's default tolerance.</summary>
    private const double DefaultTolerance = 1.49e-8;

    /// <summary>Where the standard normal density becomes less than the smallest double.</summary>
    private const double NormalEnd = 38.6;

    private const double InverseRootTwoPi = 0.3989422804014327;

    /// <summary>Where expectations begin: intervals over which a density like this is smooth.</summary>
    private static readonly double[] NormalBounds = [-NormalEnd, -8, -5, -3, -1.5, 0, 1.5, 3, 5, 8, NormalEnd];

    /// <summary>
    /// The integral of f from lower to upper, either of which may be infinite: the Gauss-Kronrod rule of 7 and 15 points, halving the interval with the largest
    /// estimated error until the sum of the estimates is at most the larger of absoluteTolerance and relativeTolerance times the integral. A failure is a status, not an exception: the
    /// best value is there nevertheless.
    /// </summary>
    /// <param name="f">The integrand; it is never asked at the ends, nor at breakpoints.</param>
    /// <param name="lower">The lower bound; above upper, the integral changes its sign.</param>
    /// <param name="upper">The upper bound.</param>
    /// <param name="absoluteTolerance">The largest error that is accepted.</param>
    /// <param name="relativeTolerance">The same, as a part of the integral.</param>
    /// <param name="limit">The largest number of intervals, at least as many as there are to begin with.</param>
    /// <param name="breakpoints">Points inside a finite range where f has kinks, jumps or singularities, in any order.</param>
    /// <remarks>
    /// Piessens, de Doncker-Kapenga, Ueberhuber and Kahaner, QUADPACK, 1983 (QAG with error estimates and tests for round-off as there; infinite ranges by
    /// x = a + (1 - t) / t as in QAGI). The value is summed over the intervals in the order of their places.
    /// </remarks>
    /// <exception cref="ArgumentException">A bound is NaN, a tolerance negative, both are too small to be reached, or a breakpoint is outside the range or the range infinite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is below the number of intervals to begin with.</exception>
    public static QuadratureResult Integrate(
        Func<double, double> f,
        double lower,
        double upper,
        double absoluteTolerance = DefaultTolerance,
        double relativeTolerance = DefaultTolerance,
        int limit = 50,
        ReadOnlySpan<double> breakpoints = default)
    {
        ArgumentNullException.ThrowIfNull(f);
        CheckTolerances("integrate", absoluteTolerance, relativeTolerance);
        if (double.IsNaN(lower) || double.IsNaN(upper))
        {
            throw new ArgumentException($"integrate: the bounds {lower} and {upper} must be numbers.", nameof(lower));
        }

        if (lower == upper)
        {
            return new(0, 0, 0, 0, QuadratureStatus.Converged);
        }

        double sign = lower < upper ? 1 : -1;
        (lower, upper) = lower < upper ? (lower, upper) : (upper, lower);
        if (double.IsInfinity(lower) || double.IsInfinity(upper))
        {
            if (!breakpoints.IsEmpty)
            {
                throw new ArgumentException("integrate: breakpoints need finite bounds; integrate the pieces one by one.", nameof(breakpoints));
            }

            return Run(Folded(f, lower, upper), [0, 1], absoluteTolerance, relativeTolerance, limit, sign, callsEach: double.IsInfinity(lower) && double.IsInfinity(upper) ? 2 : 1);
        }

        return Run(f, Bounds(lower, upper, breakpoints), absoluteTolerance, relativeTolerance, limit, sign, callsEach: 1);
    }

    /// <summary>
    /// The expectation of f of a normal variable with this mean and standard deviation, adaptively: for functions with kinks or steps too, best with their places as
    /// breakpoints. For smooth functions <see cref="GaussRule.Normal"/> needs fewer evaluations. f is asked where the density is not zero: within 38.6 deviations.
    /// </summary>
    /// <param name="f">The function.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="deviation">The standard deviation, at least 0; at 0 the result is f(mean).</param>
    /// <param name="absoluteTolerance">The largest error that is accepted.</param>
    /// <param name="relativeTolerance">The same, as a part of the expectation.</param>
    /// <param name="limit">The largest number of intervals; ten and one for each breakpoint are there to begin with.</param>
    /// <param name="breakpoints">Points where f has kinks or jumps, in any order; those outside the range are left out.</param>
    /// <remarks>See <see cref="Integrate"/>.</remarks>
    /// <exception cref="ArgumentException">A tolerance is negative, or both are too small to be reached.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The mean or deviation is not finite, the deviation negative, or the limit below the number of intervals to begin with.</exception>
    public static QuadratureResult NormalExpectation(
        Func<double, double> f,
        double mean = 0,
        double deviation = 1,
        double absoluteTolerance = 1e-10,
        double relativeTolerance = 1e-10,
        int limit = 200,
        ReadOnlySpan<double> breakpoints = default)
    {
        ArgumentNullException.ThrowIfNull(f);
        CheckTolerances("normal expectation", absoluteTolerance, relativeTolerance);
        if (!double.IsFinite(mean) || !double.IsFinite(deviation) || deviation < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(deviation), deviation, $"normal expectation: a finite mean and a finite deviation of at least 0 are needed; got {mean} and {deviation}.");
        }

        if (deviation == 0)
        {
            return new(f(mean), 0, 1, 0, QuadratureStatus.Converged);
        }

        List<double> bounds = [.. NormalBounds];
        foreach (double point in breakpoints)
        {
            double z = (point - mean) / deviation;
            if (Math.Abs(z) < NormalEnd && !bounds.Contains(z))
            {
                bounds.Add(z);
            }
        }

        bounds.Sort();
        return Run(
            z => Map.Unary<Exp>(-0.5 * z * z) * InverseRootTwoPi * f(Math.FusedMultiplyAdd(deviation, z, mean)), [.. bounds], absoluteTolerance, relativeTolerance, limit, 1, callsEach: 1);
    }

    private static QuadratureResult Run(
        Func<double, double> f, double[] bounds, double absoluteTolerance, double relativeTolerance, int limit, double sign, int callsEach)
    {
        if (limit < bounds.Length - 1)
        {
            throw new ArgumentOutOfRangeException(nameof(limit), limit, $"integrate: the limit must be at least the {bounds.Length - 1} intervals to begin with.");
        }

        QuadratureResult result = new AdaptiveIntegration(f, bounds, absoluteTolerance, relativeTolerance, limit).Run();
        return result with { Value = sign * result.Value, Evaluations = callsEach * result.Evaluations };
    }

    /// <summary>An infinite range as an integral over t in (0, 1), with x = bound +- (1 - t) / t.</summary>
    private static Func<double, double> Folded(Func<double, double> f, double lower, double upper)
    {
        bool isWhole = double.IsInfinity(lower) && double.IsInfinity(upper);
        double from = isWhole ? 0 : double.IsInfinity(lower) ? upper : lower, direction = !isWhole && double.IsInfinity(lower) ? -1 : 1;
        return t =>
        {
            double x = (1 - t) / t;
            return (isWhole ? f(x) + f(-x) : f(from + (direction * x))) / t / t;
        };
    }

    private static double[] Bounds(double lower, double upper, ReadOnlySpan<double> breakpoints)
    {
        List<double> bounds = [lower, upper];
        foreach (double point in breakpoints)
        {
            if (!(point >= lower && point <= upper))
            {
                throw new ArgumentException($"integrate: the breakpoint {point} is outside [{lower}, {upper}].", nameof(breakpoints));
            }

            if (!bounds.Contains(point))
            {
                bounds.Add(point);
            }
        }

        bounds.Sort();
        return [.. bounds];
    }

    private static void CheckTolerances(string operation, double absolute, double relative)
    {
        if (!(absolute >= 0) || !(relative >= 0) || (absolute == 0 && relative < 50 * HostScalar.Epsilon))
        {
            throw new ArgumentException(
                $"{operation}: tolerances must not be negative, and an absolute one of 0 needs a relative one of at least {50 * HostScalar.Epsilon}; got {absolute} and {relative}.", nameof(absolute));
        }
    }
}
