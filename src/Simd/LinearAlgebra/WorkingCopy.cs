using System.Numerics;
using System.Runtime.CompilerServices;

namespace Onsager.Simd;

/// <summary>A matrix brought into working memory, row by row filled up with zeros to whole registers.</summary>
internal static unsafe class WorkingCopy<V, T>
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>b = factor a, whose factor, a power of two, is returned; NaN where an element of a is not finite.</summary>
    [MethodImpl(Jit.Loop)]
    public static T Scaled(T* a, int lda, int m, int n, T* b, int ldb)
    {
        for (int i = 0; i < m; i++)
        {
            Span<T> row = new(b + ((long)i * ldb), ldb);
            new ReadOnlySpan<T>(a + ((long)i * lda), n).CopyTo(row);
            row[n..].Clear();
        }

        return Scale(b, (nint)m * ldb);
    }

    /// <summary>b = factor b, whole registers, whose factor is returned; NaN where an element is not finite, and b is as it was.</summary>
    public static T Scale(T* b, nint length)
    {
        T factor = Exponents.Factor(VectorLoops<V, T>.Largest(b, length));
        if (factor != T.One && !T.IsNaN(factor))
        {
            VectorLoops<V, T>.Scale(factor, b, b, length);
        }

        return factor;
    }

    /// <summary>x = factor x of any length.</summary>
    [MethodImpl(Jit.Loop)]
    public static void Multiply(T factor, T* x, long length)
    {
        for (long i = 0; i < length; i++)
        {
            x[i] *= factor;
        }
    }
}
