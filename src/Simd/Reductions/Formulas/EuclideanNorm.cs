using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The 2-norm: the square root of the fixed-order sum of fused squares, without scaling, so that squares above the type's range give +infinity
/// and squares below it are lost. +0 for no elements, NaN where an element is NaN.
/// </summary>
public readonly struct EuclideanNorm : IReduction
{
    public static string Name => "norm";

    public static FirstPass First => FirstPass.None;

    public static bool AddsUp => true;

    public static double? Empty => 0;

    [MethodImpl(Inline)]
    public static V Prepare<V>(V first, V count)
        where V : unmanaged, ILanes<V> => first;

    [MethodImpl(Inline)]
    public static V Add<V>(V lane, V x, V prepared)
        where V : unmanaged, ILanes<V> => V.Fma(x, x, lane);

    [MethodImpl(Inline)]
    public static V Finish<V>(V total, V prepared, V divisor)
        where V : unmanaged, ILanes<V> => V.Sqrt(total);

    public double Divisor(double count) => count;
}
