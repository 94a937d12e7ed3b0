using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Onsager.Simd;

/// <summary>Conversions between element types.</summary>
public static unsafe partial class Map
{
    /// <summary>
    /// y[i] = x[i] in another type: float, double, bool and integers of 8 to 64 bits from one another, and the storage types <see cref="Half"/> and
    /// <see cref="BFloat16"/> from and to float and double. To a type with fewer digits in one rounding to nearest even, beyond the range
    /// of a floating-point type infinity. To an integer toward zero, beyond its range its nearest end (<see cref="Integers.Wrap"/> wraps around), and NaN to 0. To bool: true for all
    /// but zeros, NaN too; from bool: 0 and 1. The same type is a copy.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ, or x overlaps y.</exception>
    /// <exception cref="NotSupportedException">The pair of types is none of these.</exception>
    public static void Convert<TFrom, TTo>(ReadOnlySpan<TFrom> x, Span<TTo> y)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        Operands.CheckSeparate<TFrom, TTo>("convert", nameof(x), x, y);
        bool done = true;
        if (Operands.Is<TFrom, TTo>())
        {
            MemoryMarshal.Cast<TFrom, TTo>(x).CopyTo(y);
        }
        else if (Operands.Is<TFrom, float>())
        {
            done = FromNumber<float, TTo>(MemoryMarshal.Cast<TFrom, float>(x), y);
        }
        else if (Operands.Is<TFrom, double>())
        {
            done = FromNumber<double, TTo>(MemoryMarshal.Cast<TFrom, double>(x), y);
        }
        else if (Operands.Is<TFrom, int>())
        {
            done = FromNumber<int, TTo>(MemoryMarshal.Cast<TFrom, int>(x), y);
        }
        else if (Operands.Is<TFrom, long>())
        {
            done = FromNumber<long, TTo>(MemoryMarshal.Cast<TFrom, long>(x), y);
        }
        else if (Operands.Is<TFrom, bool>() || Operands.Is<TFrom, byte>())
        {
            done = FromNumber<byte, TTo>(MemoryMarshal.AsBytes(x), y);
        }
        else if (Operands.Is<TFrom, sbyte>())
        {
            done = FromNumber<sbyte, TTo>(MemoryMarshal.Cast<TFrom, sbyte>(x), y);
        }
        else if (Operands.Is<TFrom, short>())
        {
            done = FromNumber<short, TTo>(MemoryMarshal.Cast<TFrom, short>(x), y);
        }
        else if (Operands.Is<TFrom, ushort>())
        {
            done = FromNumber<ushort, TTo>(MemoryMarshal.Cast<TFrom, ushort>(x), y);
        }
        else if (Operands.Is<TFrom, uint>())
        {
            done = FromNumber<uint, TTo>(MemoryMarshal.Cast<TFrom, uint>(x), y);
        }
        else if (Operands.Is<TFrom, ulong>())
        {
            done = FromNumber<ulong, TTo>(MemoryMarshal.Cast<TFrom, ulong>(x), y);
        }
        else if (Operands.Is<TFrom, Half>())
        {
            done = FromStorage<Float16Format, TTo>(MemoryMarshal.Cast<TFrom, ushort>(x), y);
        }
        else if (Operands.Is<TFrom, BFloat16>())
        {
            done = FromStorage<BFloat16Format, TTo>(MemoryMarshal.Cast<TFrom, ushort>(x), y);
        }
        else
        {
            done = false;
        }

