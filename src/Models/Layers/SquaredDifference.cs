using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Models;

/// <summary>(x - y)^2, the difference rounded before the square is, as in two operations; one pass over memory forward and one back.</summary>
internal readonly struct SquaredDifference : IBinaryOp
{
    public static string Name => "squared difference";

    public static double MaxUlpSingle => 1.5;

    public static double MaxUlpDouble => 1.5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y)
        where V : unmanaged, ILanes<V>
    {
        V difference = x - y;
        return difference * difference;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeX<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V>
    {
        V difference = x - y;
        return difference + difference;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeY<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => -DerivativeX(x, y, z);
}
