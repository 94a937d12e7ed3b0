namespace Onsager.Simd;

/// <summary>The product of a matrix with its own transpose, of which one triangle is enough.</summary>
public static unsafe partial class Gemm
{
    /// <summary>Rows of a triangle that is made as a square beside C; larger ones are cut into two triangles and a product.</summary>
    private const int TriangleSize = 48;

    /// <summary>
    /// C [n, n] = alpha op(A) op(A)^T + beta C, computed in one triangle, the diagonal included: element (i, j) has the bits that it has in
    /// the product. The other triangle is neither computed nor changed, unless it is asked for as the mirror image (which, where alpha is
    /// not 1, is not the product's to the bit: alpha scales the left factor).
    /// </summary>
    /// <param name="lower">The triangle below the diagonal, otherwise above.</param>
    /// <param name="transposeA">A is stored as [k, n], otherwise as [n, k].</param>
    /// <param name="n">Rows and columns of C.</param>
    /// <param name="k">The summed dimension.</param>
    /// <param name="alpha">Scales the left factor.</param>
    /// <param name="a">The elements of A.</param>
    /// <param name="lda">A's leading dimension.</param>
    /// <param name="beta">Scales what C holds; at 0, C is not read.</param>
    /// <param name="c">The elements of C.</param>
    /// <param name="ldc">C's leading dimension.</param>
    /// <param name="mirror">Copies the triangle onto the other.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or a leading dimension is below the stored row's length.</exception>
    /// <exception cref="ArgumentException">A span is shorter than its matrix, or C overlaps A.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Syrk<T>(bool lower, bool transposeA, int n, int k, T alpha, ReadOnlySpan<T> a, int lda, T beta, Span<T> c, int ldc, bool mirror = false)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        CheckOperands(transposeA, !transposeA, n, n, k, a, lda, a, lda, c, ldc);
        fixed (T* pa = a, pc = c)
        {
            Matrix<T> left = Stored(pa, lda, transposeA);
            Triangle(lower, n, k, alpha, left, new(left.First, left.Column, left.Row), beta, pc, ldc);
            for (nint i = 0; i < n && mirror; i++)
            {
                for (nint j = 0; j < i; j++)
                {
                    T* below = pc + (i * ldc) + j, above = pc + (j * ldc) + i;
                    *(lower ? above : below) = *(lower ? below : above);
                }
            }
        }
    }

    /// <summary>One triangle of C [n, n] = alpha A B + beta C, the diagonal included, without checks: element (i, j) has the bits that it has in the product.</summary>
    internal static void Triangle<T>(bool lower, nint n, nint k, T alpha, Matrix<T> a, Matrix<T> b, T beta, T* c, nint ldc)
        where T : unmanaged
    {
        if (n > TriangleSize)
        {
            nint half = ((n / 2) + TriangleSize - 1) / TriangleSize * TriangleSize;
            Matrix<T> below = new(a.First + (half * a.Row), a.Row, a.Column), right = new(b.First + (half * b.Column), b.Row, b.Column);
            Triangle(lower, half, k, alpha, a, b, beta, c, ldc);
            Triangle(lower, n - half, k, alpha, below, right, beta, c + (half * ldc) + half, ldc);
            if (lower)
            {
                Multiply(n - half, half, k, alpha, below, b, beta, c + (half * ldc), ldc);
            }
            else
            {
                Multiply(half, n - half, k, alpha, a, right, beta, c + half, ldc);
            }

            return;
        }

        T* square = stackalloc T[TriangleSize * TriangleSize];
        for (nint i = 0; i < n; i++)
        {
            for (nint j = lower ? 0 : i; j < (lower ? i + 1 : n); j++)
            {
                square[(i * n) + j] = c[(i * ldc) + j];
            }
        }

        Multiply(n, n, k, alpha, a, b, beta, square, n);
        for (nint i = 0; i < n; i++)
        {
            for (nint j = lower ? 0 : i; j < (lower ? i + 1 : n); j++)
            {
                c[(i * ldc) + j] = square[(i * n) + j];
            }
        }
    }
}
