using Onsager.Simd;
using static System.Double;

namespace Onsager.Tests;

/// <summary>Sines and their inverses.</summary>
internal static partial class OpTable
{
    /// <summary>
    /// Multiples of pi / 2 and where the reductions change; then the float32 and the float64 that lie nearest to a multiple of pi / 2,
    /// relative to their size (Muller, Elementary Functions, section 11.3), and the ends of both ranges.
    /// </summary>
    private static double[] HardAngles =>
    [
        0.78539816339744828, 1.5707963267948966, 3.1415926535897931, 4.71238898038469, 6.2831853071795862, 355, 102943.70807280303, 262144, 1073741824,
        281474976710656, 8.1129638414606682e31, 7.3075081866545146e47, 16367173 * 4.722366482869645e21, 5.3193726483265414e255, 6.5820182292848242e63,
        3.4028234663852886e38, 1.5227053142812500e287, 1.7976931348623157e308,
    ];

    private static OpRow[] Trigonometric =>
    [
        new Unary<Sin>
        {
            Single = Math.Sin,
            Double = Wide.Sin,
            Breakpoints = HardAngles,
            Exact = [(NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, NaN), (NegativeInfinity, NaN)],
            Subnormal = x => x,
        },
        new Unary<Cos>
        {
            Single = Math.Cos,
            Double = Wide.Cos,
            Breakpoints = [1e-4, 1e-8, .. HardAngles],
            Exact = [(NaN, NaN), (0, 1), (-0.0, 1), (PositiveInfinity, NaN), (NegativeInfinity, NaN)],
            Subnormal = _ => 1,
        },
        new Unary<Tan>
        {
            Single = Math.Tan,
            Double = Wide.Tan,
            Breakpoints = HardAngles,
            Exact = [(NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, NaN), (NegativeInfinity, NaN)],
            Subnormal = x => x,
            Smooth = [(-1.2, 1.2), (2, 4)],
        },
        new Unary<Asin>
        {
            Single = Math.Asin,
            Double = Wide.Asin,
            Domain = x => Math.Abs(x) <= 1,
            Interesting = (-1, 1),
            Breakpoints = [0.5, -0.5, 1, -1],
            Exact =
            [
                (NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, NaN), (NegativeInfinity, NaN), (1.0000001192092896, NaN), (-2, NaN),
                (1, 1.5707963267948966), (-1, -1.5707963267948966),
            ],
            Subnormal = x => x,
            Smooth = [(-0.75, 0.75)],
            Kinks = [(1, PositiveInfinity), (-1, PositiveInfinity)],
        },
        new Unary<Acos>
        {
            Single = Math.Acos,
            Double = Wide.Acos,
            Domain = x => Math.Abs(x) <= 1,
            Interesting = (-1, 1),
            Breakpoints = [0.5, -0.5, 1, -1],
            Exact =
            [
                (NaN, NaN), (0, 1.5707963267948966), (-0.0, 1.5707963267948966), (PositiveInfinity, NaN), (NegativeInfinity, NaN),
                (1.0000001192092896, NaN), (-2, NaN), (1, 0), (-1, 3.1415926535897931),
            ],
            Subnormal = _ => 1.5707963267948966,
            Smooth = [(-0.75, 0.75)],
            Kinks = [(1, NegativeInfinity), (-1, NegativeInfinity)],
        },
        new Unary<Atan>
        {
            Single = Math.Atan,
            Double = Wide.Atan,
            Interesting = (-20, 20),
            Breakpoints = [1, -1, 1.6777216e7, 9007199254740992, 3.4028234663852886e38, 1.7976931348623157e308],
            Exact = [(NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, 1.5707963267948966), (NegativeInfinity, -1.5707963267948966)],
            Subnormal = x => x,
        },
    ];
}
