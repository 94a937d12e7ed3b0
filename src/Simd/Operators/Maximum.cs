using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>IEEE 754-2019 maximum: NaN wins, +0 is above -0. At a tie both derivatives are 1/2.</summary>
public readonly struct Maximum : IBinaryOp
{
    public static string Name => "maximum";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Max(x, y);

    [MethodImpl(Inline)]
    public static V DerivativeX<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.SelectLess(y, x, V.Of(1), V.SelectEqual(x, y, V.Of(0.5), V.Of(0)));

    [MethodImpl(Inline)]
    public static V DerivativeY<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.SelectLess(x, y, V.Of(1), V.SelectEqual(x, y, V.Of(0.5), V.Of(0)));
}
