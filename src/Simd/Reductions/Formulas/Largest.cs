using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>The maximum by IEEE 754-2019: NaN wins, +0 is above -0, so that it is the same in any order. No elements have none.</summary>
public readonly struct Largest : IReduction
{
    public static string Name => "max";

    public static FirstPass First => FirstPass.Maximum;

    public static bool AddsUp => false;

    public static double? Empty => null;

    [MethodImpl(Inline)]
    public static V Prepare<V>(V first, V count)
        where V : unmanaged, ILanes<V> => first;

    [MethodImpl(Inline)]
    public static V Add<V>(V lane, V x, V prepared)
        where V : unmanaged, ILanes<V> => lane;

    [MethodImpl(Inline)]
    public static V Finish<V>(V total, V prepared, V divisor)
        where V : unmanaged, ILanes<V> => total;

    public double Divisor(double count) => count;
}
