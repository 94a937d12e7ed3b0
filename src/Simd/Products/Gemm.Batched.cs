namespace Onsager.Simd;

/// <summary>Many products of one shape; each has the bits that it has alone.</summary>
public static unsafe partial class Gemm
{
    /// <summary>C(i) = alpha op(A(i)) op(B(i)) + beta C(i), where matrix i of each operand starts i times its stride behind the first.</summary>
    /// <param name="batch">The number of products.</param>
    /// <param name="transposeA">Each A is stored as [k, m].</param>
    /// <param name="transposeB">Each B is stored as [n, k].</param>
    /// <param name="m">Rows of each C.</param>
    /// <param name="n">Columns of each C.</param>
    /// <param name="k">The summed dimension.</param>
    /// <param name="alpha">Scales A.</param>
    /// <param name="a">The elements of all A.</param>
    /// <param name="lda">A's leading dimension.</param>
    /// <param name="strideA">Elements from one A to the next; 0 uses one for all.</param>
    /// <param name="b">The elements of all B.</param>
    /// <param name="ldb">B's leading dimension.</param>
    /// <param name="strideB">Elements from one B to the next; 0 uses one for all.</param>
    /// <param name="beta">Scales what C holds; at 0, C is not read.</param>
    /// <param name="c">The elements of all C.</param>
    /// <param name="ldc">C's leading dimension.</param>
    /// <param name="strideC">Elements from one C to the next: at least what one C takes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or stride is negative, a leading dimension is below the stored row's length, or the results overlap one another.</exception>
    /// <exception cref="ArgumentException">A span is shorter than its matrices, or C overlaps A or B.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void StridedBatched<T>(
        int batch, bool transposeA, bool transposeB, int m, int n, int k,
        T alpha, ReadOnlySpan<T> a, int lda, int strideA, ReadOnlySpan<T> b, int ldb, int strideB,
        T beta, Span<T> c, int ldc, int strideC)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfNegative(strideA);
        ArgumentOutOfRangeException.ThrowIfNegative(strideB);
        ArgumentOutOfRangeException.ThrowIfNegative(strideC);
        CheckSizes(m, n, k);
        if (batch == 0)
        {
            return;
        }

        if (batch > 1 && m > 0 && n > 0 && strideC < (((long)m - 1) * ldc) + n)
        {
            throw new ArgumentOutOfRangeException(nameof(strideC), strideC, $"gemm: the results take {((m - 1L) * ldc) + n} elements each and must not overlap.");
        }

        CheckOperands(
            transposeA, transposeB, m, n, k, Last(a, batch, strideA, "a"), lda, Last(b, batch, strideB, "b"), ldb, Last<T>(c, batch, strideC, "c"), ldc);
        CheckApart<T>(a, b, c);
        fixed (T* pa = a, pb = b, pc = c)
        {
            for (nint i = 0; i < batch; i++)
            {
                Multiply(m, n, k, alpha, Stored(pa + (i * strideA), lda, transposeA), Stored(pb + (i * strideB), ldb, transposeB), beta, pc + (i * strideC), ldc);
            }
        }
    }

    /// <summary>C(i) = alpha op(A(i)) op(B(i)) + beta C(i), where matrix i of each operand starts at the given element.</summary>
    /// <param name="transposeA">Each A is stored as [k, m].</param>
    /// <param name="transposeB">Each B is stored as [n, k].</param>
    /// <param name="m">Rows of each C.</param>
    /// <param name="n">Columns of each C.</param>
    /// <param name="k">The summed dimension.</param>
    /// <param name="alpha">Scales A.</param>
    /// <param name="a">The elements of all A.</param>
    /// <param name="lda">A's leading dimension.</param>
    /// <param name="startsA">Where each A starts.</param>
    /// <param name="b">The elements of all B.</param>
    /// <param name="ldb">B's leading dimension.</param>
    /// <param name="startsB">Where each B starts.</param>
    /// <param name="beta">Scales what C holds; at 0, C is not read.</param>
    /// <param name="c">The elements of all C.</param>
    /// <param name="ldc">C's leading dimension.</param>
    /// <param name="startsC">Where each C starts. A C that overlaps another takes what the earlier one left.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, a start lies outside its span, or a leading dimension is below the stored row's length.</exception>
    /// <exception cref="ArgumentException">The numbers of starts differ, a span is shorter than its matrices, or C overlaps A or B.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Batched<T>(
        bool transposeA, bool transposeB, int m, int n, int k,
        T alpha, ReadOnlySpan<T> a, int lda, ReadOnlySpan<int> startsA, ReadOnlySpan<T> b, int ldb, ReadOnlySpan<int> startsB,
        T beta, Span<T> c, int ldc, ReadOnlySpan<int> startsC)
        where T : unmanaged
    {
        if (startsA.Length != startsC.Length || startsB.Length != startsC.Length)
        {
            throw new ArgumentException($"gemm: {startsA.Length} starts of a, {startsB.Length} of b and {startsC.Length} of c; their numbers must agree.", nameof(startsC));
        }

        CheckSizes(m, n, k);
        for (int i = 0; i < startsC.Length; i++)
        {
            CheckOperands(transposeA, transposeB, m, n, k, From(a, startsA[i], "startsA"), lda, From(b, startsB[i], "startsB"), ldb, From<T>(c, startsC[i], "startsC"), ldc);
        }

        CheckApart<T>(a, b, c);
        fixed (T* pa = a, pb = b, pc = c)
        {
            for (int i = 0; i < startsC.Length; i++)
            {
                Multiply(m, n, k, alpha, Stored(pa + startsA[i], lda, transposeA), Stored(pb + startsB[i], ldb, transposeB), beta, pc + startsC[i], ldc);
            }
        }
    }

    private static ReadOnlySpan<T> Last<T>(ReadOnlySpan<T> x, int batch, int stride, string name) =>
        (batch - 1L) * stride <= x.Length ? x[((batch - 1) * stride)..]
        : throw new ArgumentException($"gemm: {batch} matrices {stride} apart do not fit into the {x.Length} elements of {name}.", name);

    private static ReadOnlySpan<T> From<T>(ReadOnlySpan<T> x, int start, string name) =>
        (uint)start <= (uint)x.Length ? x[start..] : throw new ArgumentOutOfRangeException(name, start, $"gemm: a start lies outside the {x.Length} elements.");
}
