namespace Onsager.Simd;

/// <summary>Products with what follows them in a layer: a bias for each column, and an operator on every element.</summary>
public static unsafe partial class Gemm
{
    /// <summary>
    /// C [m, n] = f(alpha op(A) op(B) + beta C + bias): the product to its last piece, then the bias added, then the operator, each with its
    /// own rounding, so that the bits are those of the three done one after the other.
    /// </summary>
    /// <param name="transposeA">A is stored as [k, m].</param>
    /// <param name="transposeB">B is stored as [n, k].</param>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">The summed dimension.</param>
    /// <param name="alpha">Scales A.</param>
    /// <param name="a">The elements of A.</param>
    /// <param name="lda">A's leading dimension.</param>
    /// <param name="b">The elements of B.</param>
    /// <param name="ldb">B's leading dimension.</param>
    /// <param name="beta">Scales what C holds; at 0, C is not read.</param>
    /// <param name="c">The elements of C.</param>
    /// <param name="ldc">C's leading dimension.</param>
    /// <param name="bias">One element for each column; empty for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or a leading dimension is below the stored row's length.</exception>
    /// <exception cref="ArgumentException">A span is shorter than its matrix, the bias has not n elements, or C overlaps another span.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Affine<TOp, T>(
        bool transposeA, bool transposeB, int m, int n, int k,
        T alpha, ReadOnlySpan<T> a, int lda, ReadOnlySpan<T> b, int ldb,
        T beta, Span<T> c, int ldc, ReadOnlySpan<T> bias)
        where TOp : struct, IUnaryOp
        where T : unmanaged
    {
        CheckOperands(transposeA, transposeB, m, n, k, a, lda, b, ldb, c, ldc);
        CheckBias(n, c, bias);
        fixed (T* pa = a, pb = b, pc = c, ps = bias)
        {
            Affine<TOp, T>(m, n, k, alpha, Stored(pa, lda, transposeA), Stored(pb, ldb, transposeB), beta, pc, ldc, ps);
        }
    }

    /// <summary>C [m, n] = alpha op(A) op(B) + beta C + bias: the product, then the bias with a rounding of its own.</summary>
    /// <inheritdoc cref="Affine{TOp, T}(bool, bool, int, int, int, T, ReadOnlySpan{T}, int, ReadOnlySpan{T}, int, T, Span{T}, int, ReadOnlySpan{T})"/>
    public static void Affine<T>(
        bool transposeA, bool transposeB, int m, int n, int k,
        T alpha, ReadOnlySpan<T> a, int lda, ReadOnlySpan<T> b, int ldb,
        T beta, Span<T> c, int ldc, ReadOnlySpan<T> bias)
        where T : unmanaged
    {
        CheckOperands(transposeA, transposeB, m, n, k, a, lda, b, ldb, c, ldc);
        CheckBias(n, c, bias);
        fixed (T* pa = a, pb = b, pc = c, ps = bias)
        {
            Affine(m, n, k, alpha, Stored(pa, lda, transposeA), Stored(pb, ldb, transposeB), beta, pc, ldc, ps);
        }
    }

    /// <summary>The same without checks, on matrices with any strides; C's rows are contiguous, and the bias is null or n contiguous elements.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Affine<TOp, T>(nint m, nint n, nint k, T alpha, Matrix<T> a, Matrix<T> b, T beta, T* c, nint ldc, T* bias)
        where TOp : struct, IUnaryOp
        where T : unmanaged
    {
        Multiply(m, n, k, alpha, a, b, beta, c, ldc);
        if (Operands.Is<T, float>())
        {
            Lanes.Run32(new BiasThen<TOp, float>((float*)c, ldc, m, n, (float*)bias));
        }
        else
        {
            Lanes.Run64(new BiasThen<TOp, double>((double*)c, ldc, m, n, (double*)bias));
        }
    }

    /// <summary>The same without an operator after the bias; without a bias it is the product.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Affine<T>(nint m, nint n, nint k, T alpha, Matrix<T> a, Matrix<T> b, T beta, T* c, nint ldc, T* bias)
        where T : unmanaged
    {
        if (bias != null && GemmLoop<T>.IsZero(beta) && TrySmall(m, n, k, alpha, a.First, a.Row, a.Column, b.First, b.Row, b.Column, c, ldc, bias, 0))
        {
            return;
        }

        Multiply(m, n, k, alpha, a, b, beta, c, ldc);
        if (bias == null)
        {
            return;
        }

        if (Operands.Is<T, float>())
        {
            Lanes.Run32(new BiasOnly<float>((float*)c, ldc, m, n, (float*)bias));
        }
        else
        {
            Lanes.Run64(new BiasOnly<double>((double*)c, ldc, m, n, (double*)bias));
        }
    }

    private static void CheckBias<T>(int n, ReadOnlySpan<T> c, ReadOnlySpan<T> bias)
        where T : unmanaged
    {
        if (!bias.IsEmpty && bias.Length != n)
        {
            throw new ArgumentException($"gemm: the bias has {bias.Length} elements; c has {n} columns.", nameof(bias));
        }

        if (c.Overlaps(bias))
        {
            throw new ArgumentException("gemm: c overlaps the bias; the product needs memory of its own.", nameof(c));
        }
    }
}
