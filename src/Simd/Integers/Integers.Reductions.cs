using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Sums and extrema. Integer addition is associative, so any order gives the same bits.</summary>
public static partial class Integers
{
    /// <summary>The sum as a long, which 2^32 ints cannot overflow; 0 for an empty span.</summary>
    [MethodImpl(Loop)]
    public static long Sum(ReadOnlySpan<int> x)
    {
        Vector<long> first = Vector<long>.Zero, second = Vector<long>.Zero;
        int i = 0;
        for (; i <= x.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            Vector.Widen(new Vector<int>(x[i..]), out Vector<long> low, out Vector<long> high);
            first += low;
            second += high;
        }

        long sum = Vector.Sum(first + second);
        for (; i < x.Length; i++)
        {
            sum += x[i];
        }

        return sum;
    }

    /// <summary>The sum, wrapping modulo 2^64; 0 for an empty span.</summary>
    [MethodImpl(Loop)]
    public static long Sum(ReadOnlySpan<long> x)
    {
        Vector<long> lanes = Vector<long>.Zero;
        int i = 0;
        for (; i <= x.Length - Vector<long>.Count; i += Vector<long>.Count)
        {
            lanes += new Vector<long>(x[i..]);
        }

        long sum = Vector.Sum(lanes);
        for (; i < x.Length; i++)
        {
            sum = unchecked(sum + x[i]);
        }

        return sum;
    }

    /// <summary>The least element.</summary>
    /// <exception cref="ArgumentException">The span is empty.</exception>
    public static T Min<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryInteger<T> =>
        x.IsEmpty ? throw new ArgumentException("min: an empty span has no least element.", nameof(x)) : TensorPrimitives.Min(x);

    /// <summary>The greatest element.</summary>
    /// <exception cref="ArgumentException">The span is empty.</exception>
    public static T Max<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryInteger<T> =>
        x.IsEmpty ? throw new ArgumentException("max: an empty span has no greatest element.", nameof(x)) : TensorPrimitives.Max(x);

    /// <summary>y[i] = x[0] + ... + x[i], wrapping.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or x partly overlaps y.</exception>
    [MethodImpl(Loop)]
    public static void CumulativeSum<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        Operands.Check("cumsum", nameof(x), x, y);
        T sum = T.Zero;
        for (int i = 0; i < y.Length; i++)
        {
            sum = unchecked(sum + x[i]);
            y[i] = sum;
        }
    }
}
