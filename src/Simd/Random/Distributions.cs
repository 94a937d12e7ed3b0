using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// From random words to numbers, as formulas over lanes. A float32 element takes one 32-bit word; a float64 element takes two, words 2i
/// (low half) and 2i + 1.
/// </summary>
public static class Distributions
{
    /// <summary>Uniform in [0, 1): the top 24 (float32) or 53 (float64) bits of the word, scaled; every multiple of 2^-24 (2^-53) is equally likely.</summary>
    /// <param name="word">A random word per lane, as bits.</param>
    [MethodImpl(Inline)]
    public static V Uniform<V>(V word)
        where V : unmanaged, ILanes<V> =>
        V.IsDouble
            ? V.IntegerToFloat(V.ShiftRightBits(word, 11)) * V.Of(1.1102230246251565e-16)
            : V.IntegerToFloat(V.ShiftRightBits(word, 8)) * V.Of(5.9604644775390625e-08);

    /// <summary>
    /// Two independent standard normals from two words: radius sqrt(-2 log u) and angle 2 pi v (Box and Muller, 1958). u lies in (0, 1]
    /// and uses all 32 bits in float32, so that numbers reach 6.7 standard deviations (8.6 in float64).
    /// </summary>
    /// <param name="radiusWord">The word of the even element.</param>
    /// <param name="angleWord">The word of the odd element.</param>
    /// <param name="even">radius * cos(angle).</param>
    /// <param name="odd">radius * sin(angle).</param>
    [MethodImpl(Inline)]
    public static void Normal<V>(V radiusWord, V angleWord, out V even, out V odd)
        where V : unmanaged, ILanes<V>
    {
        V radius = V.Sqrt(V.Of(-2) * Log.Apply(OpenUniform(radiusWord)));
        SinCosTurns.Apply(Uniform(angleWord), out V sin, out V cos);
        even = radius * cos;
        odd = radius * sin;
    }

    /// <summary>Uniform in (0, 1]: (word + 1/2) * 2^-32 in float32, (top 53 bits + 1/2) * 2^-53 in float64, rounded.</summary>
    [MethodImpl(Inline)]
    private static V OpenUniform<V>(V word)
        where V : unmanaged, ILanes<V>
    {
        if (V.IsDouble)
        {
            return V.Fma(V.IntegerToFloat(V.ShiftRightBits(word, 11)), V.Of(1.1102230246251565e-16), V.Of(5.551115123125783e-17));
        }

        V high = V.IntegerToFloat(V.ShiftRightBits(word, 8));
        V low = V.IntegerToFloat(V.And(word, V.OfBits(0xFF)));
        return V.Fma(high, V.Of(5.9604644775390625e-08), V.Fma(low, V.Of(2.3283064365386963e-10), V.Of(1.1641532182693481e-10)));
    }
}
