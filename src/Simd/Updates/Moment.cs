using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>What optimizer rules do to the numbers that they remember.</summary>
internal static class Moment
{
    /// <summary>
    /// x, and 0 where x is subnormal: a parameter whose gradient has stayed 0 lets its moments decay into numbers that cost a processor a hundred
    /// times the work. NaN stays NaN.
    /// </summary>
    [MethodImpl(Inline)]
    public static V Flush<V>(V x)
        where V : unmanaged, ILanes<V> =>
        V.SelectLess(V.Abs(x), V.IsDouble ? V.OfBits(0x0010000000000000) : V.OfBits(0x00800000), V.Of(0), x);
}
