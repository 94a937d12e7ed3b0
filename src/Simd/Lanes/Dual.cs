using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// A value and its tangent: forward-mode differentiation of any formula, to any order by nesting (<c>Dual&lt;Dual&lt;F64x4&gt;&gt;</c>).
/// Arithmetic follows the product and quotient rules; <see cref="Call{TOp}(Dual{V})"/> follows an operator's own derivative. Work on bits has no
/// derivative and throws <see cref="NotSupportedException"/>: differentiate the operator that does it, with <see cref="Call{TOp}(Dual{V})"/>.
/// </summary>
/// <typeparam name="V">The lanes below.</typeparam>
/// <param name="value">The value.</param>
/// <param name="tangent">The derivative along the chosen direction.</param>
public readonly struct Dual<V>(V value, V tangent) : ILanes<Dual<V>>
    where V : unmanaged, ILanes<V>
{
    /// <summary>The value.</summary>
    public readonly V Value = value;

    /// <summary>The derivative along the chosen direction.</summary>
    public readonly V Tangent = tangent;

    public static bool IsDouble => V.IsDouble;

    [MethodImpl(Inline)] public static Dual<V> Of(double value) => new(V.Of(value), V.Of(0));
    [MethodImpl(Inline)] public static Dual<V> OfBits(long bits) => new(V.OfBits(bits), V.Of(0));

    [MethodImpl(Inline)] public static Dual<V> operator +(Dual<V> x, Dual<V> y) => new(x.Value + y.Value, x.Tangent + y.Tangent);
    [MethodImpl(Inline)] public static Dual<V> operator -(Dual<V> x, Dual<V> y) => new(x.Value - y.Value, x.Tangent - y.Tangent);
    [MethodImpl(Inline)] public static Dual<V> operator *(Dual<V> x, Dual<V> y) => new(x.Value * y.Value, V.Fma(x.Tangent, y.Value, x.Value * y.Tangent));

    [MethodImpl(Inline)]
    public static Dual<V> operator /(Dual<V> x, Dual<V> y)
    {
        V quotient = x.Value / y.Value;
        return new(quotient, (x.Tangent - (quotient * y.Tangent)) / y.Value);
    }

    [MethodImpl(Inline)] public static Dual<V> operator -(Dual<V> x) => new(-x.Value, -x.Tangent);

    [MethodImpl(Inline)]
    public static Dual<V> Fma(Dual<V> x, Dual<V> y, Dual<V> z) =>
        new(V.Fma(x.Value, y.Value, z.Value), V.Fma(x.Tangent, y.Value, V.Fma(x.Value, y.Tangent, z.Tangent)));

    [MethodImpl(Inline)] public static Dual<V> Abs(Dual<V> x) => new(V.Abs(x.Value), V.SelectLess(x.Value, V.Of(0), -x.Tangent, x.Tangent));

    [MethodImpl(Inline)]
    public static Dual<V> Sqrt(Dual<V> x)
    {
        V root = V.Sqrt(x.Value);
        return new(root, x.Tangent * V.Of(0.5) / root);
    }

    /// <summary>Rounding is constant almost everywhere: its tangent is zero.</summary>
    [MethodImpl(Inline)] public static Dual<V> Round(Dual<V> x) => new(V.Round(x.Value), V.Of(0));

    [MethodImpl(Inline)] public static Dual<V> Min(Dual<V> x, Dual<V> y) => new(V.Min(x.Value, y.Value), V.SelectLess(y.Value, x.Value, y.Tangent, x.Tangent));
    [MethodImpl(Inline)] public static Dual<V> Max(Dual<V> x, Dual<V> y) => new(V.Max(x.Value, y.Value), V.SelectLess(x.Value, y.Value, y.Tangent, x.Tangent));
    [MethodImpl(Inline)] public static Dual<V> Lesser(Dual<V> x, Dual<V> y) => SelectLess(x, y, x, y);
    [MethodImpl(Inline)] public static Dual<V> Greater(Dual<V> x, Dual<V> y) => SelectLess(y, x, x, y);

    [MethodImpl(Inline)] public static Dual<V> Scale(Dual<V> x, Dual<V> n) => throw NoDerivative(nameof(Scale));

    [MethodImpl(Inline)]
    public static Dual<V> SelectLess(Dual<V> x, Dual<V> y, Dual<V> yes, Dual<V> no) =>
        new(V.SelectLess(x.Value, y.Value, yes.Value, no.Value), V.SelectLess(x.Value, y.Value, yes.Tangent, no.Tangent));

    [MethodImpl(Inline)]
    public static Dual<V> SelectLessOrEqual(Dual<V> x, Dual<V> y, Dual<V> yes, Dual<V> no) =>
        new(V.SelectLessOrEqual(x.Value, y.Value, yes.Value, no.Value), V.SelectLessOrEqual(x.Value, y.Value, yes.Tangent, no.Tangent));

    [MethodImpl(Inline)]
    public static Dual<V> SelectEqual(Dual<V> x, Dual<V> y, Dual<V> yes, Dual<V> no) =>
        new(V.SelectEqual(x.Value, y.Value, yes.Value, no.Value), V.SelectEqual(x.Value, y.Value, yes.Tangent, no.Tangent));

    /// <summary>The values decide.</summary>
    [MethodImpl(Inline)] public static bool AllLess(Dual<V> x, Dual<V> y) => V.AllLess(x.Value, y.Value);

    public static Dual<V> And(Dual<V> x, Dual<V> y) => throw NoDerivative(nameof(And));
    public static Dual<V> Or(Dual<V> x, Dual<V> y) => throw NoDerivative(nameof(Or));
    public static Dual<V> Xor(Dual<V> x, Dual<V> y) => throw NoDerivative(nameof(Xor));
    public static Dual<V> AddBits(Dual<V> x, Dual<V> y) => throw NoDerivative(nameof(AddBits));
    public static Dual<V> SubtractBits(Dual<V> x, Dual<V> y) => throw NoDerivative(nameof(SubtractBits));
    public static Dual<V> ShiftLeftBits(Dual<V> x, int count) => throw NoDerivative(nameof(ShiftLeftBits));
    public static Dual<V> ShiftRightBits(Dual<V> x, int count) => throw NoDerivative(nameof(ShiftRightBits));
    public static Dual<V> IntegerToFloat(Dual<V> x) => throw NoDerivative(nameof(IntegerToFloat));

    /// <summary>The operator's value, and its own derivative times the tangent; the derivative is a formula over lanes, so this nests.</summary>
    [MethodImpl(Inline)]
    public static Dual<V> Call<TOp>(Dual<V> x)
        where TOp : struct, IUnaryOp
    {
        V y = V.Call<TOp>(x.Value);
        return new(y, TOp.Derivative(x.Value, y) * x.Tangent);
    }

    /// <summary>The operator's value, and its two derivatives times the tangents.</summary>
    [MethodImpl(Inline)]
    public static Dual<V> Call<TOp>(Dual<V> x, Dual<V> y)
        where TOp : struct, IBinaryOp
    {
        V z = V.Call<TOp>(x.Value, y.Value);
        return new(z, V.Fma(TOp.DerivativeX(x.Value, y.Value, z), x.Tangent, TOp.DerivativeY(x.Value, y.Value, z) * y.Tangent));
    }

    private static NotSupportedException NoDerivative(string member) =>
        new($"Dual.{member}: work on bits has no derivative; differentiate the operator through Dual.Call.");
}
