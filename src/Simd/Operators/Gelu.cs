using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The exact gelu, x times the standard normal distribution function, over all inputs, relative to the far left: 3.97 ulp over all float32 inputs, 3.3
/// over 10^6 float64 points. Passes through the subnormals to -0 at the left and goes to x at the right; keeps the sign of zeros;
/// gelu(-infinity) = -0, gelu(+infinity) = +infinity, NaN stays NaN. (Hendrycks and Gimpel, 2016.)
/// </summary>
/// <remarks>
/// |x| times the normal tail of <see cref="NormalTail"/>, times -1 at the left and subtracted from x at the right: (1 + erf) / 2 would cancel.
/// The factor |x| comes before the scaling by 2^n where it is above 1, so that subnormals are rounded once.
/// </remarks>
public readonly struct Gelu : IUnaryOp
{
    public static string Name => "gelu";

    public static double MaxUlpSingle => 4;

    public static double MaxUlpDouble => 3.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V a = NormalTail.Bounded(x);
        V tail = NormalTail.Unscaled(V.Greater(V.Of(1), a), a, out V n);
        V product = V.Scale(tail, n) * V.Lesser(V.Of(1), a);
        return V.SelectLess(x, V.Of(0), -product, x - product);
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V>
    {
        // Beyond the bounds the density has settled at 0, and infinity would meet it.
        V clamped = V.Greater(V.Of(-40), V.Lesser(V.Of(40), x));
        return V.Fma(clamped * V.Of(0.3989422804014327), V.Call<Exp>(clamped * clamped * V.Of(-0.5)), V.Call<NormalCdf>(clamped));
    }
}
