using System.Diagnostics.CodeAnalysis;
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
    /// <summary>Rows, columns and summed elements up to which a product is a small one.</summary>
    internal const int SmallSize = 96;

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
        if ((m | n | k) <= 0 || !Fits(transposeA ? k : m, transposeA ? m : k, lda, a.Length) || !Fits(transposeB ? n : k, transposeB ? k : n, ldb, b.Length)
            || !Fits(m, n, ldc, c.Length))
        {
            // Wrong, and this says how; or empty.
            CheckOperands(transposeA, transposeB, m, n, k, a, lda, b, ldb, c, ldc);
        }

        fixed (T* pa = a, pb = b, pc = c)
        {
            if (Meet(pa, a.Length, pc, c.Length) || Meet(pb, b.Length, pc, c.Length))
            {
                ThrowOverlap();
            }

            Multiply(
                m, n, k, alpha, pa, transposeA ? 1 : lda, transposeA ? lda : 1, pb, transposeB ? 1 : ldb, transposeB ? ldb : 1, beta, pc, ldc);
        }
    }

    /// <summary>The same without checks, on matrices with any strides; C's rows are contiguous.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Multiply<T>(nint m, nint n, nint k, T alpha, Matrix<T> a, Matrix<T> b, T beta, T* c, nint ldc)
        where T : unmanaged =>
        Multiply(m, n, k, alpha, a.First, a.Row, a.Column, b.First, b.Row, b.Column, beta, c, ldc);

    [MethodImpl(Jit.Inline)]
    private static void Multiply<T>(
        nint m, nint n, nint k, T alpha, T* a, nint aRow, nint aColumn, T* b, nint bRow, nint bColumn, T beta, T* c, nint ldc)
        where T : unmanaged
    {
        bool isOne = GemmLoop<T>.IsOne(beta);
        if ((isOne || GemmLoop<T>.IsZero(beta)) && TrySmall(m, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, ldc, isOne ? c : null, ldc))
        {
            return;
        }

        if (Operands.Is<T, float>())
        {
            Any32(m, n, k, *(float*)&alpha, new((float*)a, aRow, aColumn), new((float*)b, bRow, bColumn), *(float*)&beta, (float*)c, ldc);
        }
        else if (Operands.Is<T, double>())
        {
            Any64(m, n, k, *(double*)&alpha, new((double*)a, aRow, aColumn), new((double*)b, bRow, bColumn), *(double*)&beta, (double*)c, ldc);
        }
        else
        {
            throw Operands.NoLanes<T>("gemm");
        }
    }

    /// <summary>
    /// A small product goes straight to its kernels: what the general loop sets up takes longer than such a product. In strides and pointers,
    /// not matrices, so that they stay in registers. C = old + the product, where old is C, a bias for every row alike (oldRow 0), or null for nothing.
    /// </summary>
    [MethodImpl(Jit.Inline)]
    private static bool TrySmall<T>(
        nint m, nint n, nint k, T alpha, T* a, nint aRow, nint aColumn, T* b, nint bRow, nint bColumn, T* c, nint ldc, T* old, nint oldRow)
        where T : unmanaged
    {
        if ((nuint)(m - 2) > SmallSize - 2 || (nuint)(n - 2) > SmallSize - 2 || (nuint)(k - 1) > SmallSize - 1 || (aRow != 1 && aColumn != 1) || !GemmLoop<T>.IsOne(alpha))
        {
            return false;
        }

        if (Operands.Is<T, float>() && Lanes.HasV512)
        {
            if (n < NarrowProduct.Columns && m >= F32x16.Width)
            {
                NarrowProduct.Run<F32x16>(m, n, k, (float*)a, aRow, aColumn, (float*)b, bRow, bColumn, (float*)c, ldc, (float*)old, oldRow);
                return true;
            }

            PanelLoop.Small<F32x16, float>(m, n, k, (float*)a, aRow, aColumn, (float*)b, bRow, bColumn, (float*)c, ldc, (float*)old, oldRow);
            return true;
        }

        if (Operands.Is<T, float>() && Lanes.HasV256)
        {
            if (n < NarrowProduct.Columns && m >= F32x8.Width)
            {
                NarrowProduct.Run<F32x8>(m, n, k, (float*)a, aRow, aColumn, (float*)b, bRow, bColumn, (float*)c, ldc, (float*)old, oldRow);
                return true;
            }

            PanelLoop.Small<F32x8, float>(m, n, k, (float*)a, aRow, aColumn, (float*)b, bRow, bColumn, (float*)c, ldc, (float*)old, oldRow);
            return true;
        }

        if (Operands.Is<T, double>() && Lanes.HasV512)
        {
            PanelLoop.Small<F64x8, double>(m, n, k, (double*)a, aRow, aColumn, (double*)b, bRow, bColumn, (double*)c, ldc, (double*)old, oldRow);
            return true;
        }

        if (Operands.Is<T, double>() && Lanes.HasV256)
        {
            PanelLoop.Small<F64x4, double>(m, n, k, (double*)a, aRow, aColumn, (double*)b, bRow, bColumn, (double*)c, ldc, (double*)old, oldRow);
            return true;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Any32(nint m, nint n, nint k, float alpha, Matrix<float> a, Matrix<float> b, float beta, float* c, nint ldc) =>
        Lanes.Run32(new GemmLoop<float>(m, n, k, alpha, a, b, beta, c, ldc));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Any64(nint m, nint n, nint k, double alpha, Matrix<double> a, Matrix<double> b, double beta, double* c, nint ldc) =>
        Lanes.Run64(new GemmLoop<double>(m, n, k, alpha, a, b, beta, c, ldc));

    /// <summary>op(X) of a matrix in rows.</summary>
    private static Matrix<T> Stored<T>(T* x, nint leading, bool transposed)
        where T : unmanaged => transposed ? new(x, 1, leading) : new(x, leading, 1);

    /// <summary>Whether a stored matrix with at least one element is right.</summary>
    [MethodImpl(Jit.Inline)]
    private static bool Fits(int rows, int columns, int leading, int length) => leading >= columns && (((long)rows - 1) * leading) + columns <= length;

    /// <summary>Whether two pieces of memory share an element.</summary>
    [MethodImpl(Jit.Inline)]
    private static bool Meet<T>(T* x, int lengthX, T* y, int lengthY)
        where T : unmanaged =>
        (nuint)((byte*)y - (byte*)x) < (nuint)lengthX * (nuint)sizeof(T) || (nuint)((byte*)x - (byte*)y) < (nuint)lengthY * (nuint)sizeof(T);

    [MethodImpl(MethodImplOptions.NoInlining)]
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
            ThrowOverlap();
        }
    }

    [DoesNotReturn]
    private static void ThrowOverlap() => throw new ArgumentException("gemm: c overlaps a or b; the product needs memory of its own.", "c");

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
