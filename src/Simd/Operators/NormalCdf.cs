using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The standard normal distribution function, erfc(-x / sqrt 2) / 2, over all inputs, relative to the far left: 4.01 ulp over all float32 inputs, at
/// most 5 ulp by 100,000 float64 points. Passes through the subnormals to +0 at the left; normal_cdf(+-0) = 1/2, normal_cdf(-infinity) = 0,
/// normal_cdf(+infinity) = 1, NaN stays NaN.
/// </summary>
/// <remarks>
/// The tail beyond a = |x| is e^(-a^2/2) P(t) / (a + K) with t = (a - K) / (a + K), after M. M. Shepherd and J. G. Laframboise, Math. Comp. 36
/// (1981), page 249, who do so for erfc; K = 4 (float32) and 5 (float64). The rounding error of a^2 joins the exponent's remainder, e^r is
/// <see cref="Exp"/>'s polynomial and 2^n comes last, with the only rounding of a subnormal. Coefficients: float32 Sollya 8, fpminimax, relative,
/// a up to 14.6 (error 1.8e-8); float64 a Remez exchange in mpmath for all a, rounded from the top coefficient down with a new exchange after each
/// (1.2e-16).
/// </remarks>
public readonly struct NormalCdf : IUnaryOp
{
    public static string Name => "normal_cdf";

    public static double MaxUlpSingle => 4.1;

    public static double MaxUlpDouble => 5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V tail = V.Scale(Tail(x, out _, out V n), n);
        return V.SelectLess(x, V.Of(0), tail, V.Of(1) - tail);
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Of(0.3989422804014327) * V.Call<Exp>(x * x * V.Of(-0.5));

    /// <summary>What 2^n leaves of the tail beyond a = |x|; a is bounded where the tail has settled at 0.</summary>
    [MethodImpl(Inline)]
    internal static V Tail<V>(V x, out V a, out V n)
        where V : unmanaged, ILanes<V>
    {
        // a in [0, 15] or NaN: beyond, the tail has settled at 0. t's rounding error is taken out by one fused residual, a - K - t (a + K).
        V k = V.Of(V.IsDouble ? 5 : 4);
        a = V.Lesser(V.Of(V.IsDouble ? 39 : 15), V.Abs(x));
        V sum = a + k, t = (a - k) / sum;
        V left = V.Fma(t, -a, V.Fma(t + V.Of(1), -k, a));
        t += left / sum;
        V square = a * a, rest = V.Fma(a, a, -square) * V.Of(-0.5), half = square * V.Of(-0.5);
        return V.IsDouble
            ? ExpDouble(half, rest, out n) * (PolynomialDouble(t) / sum)
            : ExpSingle(half, rest, out n) * (PolynomialSingle(t) / sum);
    }

    /// <summary>What 2^n leaves of e^(h + rest) in float32, for h in [-128, 0] and a small rest.</summary>
    [MethodImpl(Inline)]
    internal static V ExpSingle<V>(V h, V rest, out V n)
        where V : unmanaged, ILanes<V>
    {
        n = V.Round(h * V.Of(1.442695f));
        V r = V.Fma(n, V.Of(-0.69314575f), h);
        r = V.Fma(n, V.Of(-1.4286068e-6f), r) + rest;
        V p = V.Of(0.0013823546f);
        p = V.Fma(p, r, V.Of(0.008368823f));
        p = V.Fma(p, r, V.Of(0.041668236f));
        p = V.Fma(p, r, V.Of(0.1666652f));
        p = V.Fma(p, r, V.Of(0.49999994f));
        p = V.Fma(p, r, V.Of(1));
        return V.Fma(p, r, V.Of(1));
    }

    /// <summary>The same in float64, for h in [-1000, 0].</summary>
    [MethodImpl(Inline)]
    internal static V ExpDouble<V>(V h, V rest, out V n)
        where V : unmanaged, ILanes<V>
    {
        n = V.Round(h * V.Of(1.4426950408889634));
        V r = V.Fma(n, V.Of(-0.6931471805601177), h);
        r = V.Fma(n, V.Of(1.7239444525614835e-13), r) + rest;
        V p = V.Of(2.5004018340754756e-8);
        p = V.Fma(p, r, V.Of(2.76305305395188e-7));
        p = V.Fma(p, r, V.Of(2.75575743406585e-6));
        p = V.Fma(p, r, V.Of(2.4801492281301235e-5));
        p = V.Fma(p, r, V.Of(1.9841269519582232e-4));
        p = V.Fma(p, r, V.Of(1.3888888944461528e-3));
        p = V.Fma(p, r, V.Of(8.333333333488629e-3));
        p = V.Fma(p, r, V.Of(4.1666666666526714e-2));
        p = V.Fma(p, r, V.Of(0.16666666666666421));
        p = V.Fma(p, r, V.Of(0.5000000000000011));
        p = V.Fma(p, r, V.Of(1));
        p = V.Fma(p, r, V.Of(1));
        return p;
    }

    /// <summary>P(t) in float32, t = (a - 4) / (a + 4).</summary>
    [MethodImpl(Inline)]
    private static V PolynomialSingle<V>(V t)
        where V : unmanaged, ILanes<V>
    {
        V p = V.Of(-0.00011095723f);
        p = V.Fma(p, t, V.Of(-0.0002552057f));
        p = V.Fma(p, t, V.Of(-0.00010222573f));
        p = V.Fma(p, t, V.Of(1.4881479e-5f));
        p = V.Fma(p, t, V.Of(0.00029469366f));
        p = V.Fma(p, t, V.Of(0.0015555123f));
        p = V.Fma(p, t, V.Of(-0.0035447236f));
        p = V.Fma(p, t, V.Of(-0.007530008f));
        p = V.Fma(p, t, V.Of(0.060407467f));
        p = V.Fma(p, t, V.Of(-0.18652248f));
        p = V.Fma(p, t, V.Of(0.38713667f));
        p = V.Fma(p, t, V.Of(-0.6078966f));
        p = V.Fma(p, t, V.Of(0.75528514f));
        return p;
    }

    /// <summary>P(t) in float64, t = (a - 5) / (a + 5).</summary>
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
