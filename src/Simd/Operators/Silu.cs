using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// x / (1 + e^-x) over all inputs, relative to the far left: 2.17 ulp over all float32 inputs, 2.07 ulp over 10^6 float64 points.
/// Follows x e^x through the subnormals to -0 at the left and x at the right; keeps the sign of zeros; silu(-infinity) = -0, silu(+infinity)
/// = +infinity, NaN stays NaN. (Also known as swish.)
/// </summary>
/// <remarks>
/// e^-|x| = 2^n (1 + t) as in <see cref="Expm1"/>. Where x is negative, x e^x would lose its digits with a subnormal e^x: x (1 + t) is one
/// fused step, and 2^n comes last, with the only rounding of a subnormal. The logistic factor is 1 - q with q = g / (1 + g), g = e^-|x|, as
/// in <see cref="Sigmoid"/>.
/// </remarks>
public readonly struct Silu : IUnaryOp
{
    public static string Name => "silu";

    public static double MaxUlpSingle => 2.17;

    public static double MaxUlpDouble => 2.2;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        // Below the bound the result has settled at -0. The operand order keeps a NaN.
        V clamped = V.Greater(V.Of(V.IsDouble ? -755 : -115), x);
        V t = V.IsDouble
            ? Expm1.ReducedDouble(V.Or(clamped, V.OfBits(long.MinValue)), out V k)
            : Expm1.ReducedSingle(V.Or(clamped, V.OfBits(0x80000000)), out k);
        V n = k - V.Of(V.IsDouble ? 6755399441055744 : 12582912);
        return TimesSigmoid(x, clamped, t, n);
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V>
    {
        // Where the clamp holds, the logistic function has settled at 0 or 1, and infinity would meet 0.
        V sigmoid = V.Call<Sigmoid>(x), clamped = V.Greater(V.Of(-1000), V.Lesser(V.Of(1000), x));
        return sigmoid * V.Fma(clamped, V.Of(1) - sigmoid, V.Of(1));
    }

    /// <summary>x / (1 + e^-v) from e^-|v| = 2^n (1 + t), where v has x's sign; clamped is x, but no less than where -0 begins.</summary>
    [MethodImpl(Inline)]
    internal static V TimesSigmoid<V>(V x, V clamped, V t, V n)
        where V : unmanaged, ILanes<V>
    {
        V g = V.Scale(V.Of(1) + t, n);
        V q = g / (V.Of(-1) - g);
        V factor = V.SelectLess(x, V.Of(0), V.Fma(clamped, t, clamped), clamped);
        V y = V.Scale(V.Fma(factor, q, factor), V.SelectLess(x, V.Of(0), n, V.Of(0)));

        // The result has x's sign, also for zeros; from 40 on it is x, also where e^-v would leave its range, and for NaN.
        y = V.Or(y, V.And(x, V.IsDouble ? V.OfBits(long.MinValue) : V.OfBits(0x80000000)));
        return V.SelectLess(x, V.Of(40), y, x);
    }
}
