using Onsager.Simd;
using static System.Double;

namespace Onsager.Tests;

/// <summary>The logarithm of the gamma function and its derivatives.</summary>
internal static partial class OpTable
{
    /// <summary>The integers around which courses change, zeros of lgamma and digamma left of 0, halves and quarters of the reflection.</summary>
    private static double[] GammaBreakpoints =>
    [
        0.5, 1, 1.4616321449683622, 2, 3, 4, 5, 6, 7, 8, -0.25, -0.5, -0.75, -1, -1.5, -2, -2.4570247382208006, -2.7476826467274127, -3,
        -3.143580888349980, -3.9552942848585979, -4.0391618365, -5.0084, -8.0000248, -9.0000027557319, -0.50408300826445546, -1.5734984731623904,
        -2.6107208684441447, -3.5, -7.75, -8.5, -1000.5, -8388607.5, 8388608, 1e10, 1e300,
    ];

    private static OpRow[] Gammas =>
    [
        new Unary<LogGamma>
        {
            Single = LogGammaOfSingle,
            Double = Wide.LogGamma,
            Domain = IsNoPole,
            Interesting = (-20, 30),
            Breakpoints = GammaBreakpoints,
            Exact =
            [
                (NaN, NaN), (0, PositiveInfinity), (-0.0, PositiveInfinity), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, PositiveInfinity),
                (1, 0), (2, 0), (-1, PositiveInfinity), (-2, PositiveInfinity), (-9, PositiveInfinity), (-1e10, PositiveInfinity), (-1e300, PositiveInfinity),
            ],
            Smooth = [(0.5, 20), (-0.7, -0.3), (-2.7, -2.3), (-3.65, -3.35)],
        },
        new Unary<Digamma>
        {
            Single = DigammaOfSingle,
            Double = Wide.Digamma,
            Domain = IsNoPole,
            Interesting = (-20, 30),
            Breakpoints = GammaBreakpoints,
            Exact =
            [
                (NaN, NaN), (0, NegativeInfinity), (-0.0, PositiveInfinity), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, NaN),
                (-1, NaN), (-2, NaN), (-9, NaN), (-1e10, NaN), (-1e300, NaN),
            ],
            Smooth = [(0.5, 20), (-0.7, -0.3), (-2.7, -2.3), (-3.65, -3.35)],
        },
        new Unary<Trigamma>
        {
            Single = TrigammaOfSingle,
            Double = Wide.Trigamma,
            Domain = IsNoPole,
            Interesting = (-20, 30),
            Breakpoints = GammaBreakpoints,
            Exact =
            [
                (NaN, NaN), (0, PositiveInfinity), (-0.0, PositiveInfinity), (PositiveInfinity, 0), (NegativeInfinity, NaN),
                (-1, PositiveInfinity), (-2, PositiveInfinity), (-9, PositiveInfinity), (-1e10, PositiveInfinity), (-1e30, PositiveInfinity),
            ],
            Smooth = [(0.5, 20), (-0.7, -0.3), (-2.7, -2.3), (-3.65, -3.35)],
        },
    ];

    private static bool IsNoPole(double x) => x > 0 || x != Math.Floor(x);

    /// <summary><see cref="Wide.LogGamma"/>'s plan in float64.</summary>
    private static double LogGammaOfSingle(double x)
    {
        if (x < 0)
        {
            if (!IsNoPole(x))
            {
                return PositiveInfinity;
            }

            return Math.Log(Math.PI / (-x * Math.Abs(Math.Sin(Math.PI * Fraction(x))))) - LogGammaOfSingle(-x);
        }

        if (x is >= 0.5 and <= 2.5)
        {
            double y = x < 1.5 ? x - 1 : x - 2, power = -y, sum = 0.42278433509846713 * y;
            for (int k = 2; k < 28; k++)
            {
                power *= -y;
                sum += Wide.ZetaLessOne[k].Value * power / k;
            }

            return x < 1.5 ? sum - LogOfOnePlus(y) : sum;
        }

        double product = 1;
        for (; x < 12; x++)
        {
            product *= x;
        }

        double z = 1 / (x * x), series = 1.0 / 12 + (z * (-1.0 / 360 + (z * (1.0 / 1260 + (z * (-1.0 / 1680 + (z * (1.0 / 1188 - (z * 691 / 360360)))))))));
        return ((x - 0.5) * Math.Log(x)) - x + 0.91893853320467274 + (series / x) - Math.Log(product);
    }

    /// <summary><see cref="Wide.Digamma"/>'s plan in float64.</summary>
    private static double DigammaOfSingle(double x)
    {
        if (x < 0)
        {
            return DigammaOfSingle(-x) - (1 / x) - (Math.PI / Math.Tan(Math.PI * Fraction(x)));
        }

        double distance = x - Wide.DigammaZero[0] - Wide.DigammaZero[1], sum = 0;
        if (Math.Abs(distance) < 0.03125)
        {
            foreach (Wide coefficient in Wide.DigammaAtZero.Reverse())
            {
                sum = (sum + coefficient.Value) * distance;
            }

            return sum;
        }

        for (; x < 12; x++)
        {
            sum += 1 / x;
        }

        double z = 1 / (x * x);
        double series = z * (1.0 / 12 - (z * (1.0 / 120 - (z * (1.0 / 252 - (z * (1.0 / 240 - (z * (1.0 / 132 - (z * 691 / 32760))))))))));
        return Math.Log(x) - (0.5 / x) - series - sum;
    }

    /// <summary><see cref="Wide.Trigamma"/>'s plan in float64.</summary>
    private static double TrigammaOfSingle(double x)
    {
        if (x < 0)
        {
            double sine = Math.Sin(Math.PI * Fraction(x)) / Math.PI;
            return (1 / (sine * sine)) - TrigammaOfSingle(-x) + (1 / (x * x));
        }

        double sum = 0;
        for (; x < 12; x++)
        {
            sum += 1 / (x * x);
        }

        double z = 1 / (x * x);
        double series = z * (1.0 / 6 - (z * (1.0 / 30 - (z * (1.0 / 42 - (z * (1.0 / 30 - (z * (5.0 / 66 - (z * 691 / 2730))))))))));
        return (1 / x) + (z / 2) + (series / x) + sum;
    }

    /// <summary>What x is beside the nearest integer, exactly.</summary>
    private static double Fraction(double x) => x - Math.Round(x);

    /// <summary>log(1 + y), relative: the rounding error of the sum is made good (Kahan).</summary>
    private static double LogOfOnePlus(double y)
    {
        double u = 1 + y;
        return u == 1 ? y : Math.Log(u) * y / (u - 1);
    }
}
