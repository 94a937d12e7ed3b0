using System.Globalization;
using System.Runtime.CompilerServices;

namespace Onsager.Gpu.Tests;

/// <summary>The numbers on which devices disagree, if they do: specials, bit patterns, moderate numbers, in float and double.</summary>
internal static class Numbers
{
    private static readonly double[] s_specials =
    [
        0, -0.0, 1, -1, 0.5, 2, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, -double.Epsilon,
        double.MaxValue, double.MinValue, 2.2250738585072014e-308, -2.2250738585072014e-308, 2.2250738585072009e-308,
        1.1754943508222875e-38, -1.1754943508222875e-38, 1.1754942106924411e-38, 1.4012984643248171e-45, 3.4028234663852886e38,
        88.72284, -88.72284, 89, -87.33655, -103.97208, -104, 709.782712893384, -708.3964185322641, -745.1332191019411, 16777216, 8388607.5,
        12582912, 4503599627370496.5, 9007199254740992, 2147483648, -2147483649.0, 1e-30, 1e30, 0.34657359, 0.6931472, 1.5707964, 3.1415927,
        0.25, 0.75, 1.5, 2.5, 3.5, 10, 20, 1e-4, 1e-8,
    ];

    /// <summary>Deterministic numbers: an eighth special, a quarter of random bits, the rest moderate.</summary>
    public static T[] Mixed<T>(int count, ulong seed)
        where T : unmanaged
    {
        var numbers = new T[count];
        for (int i = 0; i < count; i++)
        {
            ulong bits = Mix(seed + (ulong)i);
            numbers[i] = (bits & 7) switch
            {
                0 => Of<T>(s_specials[(int)((bits >> 8) % (ulong)s_specials.Length)]),
                1 or 2 => OfBits<T>(Mix(bits)),
                _ => Of<T>(((Mix(bits) >> 11) * 1.1102230246251565e-16 * 24) - 12),
            };
        }

        return numbers;
    }

    /// <summary>Numbers of both signs within [-1, 1], so that long chains stay finite.</summary>
    public static T[] Moderate<T>(int count, ulong seed)
        where T : unmanaged
    {
        var numbers = new T[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = Of<T>(((Mix(seed + (ulong)i) >> 11) * 1.1102230246251565e-16 * 2) - 1);
        }

        return numbers;
    }

    public static T Of<T>(double value)
        where T : unmanaged => typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>((float)value) : Unsafe.BitCast<double, T>(value);

    /// <summary>Equal bits, or NaN twice.</summary>
    public static bool Same<T>(T x, T y)
        where T : unmanaged => Bits(x) == Bits(y) || (IsNaN(x) && IsNaN(y));

    /// <summary>The same for numbers whose type is not known before.</summary>
    public static bool SameObjects(object x, object y) => (x, y) switch
    {
        (float a, float b) => Same(a, b),
        (double a, double b) => Same(a, b),
        _ => Equals(x, y),
    };

    /// <summary>The number and its bits.</summary>
    public static string Show<T>(T x)
        where T : unmanaged => string.Create(CultureInfo.InvariantCulture, $"{x} (0x{Bits(x):X})");

    private static ulong Bits<T>(T x)
        where T : unmanaged =>
        typeof(T) == typeof(float) ? Unsafe.BitCast<T, uint>(x) : Unsafe.BitCast<T, ulong>(x);

    private static T OfBits<T>(ulong bits)
        where T : unmanaged => typeof(T) == typeof(float) ? Unsafe.BitCast<uint, T>((uint)bits) : Unsafe.BitCast<ulong, T>(bits);

    private static bool IsNaN<T>(T x)
        where T : unmanaged =>
        typeof(T) == typeof(float) ? float.IsNaN(Unsafe.BitCast<T, float>(x)) : double.IsNaN(Unsafe.BitCast<T, double>(x));

    // SplitMix64's finaliser (Steele, Lea and Flood 2014).
    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
