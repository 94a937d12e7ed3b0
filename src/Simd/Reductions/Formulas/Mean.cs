using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>The sum divided by the number of elements; NaN for none. The number is rounded to the element type.</summary>
public readonly struct Mean : IReduction
{
    public static string Name => "mean";

    public static FirstPass First => FirstPass.None;

    public static bool AddsUp => true;

    public static double? Empty => double.NaN;

    [MethodImpl(Inline)]
    public static V Prepare<V>(V first, V count)
        where V : unmanaged, ILanes<V> => first;

    [MethodImpl(Inline)]
    public static V Add<V>(V lane, V x, V prepared)
        where V : unmanaged, ILanes<V> => lane + x;

    [MethodImpl(Inline)]
    public static V Finish<V>(V total, V prepared, V divisor)
        where V : unmanaged, ILanes<V> => total / divisor;

    public double Divisor(double count) => count;
}
