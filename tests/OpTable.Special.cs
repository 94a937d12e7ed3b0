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
