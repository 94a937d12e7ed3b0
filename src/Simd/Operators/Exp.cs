using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>placeholder until the fitted polynomials land.</summary>
public readonly struct Exp : IUnaryOp
{
    public static string Name => "exp";

    public static double MaxUlpSingle => 1.0;

    public static double MaxUlpDouble => 1.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V clamped = V.Greater(V.Of(-104), V.Lesser(V.Of(89), x));
        V k = V.Fma(clamped, V.Of(1.4426950408889634), V.Of(12582912));
        V n = k - V.Of(12582912);
        V r = V.Fma(n, V.Of(-0.693145751953125), clamped);
        r = V.Fma(n, V.Of(-1.428606765330187e-06), r);
        V p = V.Of(1.0 / 720);
        p = V.Fma(p, r, V.Of(1.0 / 120));
        p = V.Fma(p, r, V.Of(1.0 / 24));
        p = V.Fma(p, r, V.Of(1.0 / 6));
        p = V.Fma(p, r, V.Of(0.5));
        p = V.Fma(p, r, V.Of(1));
        p = V.Fma(p, r, V.Of(1));
        return V.Scale(p, n);
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => y;
}
