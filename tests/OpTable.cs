using Onsager.Simd;
using static System.Double;

namespace Onsager.Tests;

/// <summary>What a generic suite does with each kind of operator.</summary>
internal interface IOpVisitor
{
    void Unary<TOp>(UnaryRow row)
        where TOp : struct, IUnaryOp;

    void Binary<TOp>(BinaryRow row)
        where TOp : struct, IBinaryOp;

    void Ternary<TOp>(TernaryRow row)
        where TOp : struct, ITernaryOp;
}

/// <summary>One operator and what is known of it from outside: the published errors stay with the operator itself.</summary>
internal abstract class OpRow
{
    public abstract string Name { get; }

    public abstract Type Operator { get; }

    /// <summary>Calls the visitor's method of this operator's kind, with the operator as its type argument.</summary>
    public abstract void Accept(IOpVisitor visitor);
}

/// <summary>y = f(x).</summary>
internal abstract class UnaryRow : OpRow
{
    /// <summary>f to at least 2^-45, for finite float32 arguments.</summary>
    public required Func<double, double> Single { get; init; }

    /// <summary>f to at least 2^-90, for finite float64 arguments in its domain.</summary>
    public required Func<double, Wide> Double { get; init; }

    /// <summary>The finite arguments for which f is a number.</summary>
    public Func<double, bool> Domain { get; init; } = _ => true;

    /// <summary>Where f is neither constant nor trivial: points are drawn from here beside those from all bit patterns.</summary>
    public (double Low, double High) Interesting { get; init; } = (-100, 100);

    /// <summary>Arguments near which the formula changes its course.</summary>
    public double[] Breakpoints { get; init; } = [];

    /// <summary>f(x) to the bit, in both types; NaN, both zeros and both infinities must be among them.</summary>
    public required (double X, double Y)[] Exact { get; init; }

    /// <summary>f of subnormal numbers to the bit; null where only the published error counts.</summary>
    public Func<double, double>? Subnormal { get; init; }

    /// <summary>Where f is smooth: its derivatives are compared with differences there.</summary>
    public (double Low, double High)[] Smooth { get; init; } = [(-3, 3)];

    /// <summary>The chosen derivative at kinks.</summary>
    public (double X, double Slope)[] Kinks { get; init; } = [];
}

/// <summary>z = f(x, y), which IEEE 754 fixes to the bit.</summary>
internal abstract class BinaryRow : OpRow
{
    public required Func<float, float, float> Single { get; init; }

    public required Func<double, double, double> Double { get; init; }

    /// <summary>The chosen derivatives at kinks.</summary>
    public (double X, double Y, double SlopeX, double SlopeY)[] Kinks { get; init; } = [];
}

/// <summary>w = f(x, y, z), which IEEE 754 fixes to the bit.</summary>
internal abstract class TernaryRow : OpRow
{
    public required Func<float, float, float, float> Single { get; init; }

    public required Func<double, double, double, double> Double { get; init; }
}

