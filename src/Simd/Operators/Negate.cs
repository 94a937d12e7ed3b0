using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>-x: the sign bit flipped, also of zeros, infinities and NaN.</summary>
public readonly struct Negate : IUnaryOp
{
    public static string Name => "negate";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => -x;

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Of(-1);
}
