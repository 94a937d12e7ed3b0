using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>The 1-norm: the fixed-order sum of the magnitudes. +0 for no elements, NaN where an element is NaN.</summary>
public readonly struct ManhattanNorm : IReduction
{
    public static string Name => "1-norm";

    public static FirstPass First => FirstPass.None;

    public static bool AddsUp => true;

    public static double? Empty => 0;

    [MethodImpl(Inline)]
    public static V Prepare<V>(V first, V count)
        where V : unmanaged, ILanes<V> => first;

    [MethodImpl(Inline)]
    public static V Add<V>(V lane, V x, V prepared)
        where V : unmanaged, ILanes<V> => lane + V.Abs(x);

    [MethodImpl(Inline)]
    public static V Finish<V>(V total, V prepared, V divisor)
        where V : unmanaged, ILanes<V> => total;

    public double Divisor(double count) => count;
}
