using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Logic over spans of booleans, element by element, and choices by them. Lengths must agree; an input of a logical operation may be the
/// output itself but not overlap it otherwise. Empty spans do nothing: none is true, and all are.
/// </summary>
public static unsafe class Booleans
{
    /// <summary>z[i] = x[i] and y[i].</summary>
    /// <exception cref="ArgumentException">The lengths differ, or an input partly overlaps z.</exception>
    public static void And(ReadOnlySpan<bool> x, ReadOnlySpan<bool> y, Span<bool> z)
    {
        Check("and", x, y, z);
        TensorPrimitives.BitwiseAnd(Bytes(x), Bytes(y), MemoryMarshal.AsBytes(z));
    }

    /// <summary>z[i] = x[i] or y[i].</summary>
    /// <exception cref="ArgumentException">The lengths differ, or an input partly overlaps z.</exception>
    public static void Or(ReadOnlySpan<bool> x, ReadOnlySpan<bool> y, Span<bool> z)
    {
        Check("or", x, y, z);
        TensorPrimitives.BitwiseOr(Bytes(x), Bytes(y), MemoryMarshal.AsBytes(z));
    }

    /// <summary>z[i] = either x[i] or y[i].</summary>
    /// <exception cref="ArgumentException">The lengths differ, or an input partly overlaps z.</exception>
    public static void Xor(ReadOnlySpan<bool> x, ReadOnlySpan<bool> y, Span<bool> z)
    {
        Check("xor", x, y, z);
        TensorPrimitives.Xor(Bytes(x), Bytes(y), MemoryMarshal.AsBytes(z));
    }

    /// <summary>y[i] = not x[i].</summary>
    /// <exception cref="ArgumentException">The lengths differ, or x partly overlaps y.</exception>
    public static void Not(ReadOnlySpan<bool> x, Span<bool> y)
    {
        Operands.Check("not", nameof(x), x, y);
        TensorPrimitives.Xor(Bytes(x), (byte)1, MemoryMarshal.AsBytes(y));
    }

    /// <summary>True if an element is true; false for an empty span.</summary>
    public static bool Any(ReadOnlySpan<bool> x) => x.Contains(true);

    /// <summary>True if no element is false; true for an empty span.</summary>
    public static bool All(ReadOnlySpan<bool> x) => !x.Contains(false);

    /// <summary>How many elements are true.</summary>
    public static int Count(ReadOnlySpan<bool> x) => x.Length - Bytes(x).Count((byte)0);

    /// <summary>z[i] = mask[i] ? x[i] : y[i], as bits, for any type of 1, 2, 4 or 8 bytes; x or y may be z.</summary>
    /// <exception cref="ArgumentException">The lengths differ, x or y partly overlaps z, or mask overlaps it.</exception>
    /// <exception cref="NotSupportedException">T has another size.</exception>
    public static void Select<T>(ReadOnlySpan<bool> mask, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged
    {
        Operands.CheckSeparate("select", nameof(mask), mask, z);
        Operands.Check("select", nameof(x), x, z);
        Operands.Check("select", nameof(y), y, z);
        fixed (T* px = x, py = y, pz = z)
        {
            fixed (bool* pm = mask)
            {
                switch (sizeof(T))
                {
                    case 1: Select((byte*)pm, (byte*)px, (byte*)py, (byte*)pz, z.Length); break;
                    case 2: Select((byte*)pm, (ushort*)px, (ushort*)py, (ushort*)pz, z.Length); break;
                    case 4: Select((byte*)pm, (uint*)px, (uint*)py, (uint*)pz, z.Length); break;
                    case 8: Select((byte*)pm, (ulong*)px, (ulong*)py, (ulong*)pz, z.Length); break;
                    default: throw new NotSupportedException($"select: elements of {sizeof(T)} bytes ({typeof(T).Name}); 1, 2, 4 and 8 are supported.");
                }
            }
        }
    }

    [MethodImpl(Loop)]
    private static void Select<T>(byte* mask, T* x, T* y, T* z, nint count)
        where T : unmanaged, IBinaryInteger<T>
    {
        nint i = 0;
        if (sizeof(T) == sizeof(uint))
        {
            int width = Vector<uint>.Count;
            for (; i <= count - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                Vector.Widen(Vector.Load(mask + i), out Vector<ushort> low, out Vector<ushort> high);
                Vector.Widen(low, out Vector<uint> first, out Vector<uint> second);
                Vector.Widen(high, out Vector<uint> third, out Vector<uint> fourth);
                Choose(first.As<uint, T>(), x + i, y + i, z + i);
                Choose(second.As<uint, T>(), x + i + width, y + i + width, z + i + width);
                Choose(third.As<uint, T>(), x + i + (2 * width), y + i + (2 * width), z + i + (2 * width));
                Choose(fourth.As<uint, T>(), x + i + (3 * width), y + i + (3 * width), z + i + (3 * width));
            }
        }

        for (; i < count; i++)
        {
            z[i] = mask[i] != 0 ? x[i] : y[i];
        }
    }

    [MethodImpl(Inline)]
    private static void Choose<T>(Vector<T> flags, T* x, T* y, T* z)
        where T : unmanaged =>
        Vector.Store(Vector.ConditionalSelect(Vector.Equals(flags, Vector<T>.Zero), Vector.Load(y), Vector.Load(x)), z);

    private static void Check(string operation, ReadOnlySpan<bool> x, ReadOnlySpan<bool> y, Span<bool> z)
    {
        Operands.Check(operation, nameof(x), x, z);
        Operands.Check(operation, nameof(y), y, z);
    }

    private static ReadOnlySpan<byte> Bytes(ReadOnlySpan<bool> x) => MemoryMarshal.AsBytes(x);
}
