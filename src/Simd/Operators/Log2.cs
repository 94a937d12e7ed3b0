using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The logarithm to base 2 over all inputs, subnormals included: 0.97 ulp over all float32 inputs, 0.78 ulp over 10^6 float64 points;
/// exact for powers of 2. log2(+-0) = -infinity, negative numbers give NaN, log2(1) = +0, log2(+infinity) = +infinity, NaN stays NaN.
/// </summary>
/// <remarks>
/// x = 2^e (1 + r) as in <see cref="Log"/>, in float32 with 1 + r in [2/3, 4/3), r / ln 2 + e by a fused step whose rounding error is
/// recovered by another (Dekker, 1971), and 1 / ln 2 in two parts. float32: a polynomial for the rest of log2(1 + r), Sollya 8, fpminimax on
/// [-0.33334, 0.33334], relative, error 5.2e-9. float64: the series of <see cref="Log"/>, as r - r^2/2 and what remains (fdlibm's e_log2.c,
/// FreeBSD, 2008, has this arrangement).
/// </remarks>
public readonly struct Log2 : IUnaryOp
{
    public static string Name => "log2";

    public static double MaxUlpSingle => 0.97;

    public static double MaxUlpDouble => 0.85;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        if (V.IsDouble)
        {
            V r = Log.SplitDouble(x, out V e);
            return Log.WithSpecials(x, Double(e, r));
        }
        else
        {
            V r = Log.SplitSingle(x, V.OfBits(0x3F2AAAAB), out V e);
            return Log.WithSpecials(x, Single(e, r));
        }
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Of(1.4426950408889634) / x;

    [MethodImpl(Inline)]
    public static double NearBound<V>()
        where V : unmanaged, ILanes<V> => Log.NearBound<V>();

    [MethodImpl(Inline)]
    public static V Distance<V>(V x)
        where V : unmanaged, ILanes<V> => Log.FromNormals(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static V Near<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        if (V.IsDouble)
        {
            V r = Log.SplitNormalDouble(x, out V e);
            return Double(e, r);
        }
        else
        {
            V r = Log.SplitNormalSingle(x, V.OfBits(0x3F2AAAAB), out V e);
            return Single(e, r);
        }
    }

    [MethodImpl(Inline)]
    private static V Single<V>(V e, V r)
        where V : unmanaged, ILanes<V>
    {
        V q = V.Of(-0.18425798f);
        q = V.Fma(q, r, V.Of(0.20208345f));
        q = V.Fma(q, r, V.Of(-0.17622699f));
        q = V.Fma(q, r, V.Of(0.20198563f));
        q = V.Fma(q, r, V.Of(-0.24061023f));
        q = V.Fma(q, r, V.Of(0.28869465f));
        q = V.Fma(q, r, V.Of(-0.36067206f));
        q = V.Fma(q, r, V.Of(0.48089653f));
        q = V.Fma(q, r, V.Of(-0.7213475f));

        // r / ln 2 lies below 1/2 in size, so that e - high is exact.
        V high = V.Fma(r, V.Of(1.442695f), e);
        V low = V.Fma(r, V.Of(1.442695f), e - high);
        return high + V.Fma(V.Fma(q, r, V.Of(1.925963e-8f)), r, low);
    }

    [MethodImpl(Inline)]
    private static V Double<V>(V e, V r)
        where V : unmanaged, ILanes<V>
    {
        V main = Log.OfOneDouble(r, out V rest);
        V high = V.Fma(main, V.Of(1.4426950408889634), e);
        V low = V.Fma(main, V.Of(1.4426950408889634), e - high);
        return high + V.Fma(rest, V.Of(1.4426950408889634), V.Fma(main, V.Of(2.0355273740931033e-17), low));
    }
}
