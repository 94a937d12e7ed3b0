using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>The square root of <see cref="Variance"/>.</summary>
/// <param name="correction">What is subtracted from the number of elements: 0 for the population's, 1 for the sample's (Bessel).</param>
public readonly struct StandardDeviation(double correction) : IReduction
{
    public static string Name => "standard deviation";

    public static FirstPass First => FirstPass.Sum;

    public static bool AddsUp => true;

    public static double? Empty => double.NaN;

    /// <summary>What is subtracted from the number of elements.</summary>
    public double Correction => correction;

    [MethodImpl(Inline)]
    public static V Prepare<V>(V first, V count)
        where V : unmanaged, ILanes<V> => first / count;

    [MethodImpl(Inline)]
    public static V Add<V>(V lane, V x, V prepared)
        where V : unmanaged, ILanes<V>
    {
        V deviation = x - prepared;
        return V.Fma(deviation, deviation, lane);
    }

    [MethodImpl(Inline)]
    public static V Finish<V>(V total, V prepared, V divisor)
        where V : unmanaged, ILanes<V> => V.Sqrt(total / divisor);

    public double Divisor(double count) => double.Max(0, count - correction);
}
