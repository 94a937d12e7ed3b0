using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// An element as a number by which it is ordered: zeros of both signs are equal, and every NaN stands above every number, as in NumPy and
/// PyTorch. Floating-point numbers are ordered by their bits, with the sign turned into two's complement.
/// </summary>
internal readonly struct SortKey(long value, int index) : IComparable<SortKey>
{
    /// <summary>The key of every NaN of a floating-point type.</summary>
    public const long NotANumber = long.MaxValue;

    /// <summary>Orders the element.</summary>
    public long Value { get; } = value;

    /// <summary>The element's place; of equals the earlier one comes first, so that sorting is stable.</summary>
    public int Index { get; } = index;

    /// <inheritdoc/>
    public int CompareTo(SortKey other)
    {
        int order = Value.CompareTo(other.Value);
        return order != 0 ? order : Index.CompareTo(other.Index);
    }

    /// <summary>The key of an element, the opposite one where the greatest comes first.</summary>
    /// <exception cref="NotSupportedException">The type has no order here.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Of<T>(T x, bool isDescending)
        where T : unmanaged => isDescending ? ~Of(x) : Of(x);

    /// <summary>The key of an element.</summary>
    public static long Of<T>(T x)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return OfReal(Unsafe.BitCast<T, float>(x));
        }

        if (typeof(T) == typeof(double))
        {
            return OfReal(Unsafe.BitCast<T, double>(x));
        }

        if (typeof(T) == typeof(int))
        {
            return Unsafe.BitCast<T, int>(x);
        }

        return typeof(T) == typeof(long) ? Unsafe.BitCast<T, long>(x) : OfOther(x);
    }

    /// <summary>Refuses types without an order, before anything is made.</summary>
    public static void CheckType<T>(string operation)
        where T : unmanaged
    {
        bool isKnown = typeof(T) == typeof(float) || typeof(T) == typeof(double) || typeof(T) == typeof(int) || typeof(T) == typeof(long)
            || typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16) || typeof(T) == typeof(bool) || typeof(T) == typeof(byte) || typeof(T) == typeof(sbyte)
            || typeof(T) == typeof(short) || typeof(T) == typeof(ushort) || typeof(T) == typeof(uint) || typeof(T) == typeof(ulong);
        if (!isKnown)
        {
            throw new NotSupportedException($"{operation}: elements of type {typeof(T).Name} have no order here; numbers and booleans have.");
        }
    }

    private static long OfReal(double x)
    {
        if (double.IsNaN(x))
        {
            return NotANumber;
        }

        // x + 0 makes +0 of -0.
        long bits = BitConverter.DoubleToInt64Bits(x + 0.0);
        return bits ^ ((bits >> 63) & long.MaxValue);
    }

    private static long OfOther<T>(T x)
        where T : unmanaged
    {
        if (typeof(T) == typeof(Half))
        {
            return OfReal((double)Unsafe.BitCast<T, Half>(x));
        }

        if (typeof(T) == typeof(BFloat16))
        {
            return OfReal((double)Unsafe.BitCast<T, BFloat16>(x));
        }

        if (typeof(T) == typeof(short))
        {
            return Unsafe.BitCast<T, short>(x);
        }

        if (typeof(T) == typeof(sbyte))
        {
            return Unsafe.BitCast<T, sbyte>(x);
        }

        return Unsafe.SizeOf<T>() switch
        {
            1 => Unsafe.BitCast<T, byte>(x),
            2 => Unsafe.BitCast<T, ushort>(x),
            4 => Unsafe.BitCast<T, uint>(x),

            // The highest bit, turned, is the sign of a signed number of the same order.
            _ => unchecked((long)(Unsafe.BitCast<T, ulong>(x) ^ (1UL << 63))),
        };
    }
}
