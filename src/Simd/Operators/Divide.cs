using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>x / y, correctly rounded; x / 0 is an infinity with the sign of both, NaN wins, 0 / 0 and infinity / infinity are NaN.</summary>
public readonly struct Divide : IBinaryOp
{
    public static string Name => "divide";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x, V y)
        where V : unmanaged, ILanes<V> => x / y;

    [MethodImpl(Inline)]
    public static V DerivativeX<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.Of(1) / y;

    [MethodImpl(Inline)]
    public static V DerivativeY<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => -(z / y);
}
