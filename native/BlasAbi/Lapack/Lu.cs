using System.Numerics;
using Onsager.Simd;

namespace Onsager.Blas;

/// <summary>
/// P A = L U of a matrix [m, n] with partial pivoting: halves of the columns one after the other, with a triangular system and a product between
/// them (S. Toledo, SIAM J. Matrix Anal. Appl. 18, 1997), panels of 16 columns by <see cref="LuPanel"/>.
/// </summary>
internal static unsafe class Lu<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>0, or the number of the first pivot that is zero, with all factors complete; row i was exchanged with row pivots[i], counted from 1.</summary>
    public static int Factor(nint m, nint n, T* a, nint lda, int* pivots)
    {
        nint k = nint.Min(m, n);
        Run(m, k, a, lda, pivots, (T*)Scratch.RentOutermost(nint.Min(k, LuPanel.Columns) * LuPanel.Leading(m) * sizeof(T)));
        if (n > k)
        {
            T* right = a + (k * lda);
            Exchange(k, n - k, right, lda, pivots, backwards: false);
            Triangular<T>.Run(solve: true, left: true, upper: false, trans: false, unit: true, k, n - k, T.One, a, lda, right, lda);
        }

        for (nint i = 0; i < k; i++)
        {
            pivots[i]++;
        }

        return Systems<T>.FirstZero(k, a, lda);
    }

    /// <summary>X with op(A) X = B in the place of B, by A's factors, with pivots counted from 1.</summary>
    public static void Solve(bool trans, nint n, nint columns, T* a, nint lda, int* pivots, T* b, nint ldb)
    {
        if (!trans)
        {
            Exchange(n, columns, b, ldb, pivots, backwards: false, first: 1);
        }

        Systems<T>.Solve(upper: trans, trans, unit: !trans, n, columns, a, lda, b, ldb);
        Systems<T>.Solve(upper: !trans, trans, unit: trans, n, columns, a, lda, b, ldb);
        if (trans)
        {
            Exchange(n, columns, b, ldb, pivots, backwards: true, first: 1);
        }
    }

    /// <summary>At least as many rows as columns; pivots count from the first of these rows.</summary>
    private static void Run(nint m, nint n, T* a, nint lda, int* pivots, T* panel)
    {
        if (n <= LuPanel.Columns)
        {
            if (typeof(T) == typeof(float))
            {
                Lanes.Run32(new LuColumns<float>(m, n, (float*)a, lda, pivots, (float*)panel));
            }
            else
            {
                Lanes.Run64(new LuColumns<double>(m, n, (double*)a, lda, pivots, (double*)panel));
            }

            return;
        }

        nint half = ((n / 2) + LuPanel.Columns - 1) / LuPanel.Columns * LuPanel.Columns, rest = n - half;
        T* right = a + (half * lda), below = a + half;
        Run(m, half, a, lda, pivots, panel);
        Exchange(half, rest, right, lda, pivots, backwards: false);
        Triangular<T>.Run(solve: true, left: true, upper: false, trans: false, unit: true, half, rest, T.One, a, lda, right, lda);
        Level3<T>.Gemm(transA: false, transB: false, m - half, rest, half, -T.One, below, lda, right, lda, T.One, right + half, lda);
        Run(m - half, rest, right + half, lda, pivots + half, panel);
        Exchange(rest, half, below, lda, pivots + half, backwards: false);
        for (nint i = half; i < n; i++)
        {
            pivots[i] += (int)half;
        }
    }

    /// <summary>Exchanges rows of x in the order of so many pivots, or backwards, a column at a time.</summary>
    private static void Exchange(nint count, nint columns, T* x, nint ldx, int* pivots, bool backwards, int first = 0)
    {
        for (nint j = 0; j < columns; j++, x += ldx)
        {
            for (nint step = 0; step < count; step++)
            {
                nint i = backwards ? count - 1 - step : step, other = pivots[i] - first;
                (x[i], x[other]) = (x[other], x[i]);
            }
        }
    }
}

/// <summary>A panel brought into working memory, negated, and back.</summary>
internal readonly unsafe struct LuColumns<T>(nint m, nint n, T* a, nint lda, int* pivots, T* panel) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly nint m = m;
    private readonly nint n = n;
    private readonly T* a = a;
    private readonly nint lda = lda;
    private readonly int* pivots = pivots;
    private readonly T* panel = panel;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint ld = LuPanel.Leading(m);
        int zero = -1;
        Turned.Negate<V, T>(n, m, a, lda, panel, ld);
        for (nint j = 0; j < n; j++)
        {
            new Span<T>(panel + (j * ld) + m, (int)(ld - m)).Clear();
        }

        LuPanel.Factor<V, T>(m, n, pivots, panel, ld, 0, &zero);
        for (nint j = 0; j < n; j++)
        {
            new ReadOnlySpan<T>(panel + (j * ld), (int)m).CopyTo(new Span<T>(a + (j * lda), (int)m));
        }
    }
}
