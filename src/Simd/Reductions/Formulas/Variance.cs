using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The mean squared deviation from the mean, in two passes: the mean, then the fixed-order sum of fused squares of what is left after it is
/// subtracted. NaN for no elements, for as many as the correction, and where an element is NaN or infinite; infinite for fewer.
/// </summary>
/// <param name="correction">What is subtracted from the number of elements: 0 for the population's, 1 for the sample's (Bessel).</param>
public readonly struct Variance(double correction) : IReduction
{
    public static string Name => "variance";

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
        where V : unmanaged, ILanes<V> => total / divisor;

    public double Divisor(double count) => double.Max(0, count - correction);
}
