using System.Numerics;
using Onsager.Simd;

namespace Onsager.Blas;

/// <summary>What factorisations and least squares do with triangles and with whole matrices.</summary>
internal static unsafe class Systems<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Columns up to which a system is solved for each by itself.</summary>
    private const int Few = 2;

    /// <summary>X [n, columns] with op(A) X = B in the place of B, A triangular.</summary>
    public static void Solve(bool upper, bool trans, bool unit, nint n, nint columns, T* a, nint lda, T* b, nint ldb)
    {
        if (columns > Few)
        {
            Triangular<T>.Run(solve: true, left: true, upper, trans, unit, n, columns, T.One, a, lda, b, ldb);
            return;
        }

        for (nint j = 0; j < columns; j++)
        {
            Level2<T>.Trsv(upper, trans, unit, n, Columns<T>.Dense(upper, n, a, lda), b + (j * ldb), 1);
        }
    }

    /// <summary>The number of the first zero on the diagonal, from 1 on; 0 where there is none.</summary>
    public static int FirstZero(nint n, T* a, nint lda)
    {
        for (nint i = 0; i < n; i++)
        {
            if (a[i * (lda + 1)] == T.Zero)
            {
                return (int)(i + 1);
            }
        }

        return 0;
    }

    /// <summary>The largest magnitude of a matrix [m, n]; NaN if it has one.</summary>
    public static T Largest(nint m, nint n, T* a, nint lda)
    {
        T largest = T.Zero;
        for (nint j = 0; j < n && m > 0 && !T.IsNaN(largest); j++)
        {
            largest = T.Max(largest, Reduce.All(default(MaximumNorm), new ReadOnlySpan<T>(a + (j * lda), (int)m)));
        }

        return largest;
    }

    /// <summary>Every element of a matrix [m, n] times 2^exponent, rounded once.</summary>
    public static void Scale(nint m, nint n, int exponent, T* a, nint lda)
    {
        for (nint j = 0; j < n && exponent != 0; j++)
        {
            T* column = a + (j * lda);
            for (nint i = 0; i < m; i++)
            {
                column[i] = T.ScaleB(column[i], exponent);
            }
        }
    }

    /// <summary>A matrix [m, n] of zeros.</summary>
    public static void Clear(nint m, nint n, T* a, nint lda)
    {
        for (nint j = 0; j < n; j++)
        {
            new Span<T>(a + (j * lda), (int)m).Clear();
        }
    }
}