/// <summary>Every operator of Onsager.Simd, one row each.</summary>
internal static class OpTable
{
    public static readonly OpRow[] Rows =
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
        new Unary<Erf>
        {
            Single = ErfOfSingle,
            Double = Wide.Erf,
            Interesting = (-7, 7),
            Breakpoints = [0.92, 1, 4, 6],
            Exact = [(NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, 1), (NegativeInfinity, -1), (7, 1), (-7, -1)],
        },
        new Unary<Exp>
        {
            Single = Math.Exp,
            Double = x => Wide.Exp(x),
            Interesting = (-760, 720),
            Breakpoints = [-104, -103.97, -87.33, 88.73, 89, -746, -745.13, -708.4, 709.79, 710, 0.34657359, -0.34657359],
            Exact = [(NaN, NaN), (0, 1), (-0.0, 1), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, 0), (1e4, PositiveInfinity), (-1e4, 0)],
            Subnormal = _ => 1,
        },
        new Unary<Expm1>
        {
            Single = x => 2 * Math.Sinh(Math.Max(x, -100) / 2) * Math.Exp(Math.Max(x, -100) / 2),
            Double = x => Wide.Expm1(x),
            Interesting = (-50, 720),
            Breakpoints = [-18, -38, 88.73, 89, 709.79, 710, 0.34657359, -0.34657359, 1.4901161e-8, 2.7755575615628914e-17],
            Exact = [(NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, -1), (1e4, PositiveInfinity), (-1e4, -1)],
            Subnormal = x => x,
        },
        new Unary<Log>
        {
            Single = Math.Log,
            Double = Wide.Log,
            Domain = x => x > 0,
            Interesting = (0, 10),
            Breakpoints = [0.5, 2.0 / 3, 0.70710678118654757, 1, 4.0 / 3, 1.4142135623730951, 1.17549435e-38, 2.2250738585072014e-308],
            Exact =
            [
                (NaN, NaN), (0, NegativeInfinity), (-0.0, NegativeInfinity), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, NaN), (-1, NaN), (1, 0),
            ],
            Smooth = [(0.1, 10)],
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
        new Unary<Relu>
        {
            Single = x => x > 0 ? x : 0,
            Double = x => x > 0 ? x : 0,
            Exact = [(NaN, NaN), (0, 0), (-0.0, 0), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, 0), (-1, 0)],
            Subnormal = x => x > 0 ? x : 0,
            Smooth = [(-3, -0.1), (0.1, 3)],
            Kinks = [(0, 0), (-0.0, 0)],
        },
        new Unary<Sigmoid>
        {
            Single = x => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x)),
            Double = Wide.Sigmoid,
            Interesting = (-760, 50),
            Breakpoints = [-104, -103.97, -87.33, 17, -746, -745.13, -708.4, 37],
            Exact = [(NaN, NaN), (0, 0.5), (-0.0, 0.5), (PositiveInfinity, 1), (NegativeInfinity, 0), (1e4, 1), (-1e4, 0)],
            Subnormal = _ => 0.5,
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
        new Unary<Tanh>
        {
            Single = Math.Tanh,
            Double = Wide.Tanh,
            Interesting = (-22, 22),
            Breakpoints = [0.55, 9.02, 10, 19.06, 20],
            Exact = [(NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, 1), (NegativeInfinity, -1), (100, 1), (-100, -1)],
            Subnormal = x => x,
        },

        new Binary<Add> { Single = (x, y) => x + y, Double = (x, y) => x + y },
        new Binary<Divide> { Single = (x, y) => x / y, Double = (x, y) => x / y },
        new Binary<Equal> { Single = (x, y) => x == y ? 1 : 0, Double = (x, y) => x == y ? 1 : 0, Kinks = [(1, 1, 0, 0)] },
        new Binary<Less> { Single = (x, y) => x < y ? 1 : 0, Double = (x, y) => x < y ? 1 : 0, Kinks = [(1, 1, 0, 0)] },
        new Binary<Maximum> { Single = MaximumOf, Double = MaximumOf, Kinks = [(1, 1, 0.5, 0.5), (0, -0.0, 0.5, 0.5)] },
        new Binary<Minimum> { Single = MinimumOf, Double = MinimumOf, Kinks = [(1, 1, 0.5, 0.5), (0, -0.0, 0.5, 0.5)] },
        new Binary<Multiply> { Single = (x, y) => x * y, Double = (x, y) => x * y },
        new Binary<Subtract> { Single = (x, y) => x - y, Double = (x, y) => x - y },

        new Ternary<FusedMultiplyAdd> { Single = MathF.FusedMultiplyAdd, Double = Math.FusedMultiplyAdd },
        new Ternary<Select> { Single = (x, y, z) => x == 0 ? z : y, Double = (x, y, z) => x == 0 ? z : y },
    ];

    /// <summary>All names, for theories.</summary>
    public static IEnumerable<object[]> Names => Rows.Select(row => new object[] { row.Name });

    /// <summary>The names of unary operators, for theories.</summary>
    public static IEnumerable<object[]> UnaryNames => Rows.OfType<UnaryRow>().Select(row => new object[] { row.Name });

    /// <summary>The row of this name.</summary>
    public static OpRow Row(string name) => Rows.Single(row => row.Name == name);

    /// <summary>Numbers at which something may go wrong, for operators of several arguments: every combination is tried.</summary>
    public static IReadOnlyList<T> Specials<T>()
        where T : struct, System.Numerics.IBinaryFloatingPointIeee754<T>, System.Numerics.IMinMaxValue<T>
    {
        T smallestNormal = T.ScaleB(T.One, typeof(T) == typeof(float) ? -126 : -1022);
        T[] positive = [T.Zero, T.Epsilon, smallestNormal, T.BitDecrement(smallestNormal), T.One, T.BitIncrement(T.One), T.Pi, T.MaxValue, T.PositiveInfinity];
        return [T.NaN, .. positive, .. positive.Select(x => -x)];
    }

    private static float MaximumOf(float x, float y) => (float)MaximumOf((double)x, y);

    private static float MinimumOf(float x, float y) => (float)MinimumOf((double)x, y);

    /// <summary>IEEE 754-2019, section 9.6, word for word.</summary>
    private static double MaximumOf(double x, double y) => IsNaN(x) || IsNaN(y) ? NaN : x > y ? x : y > x ? y : IsNegative(x) ? y : x;

    private static double MinimumOf(double x, double y) => IsNaN(x) || IsNaN(y) ? NaN : x < y ? x : y < x ? y : IsNegative(x) ? x : y;

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

    private sealed class Unary<TOp> : UnaryRow
        where TOp : struct, IUnaryOp
    {
        public override string Name => TOp.Name;

        public override Type Operator => typeof(TOp);

        public override void Accept(IOpVisitor visitor) => visitor.Unary<TOp>(this);
    }

    private sealed class Binary<TOp> : BinaryRow
        where TOp : struct, IBinaryOp
    {
        public override string Name => TOp.Name;

        public override Type Operator => typeof(TOp);

        public override void Accept(IOpVisitor visitor) => visitor.Binary<TOp>(this);
    }

    private sealed class Ternary<TOp> : TernaryRow
        where TOp : struct, ITernaryOp
    {
        public override string Name => TOp.Name;

        public override Type Operator => typeof(TOp);

        public override void Accept(IOpVisitor visitor) => visitor.Ternary<TOp>(this);
    }
}
