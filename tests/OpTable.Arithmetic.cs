using Onsager.Simd;
using static System.Double;

namespace Onsager.Tests;

/// <summary>Arithmetic, roots and extrema.</summary>
internal static partial class OpTable
{
    private static OpRow[] Arithmetic =>
    [
        new Unary<Abs>
        {
            Single = Math.Abs,
            Double = x => Math.Abs(x),
            Exact = [(NaN, NaN), (0, 0), (-0.0, 0), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, PositiveInfinity), (-1.5, 1.5)],
            Subnormal = Math.Abs,
            Smooth = [(-3, -0.1), (0.1, 3)],
            Kinks = [(0, 0), (-0.0, 0)],
        },
        new Unary<Negate>
        {
            Single = x => -x,
            Double = x => -x,
            Exact = [(NaN, NaN), (0, -0.0), (-0.0, 0), (PositiveInfinity, NegativeInfinity), (NegativeInfinity, PositiveInfinity)],
            Subnormal = x => -x,
        },
        new Unary<Reciprocal>
        {
            Single = x => 1 / x,
            Double = x => (Wide)1 / x,
            Domain = x => x != 0,
            Exact = [(NaN, NaN), (0, PositiveInfinity), (-0.0, NegativeInfinity), (PositiveInfinity, 0), (NegativeInfinity, -0.0), (-4, -0.25)],
            Smooth = [(-3, -0.5), (0.5, 3)],
        },
        new Unary<Sqrt>
        {
            Single = Math.Sqrt,
            Double = Wide.Sqrt,
            Domain = x => x >= 0,
            Interesting = (0, 100),
            Exact = [(NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, NaN), (-1, NaN), (2.25, 1.5)],
            Smooth = [(0.5, 10)],
        },
        new Unary<Square>
        {
            Single = x => x * x,
            Double = x => (Wide)x * x,
            Exact = [(NaN, NaN), (0, 0), (-0.0, 0), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, PositiveInfinity), (-1.5, 2.25)],
            Subnormal = _ => 0,
        },
        new Binary<Add> { Single = (x, y) => x + y, Double = (x, y) => x + y },
        new Binary<Divide> { Single = (x, y) => x / y, Double = (x, y) => x / y },
        new Binary<Maximum> { Single = MaximumOf, Double = MaximumOf, Kinks = [(1, 1, 0.5, 0.5), (0, -0.0, 0.5, 0.5)] },
        new Binary<Minimum> { Single = MinimumOf, Double = MinimumOf, Kinks = [(1, 1, 0.5, 0.5), (0, -0.0, 0.5, 0.5)] },
        new Binary<Multiply> { Single = (x, y) => x * y, Double = (x, y) => x * y },
        new Binary<Subtract> { Single = (x, y) => x - y, Double = (x, y) => x - y },
        new Ternary<FusedMultiplyAdd> { Single = MathF.FusedMultiplyAdd, Double = Math.FusedMultiplyAdd },
    ];

    private static float MaximumOf(float x, float y) => (float)MaximumOf((double)x, y);

    private static float MinimumOf(float x, float y) => (float)MinimumOf((double)x, y);

    /// <summary>IEEE 754-2019, section 9.6, word for word.</summary>
    private static double MaximumOf(double x, double y) => IsNaN(x) || IsNaN(y) ? NaN : x > y ? x : y > x ? y : IsNegative(x) ? y : x;

    private static double MinimumOf(double x, double y) => IsNaN(x) || IsNaN(y) ? NaN : x < y ? x : y < x ? y : IsNegative(x) ? x : y;
}
