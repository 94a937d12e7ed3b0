using System.Numerics;

namespace Onsager.Simd;

/// <summary>A matrix brought into working memory, row by row filled up with zeros to whole registers.</summary>
internal static unsafe class WorkingCopy<V, T>
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>b = factor a, whose factor, a power of two, is returned; NaN where an element of a is not finite.</summary>
    public static T Scaled(T* a, int m, int n, T* b, int ldb)
    {
        for (int i = 0; i < m; i++)
        {
            Span<T> row = new(b + ((long)i * ldb), ldb);
            new ReadOnlySpan<T>(a + ((long)i * n), n).CopyTo(row);
            row[n..].Clear();
        }

        nint length = (nint)m * ldb;
        T factor = Exponents.Factor(VectorLoops<V, T>.Largest(b, length));
        if (factor != T.One && !T.IsNaN(factor))
        {
            VectorLoops<V, T>.Scale(factor, b, b, length);
        }

        return factor;
    }

    /// <summary>x = factor x of any length.</summary>
    public static void Multiply(T factor, T* x, long length)
    {
        for (long i = 0; i < length; i++)
        {
            x[i] *= factor;
        }
    }
}
