namespace Onsager.Simd;

/// <summary>
/// bfloat16: the upper half of a float32, with its range and 8 significant bits. For storage; arithmetic is done in float32 or float64.
/// </summary>
/// <param name="bits">The bit pattern: sign, 8 bits of exponent, 7 of fraction.</param>
public readonly struct BFloat16(ushort bits) : IEquatable<BFloat16>, IFormattable
{
    /// <summary>The bit pattern.</summary>
    public ushort Bits { get; } = bits;

    /// <summary>The nearest bfloat16, ties to even; beyond the range infinity; NaN stays NaN (quiet).</summary>
    public static explicit operator BFloat16(float x) =>
        new((ushort)BitConverter.SingleToUInt32Bits(StorageFormats.Narrow<BFloat16Format, F32x1>(new(x)).Value));

    /// <summary>The nearest bfloat16 in one rounding, ties to even; beyond the range infinity; NaN stays NaN (quiet).</summary>
    public static explicit operator BFloat16(double x) =>
        new((ushort)BitConverter.DoubleToUInt64Bits(StorageFormats.Narrow<BFloat16Format, F64x1>(new(x)).Value));

    /// <summary>The same number as a float32, exactly.</summary>
    public static explicit operator float(BFloat16 x) =>
        StorageFormats.Widen<BFloat16Format, F32x1>(F32x1.OfBits(x.Bits)).Value;

    /// <summary>The same number as a float64, exactly.</summary>
    public static explicit operator double(BFloat16 x) => (float)x;

    /// <summary>Equal numbers; NaN equals NaN, and -0 equals 0, as for <see cref="float.Equals(float)"/>.</summary>
    public static bool operator ==(BFloat16 x, BFloat16 y) => (float)x == (float)y;

    /// <summary>Unequal numbers.</summary>
    public static bool operator !=(BFloat16 x, BFloat16 y) => (float)x != (float)y;

    /// <inheritdoc/>
    public bool Equals(BFloat16 other) => ((float)this).Equals((float)other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ((float)this).GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => ((float)this).ToString();

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ((float)this).ToString(format, formatProvider);
}
