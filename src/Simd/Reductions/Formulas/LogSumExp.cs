using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The logarithm of the sum of the exponentials: the maximum m is subtracted first (0 where it is not finite), so that nothing overflows, the
/// exponentials are summed in the fixed order, and m is added to the logarithm. -infinity for no elements and for -infinity alone,
/// +infinity where an element is, NaN where one is NaN.
/// </summary>
public readonly struct LogSumExp : IReduction
{
    public static string Name => "logsumexp";

    public static FirstPass First => FirstPass.Maximum;

    public static bool AddsUp => true;

    public static double? Empty => double.NegativeInfinity;

    [MethodImpl(Inline)]
    public static V Prepare<V>(V first, V count)
        where V : unmanaged, ILanes<V> => V.SelectLess(V.Abs(first), V.Of(double.PositiveInfinity), first, V.Of(0));

    [MethodImpl(Inline)]
    public static V Add<V>(V lane, V x, V prepared)
        where V : unmanaged, ILanes<V> => lane + Exp.Apply(x - prepared);

    [MethodImpl(Inline)]
    public static V Finish<V>(V total, V prepared, V divisor)
        where V : unmanaged, ILanes<V> => Log.Apply(total) + prepared;

    public double Divisor(double count) => count;
}
