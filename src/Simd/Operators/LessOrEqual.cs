using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// 1 where x &lt;= y (zeros of both signs are equal), 0 elsewhere and where either is NaN: not the complement of y &lt; x. Piecewise
/// constant: both derivatives are 0.
/// </summary>
public readonly struct LessOrEqual : IBinaryOp
{
    public static string Name => "less_equal";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.SelectLessOrEqual(x, y, V.Of(1), V.Of(0));

    [MethodImpl(Inline)]
    public static V DerivativeX<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.Of(0);

    [MethodImpl(Inline)]
    public static V DerivativeY<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.Of(0);
}
