using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Onsager.Simd;

/// <summary>Bitwise work.</summary>
public static partial class Integers
{
    /// <summary>z[i] = x[i] &amp; y[i].</summary>
    /// <exception cref="ArgumentException">The lengths differ, or an input partly overlaps z.</exception>
    public static void And<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T>
    {
        Check("and", x, y, z);
        TensorPrimitives.BitwiseAnd(x, y, z);
    }

    /// <summary>z[i] = x[i] | y[i].</summary>
    /// <exception cref="ArgumentException">The lengths differ, or an input partly overlaps z.</exception>
    public static void Or<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T>
    {
        Check("or", x, y, z);
        TensorPrimitives.BitwiseOr(x, y, z);
    }

    /// <summary>z[i] = x[i] ^ y[i].</summary>
    /// <exception cref="ArgumentException">The lengths differ, or an input partly overlaps z.</exception>
    public static void Xor<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T>
    {
        Check("xor", x, y, z);
        TensorPrimitives.Xor(x, y, z);
    }

    /// <summary>y[i] = ~x[i].</summary>
    /// <exception cref="ArgumentException">The lengths differ, or x partly overlaps y.</exception>
    public static void Not<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        Operands.Check("not", nameof(x), x, y);
        TensorPrimitives.OnesComplement(x, y);
    }

    /// <summary>y[i] = x[i] shifted left, zeros coming in.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or x partly overlaps y.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative or not below the type's bits.</exception>
    public static void ShiftLeft<T>(ReadOnlySpan<T> x, int count, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        CheckShift("shift left", x, count, y);
        TensorPrimitives.ShiftLeft(x, count, y);
    }

    /// <summary>y[i] = x[i] shifted right, copies of the sign coming in, or zeros where the type has none.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or x partly overlaps y.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative or not below the type's bits.</exception>
    public static void ShiftRight<T>(ReadOnlySpan<T> x, int count, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        CheckShift("shift right", x, count, y);
        TensorPrimitives.ShiftRightArithmetic(x, count, y);
    }

    /// <summary>y[i] = x[i] shifted right, zeros coming in.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or x partly overlaps y.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative or not below the type's bits.</exception>
    public static void ShiftRightLogical<T>(ReadOnlySpan<T> x, int count, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        CheckShift("shift right logical", x, count, y);
        TensorPrimitives.ShiftRightLogical(x, count, y);
    }

    private static void CheckShift<T>(string operation, ReadOnlySpan<T> x, int count, Span<T> y)
        where T : unmanaged
    {
        int bits = Unsafe.SizeOf<T>() * 8;
        if (count < 0 || count >= bits)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"{operation}: the count must be from 0 to {bits - 1}.");
        }

        Operands.Check(operation, nameof(x), x, y);
    }
}
