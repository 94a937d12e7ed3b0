using Onsager.Simd;
using static System.Double;

namespace Onsager.Tests;

/// <summary>Rounding to integers.</summary>
internal static partial class OpTable
{
    private static OpRow[] Rounding =>
    [
        new Unary<Ceiling>
        {
            Single = Math.Ceiling,
            Double = x => Math.Ceiling(x),
            Breakpoints = Steps,
            Exact = [.. Fixed, (-0.5, -0.0), (0.5, 1), (1.5, 2), (-1.5, -1), (8388607.5, 8388608), (1e30f, 1e30f)],
            Subnormal = x => x > 0 ? 1 : -0.0,
            Smooth = BetweenSteps,
            Kinks = [(1, 0)],
        },
        new Unary<Floor>
        {
            Single = Math.Floor,
            Double = x => Math.Floor(x),
            Breakpoints = Steps,
            Exact = [.. Fixed, (-0.5, -1), (0.5, 0), (1.5, 1), (-1.5, -2), (8388607.5, 8388607), (1e30f, 1e30f)],
            Subnormal = x => x > 0 ? 0 : -1,
            Smooth = BetweenSteps,
            Kinks = [(1, 0)],
        },
        new Unary<Round>
        {
            Single = Math.Round,
            Double = x => Math.Round(x),
            Breakpoints = Steps,
            Exact = [.. Fixed, (-0.5, -0.0), (0.5, 0), (1.5, 2), (2.5, 2), (-1.5, -2), (8388607.5, 8388608), (1e30f, 1e30f)],
            Subnormal = x => CopySign(0, x),
            Smooth = BetweenSteps,
            Kinks = [(0.5, 0)],
        },
        new Unary<Truncate>
        {
            Single = Math.Truncate,
            Double = x => Math.Truncate(x),
            Breakpoints = Steps,
            Exact = [.. Fixed, (-0.5, -0.0), (0.5, 0), (1.5, 1), (-1.5, -1), (8388607.5, 8388607), (1e30f, 1e30f)],
            Subnormal = x => CopySign(0, x),
            Smooth = BetweenSteps,
            Kinks = [(1, 0)],
        },
    ];

    /// <summary>What every rounding leaves as it is.</summary>
    private static (double X, double Y)[] Fixed =>
        [(NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, NegativeInfinity), (3, 3), (-3, -3)];

    private static double[] Steps => [0.5, 1, 1.5, 2.5, -0.5, -1, -2.5, 4194304, 8388608, 16777216, 2251799813685248, 4503599627370496, -4503599627370496];

    private static (double Low, double High)[] BetweenSteps => [(-0.95, -0.55), (-0.45, -0.05), (0.05, 0.45), (1.55, 1.95)];
}
