using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The standard normal distribution function, erfc(-x / sqrt 2) / 2, over all inputs, relative to the far left: 3.73 ulp over all float32 inputs, 3.3
/// over 10^6 float64 points. Passes through the subnormals to +0 at the left; normal_cdf(+-0) = 1/2, normal_cdf(-infinity) = 0,
/// normal_cdf(+infinity) = 1, NaN stays NaN.
/// </summary>
/// <remarks>The tail beyond |x| by <see cref="NormalTail"/>, and 1 less it at the right.</remarks>
public readonly struct NormalCdf : IUnaryOp
{
    public static string Name => "normal_cdf";

    public static double MaxUlpSingle => 3.75;

    public static double MaxUlpDouble => 3.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V tail = V.Scale(NormalTail.Unscaled(V.Of(1), NormalTail.Bounded(x), out V n), n);
        return V.SelectLess(x, V.Of(0), tail, V.Of(1) - tail);
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Of(0.3989422804014327) * V.Call<Exp>(x * x * V.Of(-0.5));
}
