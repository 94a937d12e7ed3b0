using Onsager.Simd;

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

/// <summary>z = f(x, y).</summary>
internal abstract class BinaryRow : OpRow
{
    /// <summary>f to the bit; where <see cref="Reference"/> judges instead, only if an argument is zero, infinite or NaN or if f is NaN.</summary>
    public required Func<float, float, float> Single { get; init; }

    /// <summary>The same for float64.</summary>
    public required Func<double, double, double> Double { get; init; }

    /// <summary>What judges an operator whose bits IEEE 754 does not fix; null where it does.</summary>
    public BinaryReference? Reference { get; init; }

    /// <summary>Whether derivatives are compared with differences for positive x only.</summary>
    public bool PositiveX { get; init; }

    /// <summary>The chosen derivatives at kinks.</summary>
    public (double X, double Y, double SlopeX, double SlopeY)[] Kinks { get; init; } = [];
}

/// <summary>The exact values of a function of two arguments, for finite arguments other than 0 for which it is a number.</summary>
/// <param name="Single">f to at least 2^-45, for float32 arguments.</param>
/// <param name="Double">f to at least 2^-85, for float64 arguments.</param>
/// <param name="Points">Arguments where f is neither constant nor trivial and where it is hard; the flag asks for float64's range.</param>
internal sealed record BinaryReference(
    Func<double, double, double> Single, Func<double, double, Wide> Double, Func<Random, bool, (double X, double Y)> Points);

/// <summary>w = f(x, y, z), which IEEE 754 fixes to the bit.</summary>
internal abstract class TernaryRow : OpRow
{
    public required Func<float, float, float, float> Single { get; init; }

    public required Func<double, double, double, double> Double { get; init; }

    /// <summary>The chosen derivatives at kinks.</summary>
    public (double X, double Y, double Z, double SlopeX, double SlopeY, double SlopeZ)[] Kinks { get; init; } = [];
}

/// <summary>Every operator of Onsager.Simd, one row each, in a file for each family.</summary>
internal static partial class OpTable
{
    public static readonly OpRow[] Rows = [.. Arithmetic, .. Rounding, .. Exponential, .. Trigonometric, .. Special, .. Gammas, .. Activations, .. Comparisons];

    /// <summary>All names, for theories.</summary>
    public static IEnumerable<object[]> Names => Rows.Select(row => new object[] { row.Name });

    /// <summary>The names of operators that are judged by references, for theories.</summary>
    public static IEnumerable<object[]> JudgedNames =>
        Rows.Where(row => row is UnaryRow or BinaryRow { Reference: not null }).Select(row => new object[] { row.Name });

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
