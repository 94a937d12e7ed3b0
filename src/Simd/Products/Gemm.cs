using System.Runtime.CompilerServices;

namespace Onsager.Simd;

/// <summary>
/// The matrix product C = alpha op(A) op(B) + beta C, row-major, op(X) = X or its transpose, on one thread.
/// <para>Bits: k is cut at every multiple of 512; each piece is one chain of fused multiply-adds from +0 over its k in order; the result is
/// c0 plus the pieces in order, where c0 = C if beta = 1 and round(beta C) otherwise. If beta = 0, C is not read and the first piece
/// stands alone. If alpha is not 1, a(i, p) is read as round(alpha a). alpha = 0 or k = 0 reads neither A nor B. Every element of C
/// has its own chain, so neither blocking nor the number of rows can change a bit of it.</para>
/// </summary>
public static unsafe partial class Gemm
{
    /// <summary>C [m, n] = alpha op(A) op(B) + beta C over spans, with leading dimensions: the distance of one stored row to the next.</summary>
    /// <param name="transposeA">A is stored as [k, m].</param>
    /// <param name="transposeB">B is stored as [n, k].</param>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">The summed dimension.</param>
    /// <param name="alpha">Scales A; not 1 costs a copy of A's tiles.</param>
    /// <param name="a">The elements of A.</param>
    /// <param name="lda">A's leading dimension.</param>
    /// <param name="b">The elements of B.</param>
    /// <param name="ldb">B's leading dimension.</param>
    /// <param name="beta">Scales what C holds; at 0, C is not read.</param>
    /// <param name="c">The elements of C.</param>
    /// <param name="ldc">C's leading dimension.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or a leading dimension is below the stored row's length.</exception>
    /// <exception cref="ArgumentException">A span is shorter than its matrix, or C overlaps A or B.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Multiply<T>(
        bool transposeA, bool transposeB, int m, int n, int k,
        T alpha, ReadOnlySpan<T> a, int lda, ReadOnlySpan<T> b, int ldb,
        T beta, Span<T> c, int ldc)
        where T : unmanaged
    {
        CheckOperands(transposeA, transposeB, m, n, k, a, lda, b, ldb, c, ldc);
        fixed (T* pa = a, pb = b, pc = c)
        {
            Multiply(m, n, k, alpha, Stored(pa, lda, transposeA), Stored(pb, ldb, transposeB), beta, pc, ldc);
        }
    }

    /// <summary>The same without checks, on matrices with any strides; C's rows are contiguous.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Multiply<T>(nint m, nint n, nint k, T alpha, Matrix<T> a, Matrix<T> b, T beta, T* c, nint ldc)
        where T : unmanaged
    {
        if (Operands.Is<T, float>())
        {
            if (Lanes.HasV512 ? !Small<F32x16, float>(m, n, k, *(float*)&alpha, (Matrix<float>*)&a, (Matrix<float>*)&b, *(float*)&beta, (float*)c, ldc)
                : !Lanes.HasV256 || !Small<F32x8, float>(m, n, k, *(float*)&alpha, (Matrix<float>*)&a, (Matrix<float>*)&b, *(float*)&beta, (float*)c, ldc))
            {
                Run32(m, n, k, *(float*)&alpha, (Matrix<float>*)&a, (Matrix<float>*)&b, *(float*)&beta, (float*)c, ldc, default(NoEpilogue<float>));
            }
        }
        else if (Operands.Is<T, double>())
        {
            if (Lanes.HasV512 ? !Small<F64x8, double>(m, n, k, *(double*)&alpha, (Matrix<double>*)&a, (Matrix<double>*)&b, *(double*)&beta, (double*)c, ldc)
                : !Lanes.HasV256 || !Small<F64x4, double>(m, n, k, *(double*)&alpha, (Matrix<double>*)&a, (Matrix<double>*)&b, *(double*)&beta, (double*)c, ldc))
            {
                Run64(m, n, k, *(double*)&alpha, (Matrix<double>*)&a, (Matrix<double>*)&b, *(double*)&beta, (double*)c, ldc, default(NoEpilogue<double>));
            }
        }
        else
        {
            throw Operands.NoLanes<T>("gemm");
        }
    }

    /// <summary>
    /// Does a small product at once, if it is one: the general loop takes longer to set up than such a product to compute. False, and
    /// nothing done, if it is none.
    /// </summary>
    [MethodImpl(Jit.Inline)]
    private static bool Small<V, T>(nint m, nint n, nint k, T alpha, Matrix<T>* a, Matrix<T>* b, T beta, T* c, nint ldc)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        const int Few = 32;
        if ((nuint)(m - 2) > Few - 2 || (nuint)(n - 2) > (2 * Few) - 2 || (nuint)(k - 1) > (2 * Few) - 1 || !GemmLoop<NoEpilogue<T>, T>.IsOne(alpha) || (a->Row != 1 && a->Column != 1))
        {
            return false;
        }

        bool accumulate = GemmLoop<NoEpilogue<T>, T>.IsOne(beta), direct = b->Column == 1;
        if (!accumulate && !GemmLoop<NoEpilogue<T>, T>.IsZero(beta))
        {
            return false;
        }

        if (direct && m <= PanelLoop.Tile<V, T>() && n <= 2 * V.Width)
        {
            MicroKernel.For<V, T>((int)m, (int)n)(k, a->First, a->Row, a->Column, b->First, b->Row, c, ldc, (int)n, accumulate);
            return true;
        }

        PanelLoop.Run<V, T>(m, n, k, *a, *b, direct, c, ldc, accumulate, direct ? null : (T*)Scratch.Rent(2 * V.Width * k * sizeof(T)));
        return true;
    }

    private static void Run32<E>(nint m, nint n, nint k, float alpha, Matrix<float>* a, Matrix<float>* b, float beta, float* c, nint ldc, E epilogue)
        where E : struct, IEpilogue<float> => Lanes.Run32(new GemmLoop<E, float>(m, n, k, alpha, *a, *b, beta, c, ldc, epilogue));

    private static void Run64<E>(nint m, nint n, nint k, double alpha, Matrix<double>* a, Matrix<double>* b, double beta, double* c, nint ldc, E epilogue)
        where E : struct, IEpilogue<double> => Lanes.Run64(new GemmLoop<E, double>(m, n, k, alpha, *a, *b, beta, c, ldc, epilogue));

    /// <summary>op(X) of a matrix in rows.</summary>
    private static Matrix<T> Stored<T>(T* x, nint leading, bool transposed)
        where T : unmanaged => transposed ? new(x, 1, leading) : new(x, leading, 1);

    private static void CheckOperands<T>(
        bool transposeA, bool transposeB, int m, int n, int k, ReadOnlySpan<T> a, int lda, ReadOnlySpan<T> b, int ldb, ReadOnlySpan<T> c, int ldc)
        where T : unmanaged
    {
        CheckSizes(m, n, k);
        CheckMatrix("a", a.Length, transposeA ? k : m, transposeA ? m : k, lda);
        CheckMatrix("b", b.Length, transposeB ? n : k, transposeB ? k : n, ldb);
        CheckMatrix("c", c.Length, m, n, ldc);
        CheckApart(a, b, c);
    }

    private static void CheckSizes(int m, int n, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(m);
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
    }

    private static void CheckApart<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> c)
        where T : unmanaged
    {
        if (c.Overlaps(a) || c.Overlaps(b))
        {
            throw new ArgumentException("gemm: c overlaps a or b; the product needs memory of its own.", nameof(c));
        }
    }

    private static void CheckMatrix(string name, int length, int rows, int columns, int leading)
    {
        if (leading < int.Max(1, columns))
        {
            throw new ArgumentOutOfRangeException(name, leading, $"gemm: {name} is stored as [{rows}, {columns}]; its leading dimension must be at least {int.Max(1, columns)}.");
        }

        if (rows > 0 && columns > 0 && (((long)rows - 1) * leading) + columns > length)
        {
            throw new ArgumentException($"gemm: {name} is stored as [{rows}, {columns}] with leading dimension {leading} and needs {((rows - 1L) * leading) + columns} elements, but has {length}.", name);
        }
    }
}
