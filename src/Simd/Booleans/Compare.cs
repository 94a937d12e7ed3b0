using System.Numerics;
using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Comparisons, element by element, of float, double or integers of 8 to 64 bits into booleans: <c>Compare.Run&lt;IsLess, float&gt;(x, y, z)</c>.
/// </summary>
public static unsafe class Compare
{
    private interface IRight<T>
    {
        Vector<T> Lanes(nint i);

        T Element(nint i);
    }

    /// <summary>z[i] = x[i] relates to y[i]. Empty spans do nothing.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or an input overlaps z.</exception>
    /// <exception cref="NotSupportedException">T is none of these types.</exception>
    public static void Run<TRelation, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> z)
        where TRelation : struct, IRelation
        where T : unmanaged, INumber<T>
    {
        CheckType<T>(TRelation.Name);
        Operands.CheckSeparate(TRelation.Name, nameof(x), x, z);
        Operands.CheckSeparate(TRelation.Name, nameof(y), y, z);
        fixed (T* px = x, py = y)
        {
            fixed (bool* pz = z)
            {
                Loop<TRelation, T, Each<T>>(px, new(py), (byte*)pz, z.Length);
            }
        }
    }

    /// <summary>z[i] = x[i] relates to y, with one y for all. Empty spans do nothing.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or x overlaps z.</exception>
    /// <exception cref="NotSupportedException">T is none of these types.</exception>
    public static void Run<TRelation, T>(ReadOnlySpan<T> x, T y, Span<bool> z)
        where TRelation : struct, IRelation
        where T : unmanaged, INumber<T>
    {
        CheckType<T>(TRelation.Name);
        Operands.CheckSeparate(TRelation.Name, nameof(x), x, z);
        fixed (T* px = x)
        {
            fixed (bool* pz = z)
            {
                Loop<TRelation, T, One<T>>(px, new(y), (byte*)pz, z.Length);
            }
        }
    }

    private static void CheckType<T>(string operation)
    {
        bool isKnown = Operands.Is<T, int>() || Operands.Is<T, long>() || Operands.Is<T, float>() || Operands.Is<T, double>() || Operands.Is<T, sbyte>()
            || Operands.Is<T, byte>() || Operands.Is<T, short>() || Operands.Is<T, ushort>() || Operands.Is<T, uint>() || Operands.Is<T, ulong>();
        if (!isKnown)
        {
            throw new NotSupportedException($"{operation}: the element type is {typeof(T).Name}; float, double and integers of 8 to 64 bits are compared.");
        }
    }

    /// <summary>Masks of as many vectors as an element has bytes are narrowed into one vector of bytes.</summary>
    [MethodImpl(Jit.Loop)]
    private static void Loop<TRelation, T, TRight>(T* x, TRight y, byte* z, nint count)
        where TRelation : struct, IRelation
        where T : unmanaged, INumber<T>
        where TRight : struct, IRight<T>
    {
        nint i = 0;
        for (; i <= count - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Store(Mask8<TRelation, T, TRight>(x, y, i).As<sbyte, byte>() & Vector<byte>.One, z + i);
        }

        for (; i < count; i++)
        {
            z[i] = TRelation.Holds(x[i], y.Element(i)) ? (byte)1 : (byte)0;
        }
    }

    /// <summary>Masks of 8 bits: of one vector of 8-bit numbers, or of two masks of 16 bits.</summary>
    [MethodImpl(Inline)]
    private static Vector<sbyte> Mask8<TRelation, T, TRight>(T* x, TRight y, nint i)
        where TRelation : struct, IRelation
        where T : unmanaged
        where TRight : struct, IRight<T> =>
        sizeof(T) == sizeof(byte)
            ? TRelation.Mask(Vector.Load(x + i), y.Lanes(i)).As<T, sbyte>()
            : Vector.Narrow(Mask16<TRelation, T, TRight>(x, y, i), Mask16<TRelation, T, TRight>(x, y, i + Vector<short>.Count));

    /// <summary>Masks of 16 bits: of one vector of 16-bit numbers, or of two masks of 32 bits.</summary>
    [MethodImpl(Inline)]
    private static Vector<short> Mask16<TRelation, T, TRight>(T* x, TRight y, nint i)
        where TRelation : struct, IRelation
        where T : unmanaged
        where TRight : struct, IRight<T> =>
        sizeof(T) == sizeof(short)
            ? TRelation.Mask(Vector.Load(x + i), y.Lanes(i)).As<T, short>()
            : Vector.Narrow(Mask32<TRelation, T, TRight>(x, y, i), Mask32<TRelation, T, TRight>(x, y, i + Vector<int>.Count));

    /// <summary>Masks of 32 bits: of one vector of 32-bit numbers, or of two of 64-bit numbers.</summary>
    [MethodImpl(Inline)]
    private static Vector<int> Mask32<TRelation, T, TRight>(T* x, TRight y, nint i)
        where TRelation : struct, IRelation
        where T : unmanaged
        where TRight : struct, IRight<T>
    {
        Vector<T> first = TRelation.Mask(Vector.Load(x + i), y.Lanes(i));
        if (sizeof(T) == sizeof(int))
        {
            return first.As<T, int>();
        }

        nint next = i + Vector<T>.Count;
        return Vector.Narrow(first.As<T, long>(), TRelation.Mask(Vector.Load(x + next), y.Lanes(next)).As<T, long>());
    }

    private readonly struct Each<T>(T* y) : IRight<T>
        where T : unmanaged
    {
        private readonly T* y = y;

        [MethodImpl(Inline)] public Vector<T> Lanes(nint i) => Vector.Load(y + i);

        [MethodImpl(Inline)] public T Element(nint i) => y[i];
    }

    private readonly struct One<T>(T y) : IRight<T>
        where T : unmanaged
    {
        private readonly T y = y;

        [MethodImpl(Inline)] public Vector<T> Lanes(nint i) => Vector.Create(y);

        [MethodImpl(Inline)] public T Element(nint i) => y;
    }
}
