using Onsager.Simd;
using static System.Double;

namespace Onsager.Tests;

/// <summary>The error function, the gamma function and their kin.</summary>
internal static partial class OpTable
{
    private static OpRow[] Special =>
    [
        new Unary<Erf>
        {
            Single = ErfOfSingle,
            Double = Wide.Erf,
            Interesting = (-7, 7),
            Breakpoints = [0.92, 1, 4, 6],
            Exact = [(NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, 1), (NegativeInfinity, -1), (7, 1), (-7, -1)],
        },
        new Unary<Erfc>
        {
            Single = x => Erfc.Apply(new F64x1(x)).Value,
            Double = x => Wide.Erfc(x),
            Interesting = (-7, 28),
            Breakpoints = [10.5, 27.5, 9.19, 10.05, 26.54, 27.22],
            Exact = [(NaN, NaN), (0, 1), (-0.0, 1), (PositiveInfinity, 0), (NegativeInfinity, 2), (30, 0), (-30, 2)],
            Subnormal = _ => 1,
        },
        new Unary<NormalCdf>
        {
            // The float64 formula judges the float32 one, and is judged itself.
            Single = x => NormalCdf.Apply(new F64x1(x)).Value,
            Double = Wide.NormalCdf,
            Interesting = (-40, 10),
            Breakpoints = [-15, -39, -13.0, -14.17, -37.5, -38.45],
            Exact = [(NaN, NaN), (0, 0.5), (-0.0, 0.5), (PositiveInfinity, 1), (NegativeInfinity, 0), (40, 1), (-40, 0)],
            Subnormal = _ => 0.5,
        },
        new Unary<LogNormalCdf>
        {
            Single = x => LogNormalCdf.Apply(new F64x1(x)).Value,
            Double = Wide.LogNormalCdf,
            Interesting = (-60, 40),
            Breakpoints = [0, 13.0, 14.17, 15, 37.5, 38.45, 39, -15, -39, -1e9, -1e18],
            Exact = [(NaN, NaN), (0, -0.6931471805599453), (-0.0, -0.6931471805599453), (PositiveInfinity, -0.0), (NegativeInfinity, NegativeInfinity), (40, -0.0), (1e30, -0.0)],
        },
        new Unary<ErfInverse>
        {
            Single = x => ErfInverse.Apply(new F64x1(x)).Value,
            Double = Wide.ErfInverse,
            Domain = x => Math.Abs(x) < 1,
            Interesting = (-1, 1),
            Breakpoints = [0.9966254, 0.999035, 0.99999994],
            Exact = [(NaN, NaN), (0, 0), (-0.0, -0.0), (1, PositiveInfinity), (-1, NegativeInfinity), (2, NaN), (-2, NaN), (PositiveInfinity, NaN), (NegativeInfinity, NaN)],
            Smooth = [(-0.8, 0.8)],
        },
    ];

    /// <summary>The series of <see cref="Wide.Erf"/> in float64; float32 has settled at 1 above 4.</summary>
    private static double ErfOfSingle(double x)
    {
        if (Math.Abs(x) > 4.5)
        {
            return Math.Sign(x);
        }

        double term = 1, sum = 1;
        for (int n = 3; term > 1e-17 * sum; n += 2)
        {
            term *= 2 * x * x / n;
            sum += term;
        }

        return 1.1283791670955126 * x * Math.Exp(-x * x) * sum;
    }
}
