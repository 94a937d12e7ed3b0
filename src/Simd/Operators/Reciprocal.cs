using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>1 / x, correctly rounded: zeros give infinities of their sign and infinities zeros, NaN stays NaN.</summary>
public readonly struct Reciprocal : IUnaryOp
{
    public static string Name => "reciprocal";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => V.Of(1) / x;

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => -(y * y);
}
