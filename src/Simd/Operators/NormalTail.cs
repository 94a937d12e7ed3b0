using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The normal distribution beyond a >= 0, with relative accuracy however far out: e^(-a^2/2) P(t) / (a + k) with t = (a - k) / (a + k) and k = 5,
/// after M. M. Shepherd and J. G. Laframboise, Math. Comp. 36 (1981), page 249, who do so for erfc.
/// </summary>
/// <remarks>
/// What rounding does to a^2 and to t joins the exponent's remainder, e^r is <see cref="Exp"/>'s, and 2^n comes last, with the only rounding of a
/// subnormal. Coefficients, relative and for all a: float32 Sollya 8, fpminimax (error 4.6e-9); float64 a Remez exchange in mpmath, rounded from the
/// top coefficient down with a new exchange after each (1.2e-16).
/// </remarks>
internal static class NormalTail
{
    /// <summary>numerator e^(a^2/2) times the tail beyond a >= 0, but for a factor e^rest: Mills' ratio over sqrt(2 pi) where the numerator is 1.</summary>
    [MethodImpl(Inline)]
    internal static V Mills<V>(V numerator, V a, out V rest)
        where V : unmanaged, ILanes<V>
    {
        V t = Fraction(numerator, a, V.Of(5), out V q, out V left);
        rest = left * V.Fma(V.Fma(t, V.Of(-0.0658720062f), V.Of(0.145111203f)), t, V.Of(-0.08743892f));
        return (V.IsDouble ? PolynomialDouble(t) : PolynomialSingle(t)) * q;
    }

    /// <summary>
    /// t = (a - k) / (a + k), with what rounding left of it, a - k - t (a + k); and q = numerator / (a + k) with its errors taken out by one fused
    /// residual.
    /// </summary>
    [MethodImpl(Inline)]
    internal static V Fraction<V>(V numerator, V a, V k, out V q, out V left)
        where V : unmanaged, ILanes<V>
    {
        V inverse = V.Of(1) / (a + k);
        V t = V.Fma(inverse, V.Of(-2) * k, V.Of(1));
        left = V.Fma(t, -a, V.Fma(t + V.Of(1), -k, a));
        q = inverse * numerator;
        q = V.Fma(V.Fma(q, -k, V.Fma(q, -a, numerator)), inverse, q);
        return t;
    }

    /// <summary>numerator e^(-a^2/2) Mills' ratio, but for 2^n.</summary>
    [MethodImpl(Inline)]
    internal static V Unscaled<V>(V numerator, V a, out V n)
        where V : unmanaged, ILanes<V>
    {
        V ratio = Mills(numerator, a, out V rest), square = a * a;
        return Exp.Unscaled(square * V.Of(-0.5), V.Fma(V.Fma(a, a, -square), V.Of(-0.5), rest), ratio, out n);
    }

    /// <summary>|x|, bounded where the tail has settled at 0; the operand order keeps a NaN.</summary>
    [MethodImpl(Inline)]
    internal static V Bounded<V>(V x)
        where V : unmanaged, ILanes<V> => V.Lesser(V.Of(V.IsDouble ? 39 : 15), V.Abs(x));

    /// <summary>P(t) in float32.</summary>
    [MethodImpl(Inline)]
    private static V PolynomialSingle<V>(V t)
        where V : unmanaged, ILanes<V>
    {
        V p = V.Of(1.1785452e-5f);
        p = V.Fma(p, t, V.Of(-3.9130224e-5f));
        p = V.Fma(p, t, V.Of(-5.7502497e-5f));
        p = V.Fma(p, t, V.Of(0.00053302286f));
        p = V.Fma(p, t, V.Of(-0.00079544104f));
        p = V.Fma(p, t, V.Of(-0.0029870125f));
        p = V.Fma(p, t, V.Of(0.020792512f));
        p = V.Fma(p, t, V.Of(-0.06912023f));
        p = V.Fma(p, t, V.Of(0.16502123f));
        p = V.Fma(p, t, V.Of(-0.313533f));
        p = V.Fma(p, t, V.Of(0.4953055f));
        p = V.Fma(p, t, V.Of(-0.6653825f));
        return V.Fma(p, t, V.Of(0.76919305f));
    }

    /// <summary>P(t) in float64.</summary>
    [MethodImpl(Inline)]
    private static V PolynomialDouble<V>(V t)
        where V : unmanaged, ILanes<V>
    {
        V p = V.Of(1.351009887498619e-10);
        p = V.Fma(p, t, V.Of(-1.3660018277996118e-10));
        p = V.Fma(p, t, V.Of(-1.5953833060480058e-9));
        p = V.Fma(p, t, V.Of(1.2912335391753507e-9));
        p = V.Fma(p, t, V.Of(1.1399267567046265e-8));
        p = V.Fma(p, t, V.Of(-6.990089619124942e-9));
        p = V.Fma(p, t, V.Of(-7.061691440575514e-8));
        p = V.Fma(p, t, V.Of(3.864099132993486e-8));
        p = V.Fma(p, t, V.Of(4.3653342378722377e-7));
        p = V.Fma(p, t, V.Of(-3.336043191976318e-7));
        p = V.Fma(p, t, V.Of(-2.7708071472670072e-6));
        p = V.Fma(p, t, V.Of(3.979397053552095e-6));
        p = V.Fma(p, t, V.Of(1.6681664104137417e-5));
        p = V.Fma(p, t, V.Of(-4.9762341347290334e-5));
        p = V.Fma(p, t, V.Of(-5.937581302921864e-5));
        p = V.Fma(p, t, V.Of(0.0005448989716258181));
        p = V.Fma(p, t, V.Of(-0.0007978693883088285));
        p = V.Fma(p, t, V.Of(-0.0029933767594599245));
        p = V.Fma(p, t, V.Of(0.02079506679915037));
        p = V.Fma(p, t, V.Of(-0.06911863870703187));
        p = V.Fma(p, t, V.Of(0.16502036617041363));
        p = V.Fma(p, t, V.Of(-0.3135331566712829));
        p = V.Fma(p, t, V.Of(0.4953056159699759));
        p = V.Fma(p, t, V.Of(-0.665382502890057));
        p = V.Fma(p, t, V.Of(0.769193049750063));
        return p;
    }
}
