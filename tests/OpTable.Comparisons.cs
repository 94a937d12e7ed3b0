using Onsager.Simd;
using static System.Double;

namespace Onsager.Tests;

/// <summary>Comparisons and choice.</summary>
internal static partial class OpTable
{
    private static OpRow[] Comparisons =>
    [
        new Binary<Equal> { Single = (x, y) => x == y ? 1 : 0, Double = (x, y) => x == y ? 1 : 0, Kinks = [(1, 1, 0, 0)] },
        new Binary<Less> { Single = (x, y) => x < y ? 1 : 0, Double = (x, y) => x < y ? 1 : 0, Kinks = [(1, 1, 0, 0)] },
        new Binary<LessOrEqual> { Single = (x, y) => x <= y ? 1 : 0, Double = (x, y) => x <= y ? 1 : 0, Kinks = [(1, 1, 0, 0)] },
        new Binary<NotEqual> { Single = (x, y) => x != y ? 1 : 0, Double = (x, y) => x != y ? 1 : 0, Kinks = [(1, 1, 0, 0)] },
        new Unary<IsFinite>
        {
            Single = _ => 1,
            Double = _ => 1,
            Exact = [(NaN, 0), (0, 1), (-0.0, 1), (PositiveInfinity, 0), (NegativeInfinity, 0), (float.MaxValue, 1), (float.MinValue, 1)],
            Subnormal = _ => 1,
        },
        new Unary<IsInfinity>
        {
            Single = _ => 0,
            Double = _ => 0,
            Exact = [(NaN, 0), (0, 0), (-0.0, 0), (PositiveInfinity, 1), (NegativeInfinity, 1), (float.MaxValue, 0), (float.MinValue, 0)],
            Subnormal = _ => 0,
        },
        new Unary<IsNaN>
        {
            Single = _ => 0,
            Double = _ => 0,
            Exact = [(NaN, 1), (0, 0), (-0.0, 0), (PositiveInfinity, 0), (NegativeInfinity, 0), (float.MaxValue, 0), (float.MinValue, 0)],
            Subnormal = _ => 0,
        },
        new Ternary<Select> { Single = (x, y, z) => x == 0 ? z : y, Double = (x, y, z) => x == 0 ? z : y },
    ];
}
