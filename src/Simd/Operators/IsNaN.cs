using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>1 for NaN, 0 for all else, infinities included. The derivative is 0.</summary>
public readonly struct IsNaN : IUnaryOp
{
    public static string Name => "isnan";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => V.SelectEqual(x, x, V.Of(0), V.Of(1));

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Of(0);
}