        if (!done)
        {
            throw new NotSupportedException(
                $"convert: {typeof(TFrom).Name} to {typeof(TTo).Name}; float, double, bool and integers convert to one another, Half and BFloat16 from and to float and double.");
        }
    }

    /// <summary>From what the framework calls a number; IEEE 754 and C fix these bits, so its loops are as good as ours.</summary>
    private static bool FromNumber<TFrom, TTo>(ReadOnlySpan<TFrom> x, Span<TTo> y)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged
    {
        if (Operands.Is<TTo, float>())
        {
            TensorPrimitives.ConvertSaturating(x, MemoryMarshal.Cast<TTo, float>(y));
        }
        else if (Operands.Is<TTo, double>())
        {
            TensorPrimitives.ConvertSaturating(x, MemoryMarshal.Cast<TTo, double>(y));
        }
        else if (Operands.Is<TTo, int>())
        {
            // The framework's loop from float32 is scalar.
            if (Operands.Is<TFrom, float>())
            {
                ToIntegers(MemoryMarshal.Cast<TFrom, float>(x), MemoryMarshal.Cast<TTo, int>(y));
                return true;
            }

            TensorPrimitives.ConvertSaturating(x, MemoryMarshal.Cast<TTo, int>(y));
        }
        else if (Operands.Is<TTo, long>())
        {
            TensorPrimitives.ConvertSaturating(x, MemoryMarshal.Cast<TTo, long>(y));
        }
        else if (Operands.Is<TTo, sbyte>())
        {
            TensorPrimitives.ConvertSaturating(x, MemoryMarshal.Cast<TTo, sbyte>(y));
        }
        else if (Operands.Is<TTo, byte>())
        {
            TensorPrimitives.ConvertSaturating(x, MemoryMarshal.Cast<TTo, byte>(y));
        }
        else if (Operands.Is<TTo, short>())
        {
            TensorPrimitives.ConvertSaturating(x, MemoryMarshal.Cast<TTo, short>(y));
        }
        else if (Operands.Is<TTo, ushort>())
        {
            TensorPrimitives.ConvertSaturating(x, MemoryMarshal.Cast<TTo, ushort>(y));
        }
        else if (Operands.Is<TTo, uint>())
        {
            TensorPrimitives.ConvertSaturating(x, MemoryMarshal.Cast<TTo, uint>(y));
        }
        else if (Operands.Is<TTo, ulong>())
        {
            TensorPrimitives.ConvertSaturating(x, MemoryMarshal.Cast<TTo, ulong>(y));
        }
        else if (Operands.Is<TTo, bool>())
        {
            Compare.Run<IsNotEqual, TFrom>(x, TFrom.Zero, MemoryMarshal.Cast<TTo, bool>(y));
        }
        else if (Operands.Is<TTo, Half>())
        {
            return ToStorage<Float16Format, TFrom>(x, MemoryMarshal.Cast<TTo, ushort>(y));
        }
        else if (Operands.Is<TTo, BFloat16>())
        {
            return ToStorage<BFloat16Format, TFrom>(x, MemoryMarshal.Cast<TTo, ushort>(y));
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary>The framework's vectors, like its scalars, stop at the range's ends and make 0 of NaN on every processor.</summary>
    [MethodImpl(Jit.Loop)]
    private static void ToIntegers(ReadOnlySpan<float> x, Span<int> y)
    {
        int i = 0;
        for (; i <= y.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            Vector.ConvertToInt32(new Vector<float>(x[i..])).CopyTo(y[i..]);
        }

        for (; i < y.Length; i++)
        {
            y[i] = (int)x[i];
        }
    }

    private static bool ToStorage<TFormat, TFrom>(ReadOnlySpan<TFrom> x, Span<ushort> y)
        where TFormat : struct, IStorageFormat
        where TFrom : unmanaged
    {
        if (!Operands.Is<TFrom, float>() && !Operands.Is<TFrom, double>())
        {
            return false;
        }

        fixed (TFrom* px = x)
        {
            fixed (ushort* py = y)
            {
                Stream.Run(new NarrowPiece<TFormat, TFrom>(px), py, y.Length, inPlace: false);
            }
        }

        return true;
    }

    private static bool FromStorage<TFormat, TTo>(ReadOnlySpan<ushort> x, Span<TTo> y)
        where TFormat : struct, IStorageFormat
        where TTo : unmanaged
    {
        if (!Operands.Is<TTo, float>() && !Operands.Is<TTo, double>())
        {
            return false;
        }

        fixed (ushort* px = x)
        {
            fixed (TTo* py = y)
            {
                Stream.Run(new WidenPiece<TFormat, TTo>(px), py, y.Length, inPlace: false);
            }
        }

        return true;
    }
}
