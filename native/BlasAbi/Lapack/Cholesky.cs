using System.Numerics;
using Onsager.Simd;

namespace Onsager.Blas;

/// <summary>
/// A = L L^T or U^T U in the place of one triangle, the other one untouched: halves with a triangular system and a product between them, as <see cref="CholeskyFactor"/> cuts them,
/// down to blocks that it factors in working memory.
/// </summary>
internal static unsafe class Cholesky<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Rows that are factored in working memory.</summary>
    private const int Block = 128;

    /// <summary>Elements from one row there to the next, for a whole block.</summary>
    private const int Leading = Block + 16;

    /// <summary>0, or the order of the first leading minor that is not positive; what stands before it is then factored.</summary>
    public static int Factor(bool upper, nint n, T* a, nint lda) =>
        (int)Factor(upper, n, a, lda, (T*)Scratch.RentOutermost(2 * Block * Leading * sizeof(T)));

    /// <summary>X with A X = B in the place of B, by A's factor.</summary>
    public static void Solve(bool upper, nint n, nint columns, T* a, nint lda, T* b, nint ldb)
    {
        Systems<T>.Solve(upper, upper, unit: false, n, columns, a, lda, b, ldb);
        Systems<T>.Solve(upper, !upper, unit: false, n, columns, a, lda, b, ldb);
    }

    private static nint Factor(bool upper, nint n, T* a, nint lda, T* memory)
    {
        if (n <= Block)
        {
            return FactorBlock(upper, n, a, lda, memory) ? 0 : FactorPlainly(n, a, upper ? lda : 1, upper ? 1 : lda);
        }

        nint half = TriangularSolve.Half(n), rest = n - half, failed = Factor(upper, half, a, lda, memory);
        if (failed != 0)
        {
            return failed;
        }

        T* beside = a + (upper ? half * lda : half), corner = a + (half * (lda + 1));
        Triangular<T>.Run(solve: true, left: upper, upper, trans: true, unit: false, upper ? half : rest, upper ? rest : half, T.One, a, lda, beside, lda);
        Level3<T>.Syrk(upper, trans: upper, rest, half, -T.One, beside, lda, T.One, corner, lda);
        failed = Factor(upper, rest, corner, lda, memory);
        return failed == 0 ? 0 : failed + half;
    }

    /// <summary>False where a pivot is not a positive number; A is then as it was.</summary>
    private static bool FactorBlock(bool upper, nint n, T* a, nint lda, T* memory)
    {
        T pivot = T.Zero;
        nint failed = -1;
        if (typeof(T) == typeof(float))
        {
            Lanes.Run32(new CholeskyBlock<float>(upper, n, (float*)a, lda, (float*)memory, (float*)&pivot, &failed));
        }
        else
        {
            Lanes.Run64(new CholeskyBlock<double>(upper, n, (double*)a, lda, (double*)memory, (double*)&pivot, &failed));
        }

        return failed < 0;
    }

    /// <summary>
    /// L of a block from the left, a column after the other, where element (i, j) lies i rows and j columns from the first: for what ends at a pivot, of which the
    /// part before it is wanted, and for infinities, which are positive.
    /// </summary>
    private static nint FactorPlainly(nint n, T* a, nint row, nint column)
    {
        for (nint j = 0; j < n; j++)
        {
            T* own = a + (j * row), pivot = own + (j * column);
            T square = Less(*pivot, own, own, j, column);
            *pivot = square;
            if (!(square > T.Zero))
            {
                return j + 1;
            }

            T root = *pivot = T.Sqrt(square);
            for (nint i = j + 1; i < n; i++)
            {
                T* other = a + (i * row);
                other[j * column] = Less(other[j * column], other, own, j, column) / root;
            }
        }

        return 0;
    }

    /// <summary>start - x . y</summary>
    private static T Less(T start, T* x, T* y, nint count, nint step)
    {
        for (nint k = 0; k < count; k++)
        {
            start = T.FusedMultiplyAdd(-x[k * step], y[k * step], start);
        }

        return start;
    }
}

/// <summary>One block by rows of U: those of an upper triangle lie there as columns, those of a lower one as rows.</summary>
internal readonly unsafe struct CholeskyBlock<T>(bool upper, nint n, T* a, nint lda, T* work, T* pivot, nint* failed) : ILaneLoop<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly bool upper = upper;
    private readonly nint n = n;
    private readonly T* a = a;
    private readonly nint lda = lda;
    private readonly T* work = work;
    private readonly T* pivot = pivot;
    private readonly nint* failed = failed;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint ld = Turned.Leading<T>(n);
        if (upper)
        {
            Turned.Upper<V, T>(n, a, lda, work, ld);
        }

        for (nint i = 0; i < n && !upper; i++)
        {
            new ReadOnlySpan<T>(a + (i * lda) + i, (int)(n - i)).CopyTo(new Span<T>(work + (i * ld) + i, (int)(n - i)));
        }

        Turned.NegateUpper<V, T>(n, work, ld);
        *failed = CholeskyFactor.Negated<V, T>(n, work, ld, pivot);
        if (*failed >= 0)
        {
            return;
        }

        T* result = work;
        if (upper)
        {
            result = work + (n * ld);
            Vectors.Transpose(n, n, work, ld, result, ld);
        }

        for (nint i = 0; i < n; i++)
        {
            nint first = upper ? 0 : i, count = upper ? i + 1 : n - i;
            new ReadOnlySpan<T>(result + (i * ld) + first, (int)count).CopyTo(new Span<T>(a + (i * lda) + first, (int)count));
        }
    }
}
