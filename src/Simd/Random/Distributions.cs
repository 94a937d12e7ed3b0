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
    /// Uniform in [low, high): low + u * width with one rounding, and where that rounds up to high, the last number below it. Spacing and
    /// probabilities are those of <see cref="Uniform"/> before the rounding.
    /// </summary>
    /// <param name="word">A random word per lane, as bits.</param>
    /// <param name="low">The least number.</param>
    /// <param name="width">high - low, rounded.</param>
    /// <param name="last">The largest number below high.</param>
    [MethodImpl(Inline)]
    public static V UniformBetween<V>(V word, V low, V width, V last)
        where V : unmanaged, ILanes<V> => V.Lesser(V.Fma(Uniform(word), width, low), last);

    /// <summary>
    /// Standard exponential, -log u for u in (0, 1], by inversion: support [0, 22.9] in float32 and [0, 37.5] in float64, error of the transformation
    /// that of <see cref="Log"/> (0.9 ulp). Small results are multiples of about 2^-24 (2^-53), for u is.
    /// </summary>
    /// <param name="word">A random word per lane, as bits.</param>
    [MethodImpl(Inline)]
    public static V Exponential<V>(V word)
        where V : unmanaged, ILanes<V> => V.Of(0) - Log.OfNormal(OpenUniform(word));

    /// <summary>1 or, where the word's top bit is set, -1.</summary>
    /// <param name="word">A random word per lane, as bits.</param>
    [MethodImpl(Inline)]
    public static V Rademacher<V>(V word)
        where V : unmanaged, ILanes<V> => V.Or(V.And(word, V.OfBits(V.IsDouble ? long.MinValue : 0x80000000)), V.Of(1));

    /// <summary>
    /// 1 where the word is below p, else 0. float32 compares all 32 bits, the upper 24 with floor(2^24 p) and the lower 8 with the rest, so the
    /// probability is p rounded to a multiple of 2^-32; float64 compares 53 bits with p, so it is p rounded up to a multiple of 2^-53.
    /// </summary>
    /// <param name="word">A random word per lane, as bits.</param>
    /// <param name="upper">floor(2^24 p) in float32, p in float64.</param>
    /// <param name="lower">2^32 p - 2^8 upper, rounded, in float32; not used in float64.</param>
    [MethodImpl(Inline)]
    public static V Bernoulli<V>(V word, V upper, V lower)
        where V : unmanaged, ILanes<V>
    {
        V one = V.Of(1), zero = V.Of(0);
        if (V.IsDouble)
        {
            return V.SelectLess(Uniform(word), upper, one, zero);
        }

        V top = V.IntegerToFloat(V.ShiftRightBits(word, 8)), low = V.IntegerToFloat(V.And(word, V.OfBits(0xFF)));
        return V.SelectLess(top, upper, one, V.SelectEqual(top, upper, V.SelectLess(low, lower, one, zero), zero));
    }

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
        V radius = V.Sqrt(V.Of(-2) * Log.OfNormal(OpenUniform(radiusWord)));
        SinCosTurns.Apply(Uniform(angleWord), out V sin, out V cos);
        even = radius * cos;
        odd = radius * sin;
    }

    /// <summary>Uniform in (0, 1]: (word + 1/2) * 2^-32 in float32, (top 53 bits + 1/2) * 2^-53 in float64, rounded; never zero or subnormal.</summary>
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
