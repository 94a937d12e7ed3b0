using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>A 16-bit floating-point format: sign, exponent, fraction, as IEEE 754 lays them out.</summary>
public interface IStorageFormat
{
    /// <summary>Bits of the fraction.</summary>
    static abstract int FractionBits { get; }

    /// <summary>The exponent's bias, which is also the largest exponent.</summary>
    static abstract int Bias { get; }
}

/// <summary>IEEE 754 binary16, <see cref="Half"/> in .NET.</summary>
public readonly struct Float16Format : IStorageFormat
{
    /// <inheritdoc/>
    public static int FractionBits => 10;

    /// <inheritdoc/>
    public static int Bias => 15;
}

/// <summary><see cref="BFloat16"/>.</summary>
public readonly struct BFloat16Format : IStorageFormat
{
    /// <inheritdoc/>
    public static int FractionBits => 7;

    /// <inheritdoc/>
    public static int Bias => 127;
}

/// <summary>
/// Conversions to and from 16-bit formats as formulas over lanes, so that every device has the same text and the same bits. A lane of
/// either float type holds the 16 bits at its lower end, with zeros above.
/// </summary>
/// <remarks>
/// Rounding is integer work on the pattern: adding just under half of the last kept place, and one more if that place is odd, carries
/// into it exactly when round-to-nearest-even wants it, also across the exponent and into infinity. Among the subnormals of the format
/// one rounded addition of a power of two, whose last place is the smallest subnormal, does the same (after F. Giesen, 2012).
/// </remarks>
public static class StorageFormats
{
    /// <summary>
    /// The nearest number of the format in one rounding, ties to even. Beyond the largest number by half a place or more infinity;
    /// subnormals kept; signed zeros and infinities kept; NaN keeps its sign and the upper bits of its payload, and is quiet.
    /// </summary>
    [MethodImpl(Inline)]
    public static V Narrow<TFormat, V>(V x)
        where TFormat : struct, IStorageFormat
        where V : unmanaged, ILanes<V>
    {
        int digits = V.IsDouble ? 52 : 23, bias = V.IsDouble ? 1023 : 127, shift = digits - TFormat.FractionBits;
        V size = V.Abs(x);

        // From 2^(Bias + 1) on everything is infinity, which that power's own pattern becomes. A NaN passes.
        V held = V.Lesser(PowerOfTwo<V>(TFormat.Bias + 1), size);
        V odd = V.And(V.ShiftRightBits(held, shift), V.OfBits(1));
        V half = V.OfBits((1L << (shift - 1)) - 1 - ((long)(bias - TFormat.Bias) << digits));
        V normal = V.ShiftRightBits(V.AddBits(V.AddBits(held, odd), half), shift);
        V magic = PowerOfTwo<V>(1 - TFormat.Bias - TFormat.FractionBits + digits);
        V small = V.SubtractBits(size + magic, magic);
        V number = V.SelectLess(size, PowerOfTwo<V>(1 - TFormat.Bias), small, normal);

        long infinity = (2L * TFormat.Bias + 1) << TFormat.FractionBits, quiet = 1L << (TFormat.FractionBits - 1);
        V payload = V.And(V.ShiftRightBits(size, shift), V.OfBits((1L << TFormat.FractionBits) - 1));
        V result = V.SelectEqual(x, x, number, V.Or(payload, V.OfBits(infinity | quiet)));
        return V.Or(result, V.And(V.ShiftRightBits(x, V.IsDouble ? 48 : 16), V.OfBits(0x8000)));
    }

    /// <summary>The same number in the lane's type, exactly; NaN keeps its sign and payload, and is quiet.</summary>
    [MethodImpl(Inline)]
    public static V Widen<TFormat, V>(V x)
        where TFormat : struct, IStorageFormat
        where V : unmanaged, ILanes<V>
    {
        int digits = V.IsDouble ? 52 : 23, bias = V.IsDouble ? 1023 : 127, shift = digits - TFormat.FractionBits;
        V pattern = V.ShiftLeftBits(V.And(x, V.OfBits(0x7FFF)), shift);
        V sign = V.ShiftLeftBits(V.And(x, V.OfBits(0x8000)), V.IsDouble ? 48 : 16);
        if (TFormat.Bias == bias)
        {
            V quiet = V.Or(pattern, V.OfBits(1L << (digits - 1)));
            return V.Or(V.SelectEqual(pattern, pattern, pattern, quiet), sign);
        }

        // The exponent counts from another bias: an exact product mends it, for the format's subnormals too. The top exponent, which
        // means infinity or NaN, has become an ordinary number.
        V number = pattern * PowerOfTwo<V>(bias - TFormat.Bias), top = PowerOfTwo<V>(TFormat.Bias + 1);
        V infinity = V.OfBits((2L * bias + 1) << digits);
        V nan = V.Or(number, V.OfBits(((4L * bias) + 3) << (digits - 1)));
        return V.Or(V.SelectLess(top, number, nan, V.SelectEqual(number, top, infinity, number)), sign);
    }

    /// <summary>2^n, or infinity just above the range.</summary>
    [MethodImpl(Inline)]
    private static V PowerOfTwo<V>(int n)
        where V : unmanaged, ILanes<V> => V.OfBits(V.IsDouble ? (long)(n + 1023) << 52 : (long)(n + 127) << 23);
}
