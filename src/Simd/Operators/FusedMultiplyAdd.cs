using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>x * y + z with one rounding; NaN wins, 0 * infinity and infinity - infinity are NaN.</summary>
public readonly struct FusedMultiplyAdd : ITernaryOp
{
    public static string Name => "fma";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.Fma(x, y, z);

    [MethodImpl(Inline)]
    public static V DerivativeX<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => y;

    [MethodImpl(Inline)]
    public static V DerivativeY<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => x;

    [MethodImpl(Inline)]
    public static V DerivativeZ<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => V.Of(1);
}
