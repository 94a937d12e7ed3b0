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
        new Unary<Cbrt>
        {
            Single = Math.Cbrt,
            Double = Wide.Cbrt,
            Breakpoints = [1, 8, 1e-210, 1.9e-211, 5.4210109e-20, 1.17549435e-38, 2.2250738585072014e-308, 1.7976931348623157e308],
            Exact = [(NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, NegativeInfinity), (8, 2), (-27, -3), (-1, -1)],
            Smooth = [(-3, -0.5), (0.5, 3)],
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
        new Unary<Rsqrt>
        {
            Single = x => 1 / Math.Sqrt(x),
            Double = Wide.Rsqrt,
            Domain = x => x > 0,
            Interesting = (0, 100),
            Breakpoints = [1, 4, 1.17549435e-38, 3.4028234663852886e38, 2.2250738585072014e-308, 1.7976931348623157e308],
            Exact = [(NaN, NaN), (0, PositiveInfinity), (-0.0, NegativeInfinity), (PositiveInfinity, 0), (NegativeInfinity, NaN), (-1, NaN), (0.0625, 4), (4, 0.5)],
            Smooth = [(0.5, 10)],
        },
        new Unary<Sign>
        {
            Single = x => Math.Sign(x),
            Double = x => Math.Sign(x),
            Exact = [(NaN, NaN), (0, 0), (-0.0, 0), (PositiveInfinity, 1), (NegativeInfinity, -1), (-2.5, -1)],
            Subnormal = x => Math.Sign(x),
            Smooth = [(-3, -0.1), (0.1, 3)],
            Kinks = [(0, 0), (-0.0, 0)],
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
        new Binary<Atan2>
        {
            Single = MathF.Atan2,
            Double = Math.Atan2,
            Reference = new(Math.Atan2, Wide.Atan2, Alike),
        },
        new Binary<CopySign>
        {
            Single = (x, y) => float.IsNaN(y) ? Math.Abs(x) : float.CopySign(x, y),
            Double = (x, y) => IsNaN(y) ? Math.Abs(x) : CopySign(x, y),
            Kinks = [(0, 1, 0, 0), (-0.0, -2, 0, 0)],
        },
        new Binary<Divide> { Single = (x, y) => x / y, Double = (x, y) => x / y },
        new Binary<Hypot>
        {
            Single = float.Hypot,
            Double = double.Hypot,
            Reference = new((x, y) => Math.Sqrt((x * x) + (y * y)), Wide.Hypot, Alike),
            Kinks = [(0, 0, 0, 0)],
        },
        new Binary<Maximum> { Single = MaximumOf, Double = MaximumOf, Kinks = [(1, 1, 0.5, 0.5), (0, -0.0, 0.5, 0.5)] },
        new Binary<Minimum> { Single = MinimumOf, Double = MinimumOf, Kinks = [(1, 1, 0.5, 0.5), (0, -0.0, 0.5, 0.5)] },
        new Binary<Multiply> { Single = (x, y) => x * y, Double = (x, y) => x * y },
        new Binary<Pow>
        {
            Single = MathF.Pow,
            Double = Math.Pow,
            Reference = new(Math.Pow, Wide.Pow, PowerInRange),
            PositiveX = true,
            Kinks = [(0, 0, 0, 0), (0, 2, 0, 0), (-2, 3, 12, 0), (1, 0, 0, 0)],
        },
        new Binary<Subtract> { Single = (x, y) => x - y, Double = (x, y) => x - y },
        new Ternary<Clamp>
        {
            Single = (x, y, z) => MinimumOf(MaximumOf(x, y), z),
            Double = (x, y, z) => MinimumOf(MaximumOf(x, y), z),
            Kinks = [(1, 1, 2, 1, 0, 0), (2, 1, 2, 1, 0, 0), (1, 1, 1, 1, 0, 0), (0, 2, 1, 0, 0, 1), (1.5, 2, 1, 0, 0, 1), (0, 1, 1, 0, 1, 0), (3, 1, 1, 0, 0, 1)],
        },
        new Ternary<FusedMultiplyAdd> { Single = MathF.FusedMultiplyAdd, Double = Math.FusedMultiplyAdd },
    ];

    /// <summary>Two numbers of any magnitude, either sign, and a quotient from 2^-30 to 2^30, often near 1.</summary>
    private static (double X, double Y) Alike(Random random, bool isDouble)
    {
        double x = Math.ScaleB(1 + random.NextDouble(), isDouble ? random.Next(-1040, 1020) : random.Next(-145, 126));
        double spread = random.Next(2) == 0 ? 1 : 20;
        double y = x * Math.Pow(2, spread * ((3 * random.NextDouble()) - 1.5));
        return (random.Next(2) == 0 ? x : -x, random.Next(2) == 0 ? y : -y);
    }

    /// <summary>A power that is neither 0 nor infinite, from bases that may be as near to 1 as the type allows; now and then a negative base.</summary>
    private static (double X, double Y) PowerInRange(Random random, bool isDouble)
    {
        double goal = isDouble ? (random.NextDouble() * 2100) - 1076 : (random.NextDouble() * 280) - 151;
        double log = Math.Pow(2, (random.NextDouble() * (isDouble ? 60 : 30)) - (isDouble ? 50 : 23)) * (random.Next(2) == 0 ? 1 : -1);
        double x = Math.Abs(log) < 0.5 ? 1 + (log * 0.6931471805599453) : Math.Pow(2, log);
        if (!isDouble)
        {
            x = (float)x;
        }

        double y = goal / Math.Log2(x);
        return random.Next(8) == 0 ? (-x, Math.Round(y)) : (x, y);
    }

    private static float MaximumOf(float x, float y) => (float)MaximumOf((double)x, y);

    private static float MinimumOf(float x, float y) => (float)MinimumOf((double)x, y);

    /// <summary>IEEE 754-2019, section 9.6, word for word.</summary>
    private static double MaximumOf(double x, double y) => IsNaN(x) || IsNaN(y) ? NaN : x > y ? x : y > x ? y : IsNegative(x) ? y : x;

    private static double MinimumOf(double x, double y) => IsNaN(x) || IsNaN(y) ? NaN : x < y ? x : y < x ? y : IsNegative(x) ? x : y;
}
