using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>-1 below 0, 1 above, +0 for zeros of both signs, and NaN stays NaN (the array API's rule). The derivative is 0, at 0 too.</summary>
public readonly struct Sign : IUnaryOp
{
    public static string Name => "sign";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => V.SelectLess(x, V.Of(0), V.Of(-1), V.SelectLess(V.Of(0), x, V.Of(1), V.SelectEqual(x, V.Of(0), V.Of(0), x)));

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Of(0);
}
