using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>0 where x = y (zeros of both signs are equal), 1 elsewhere and where either is NaN. Piecewise constant: both derivatives are 0.</summary>
public readonly struct NotEqual : IBinaryOp
{
    public static string Name => "not_equal";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.SelectEqual(x, y, V.Of(0), V.Of(1));

    [MethodImpl(Inline)]
    public static V DerivativeX<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.Of(0);

    [MethodImpl(Inline)]
    public static V DerivativeY<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.Of(0);
}
