using System.Runtime.CompilerServices;

namespace Onsager.Models.Ode;

/// <summary>
/// Logarithms and powers to base 2 of one number each, for step lengths: good to 3e-6, where a controller needs three digits, in a third of the time
/// that a correctly rounded pair would keep the next step waiting. Sums and products alone, so the same bits everywhere.
/// </summary>
internal static class Binary
{
    private const double Two = 2 / 0.69314718055994530942;

    /// <summary>log2 of a positive normal number: 2^e m with m in [sqrt(1/2), sqrt(2)), and the series of 2 atanh((m - 1) / (m + 1)) to the seventh power; 4e-8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Log(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x), exponent = (bits - 0x3FE6A09E667F3BCD) >> 52;
        double m = BitConverter.Int64BitsToDouble(bits - (exponent << 52)), s = (m - 1) / (m + 1), z = s * s;
        double series = Math.FusedMultiplyAdd(Math.FusedMultiplyAdd(Math.FusedMultiplyAdd(Two / 7, z, Two / 5), z, Two / 3), z, Two);
        return Math.FusedMultiplyAdd(s, series, exponent);
    }

    /// <summary>2^x for |x| at most 1,000, by the exponential series of the part that is left from the nearest integer, to the fifth power; 3e-6.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Power(double x)
    {
        const double Ln2 = 0.69314718055994530942;
        double n = Math.Round(x), r = x - n;
        double p = Ln2 * Ln2 * Ln2 * Ln2 * Ln2 / 120;
        p = Math.FusedMultiplyAdd(p, r, Ln2 * Ln2 * Ln2 * Ln2 / 24);
        p = Math.FusedMultiplyAdd(p, r, Ln2 * Ln2 * Ln2 / 6);
        p = Math.FusedMultiplyAdd(p, r, Ln2 * Ln2 / 2);
        p = Math.FusedMultiplyAdd(p, r, Ln2);
        p = Math.FusedMultiplyAdd(p, r, 1);
        return p * BitConverter.Int64BitsToDouble((1023 + (long)n) << 52);
    }
}
