using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The factorisation P A = L U with partial pivoting, row-major, on one thread: halves of the columns one after the other, with a triangular system
/// and a product between them (S. Toledo, SIAM J. Matrix Anal. Appl. 18, 1997), panels of 16 columns by <see cref="LuPanel"/>. What is not yet eliminated is held as -A, so that
/// products need no other sign than plus.
/// <para>Bits: the pivot is the first of the elements of greatest size in its column; NaN is never one while another number is there that is not zero. Halves end at multiples of 16
/// columns; inside a panel an element takes each product by a fused multiply-add in order.</para>
/// </summary>
public static unsafe class LuFactor
{
    /// <summary>Elements of working memory for n rows.</summary>
    public static nint WorkLength<T>(int n)
        where T : unmanaged => ((nint)n * Turned.Leading<T>(n)) + LuPanel.WorkLength(n);

    /// <summary>
    /// L, whose diagonal of ones is not stored, and U in one matrix; -1, or the first pivot that is zero: then U has a zero there (or NaN where there was no
    /// other number), and the factorisation is complete nevertheless.
    /// </summary>
    /// <param name="n">Rows and columns.</param>
    /// <param name="a">The elements of A.</param>
    /// <param name="lda">A's leading dimension.</param>
    /// <param name="lu">The elements of L and U; may be A itself.</param>
    /// <param name="ldlu">Their leading dimension.</param>
    /// <param name="pivots">n row numbers: row i was exchanged with row pivots[i], in this order.</param>
    /// <param name="work">As many elements as <see cref="WorkLength{T}"/> says.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is negative, or a leading dimension is below it.</exception>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static int Factor<T>(int n, ReadOnlySpan<T> a, int lda, Span<T> lu, int ldlu, Span<int> pivots, Span<T> work)
        where T : unmanaged
    {
        SquareChecks.Check("lu", "a", a, n, n, lda);
        SquareChecks.Check<T>("lu", "lu", lu, n, n, ldlu);
        SquareChecks.CheckWork<T>("lu", work, WorkLength<T>(n));
        if (pivots.Length < n)
        {
            throw new ArgumentException($"lu: there are {pivots.Length} pivots for {n} rows.", nameof(pivots));
        }

        fixed (T* pa = a, pl = lu, pw = work)
        fixed (int* pp = pivots)
        {
            int zero = -1;
            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new LuLoop<float>(n, (float*)pa, lda, (float*)pl, ldlu, pp, (float*)pw, &zero));
            }
            else
            {
                Lanes.Run64(new LuLoop<double>(n, (double*)pa, lda, (double*)pl, ldlu, pp, (double*)pw, &zero));
            }

            return zero;
        }
    }

    /// <summary>Exchanges rows of x [n, columns] in the order of the pivots, or backwards.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, the leading dimension is below the stored row's length, or a pivot is no row.</exception>
    /// <exception cref="ArgumentException">x is shorter than its matrix.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void SwapRows<T>(bool backwards, ReadOnlySpan<int> pivots, int columns, Span<T> x, int ldx)
        where T : unmanaged
    {
        int n = pivots.Length;
        SquareChecks.Check<T>("lu", "x", x, n, columns, ldx);
        foreach (int pivot in pivots)
        {
            if ((uint)pivot >= (uint)n)
            {
                throw new ArgumentOutOfRangeException(nameof(pivots), pivot, $"lu: pivot {pivot} is not one of {n} rows.");
            }
        }

        fixed (T* px = x)
        {
            for (int step = 0; step < n; step++)
            {
                nint i = backwards ? n - 1 - step : step, other = pivots[(int)i];
                if (i != other)
                {
                    if (Operands.Is<T, float>())
                    {
                        Lanes.Run32(new SwapLoop<float>((float*)px + (i * ldx), (float*)px + (other * ldx), columns));
                    }
                    else
                    {
                        Lanes.Run64(new SwapLoop<double>((double*)px + (i * ldx), (double*)px + (other * ldx), columns));
                    }
                }
            }
        }
    }

    /// <summary>Columns [0, n) of rows [0, m), held negated; the numbers of pivots count from the first of these rows.</summary>
    internal static void Negated<V, T>(nint m, nint n, T* a, nint lda, int* pivots, T* panel, nint first, int* zero)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (n <= LuPanel.Columns)
        {
            LuPanel.Run<V, T>(m, n, a, lda, pivots, panel, first, zero);
            return;
        }

        nint half = ((n / 2) + LuPanel.Columns - 1) / LuPanel.Columns * LuPanel.Columns, rest = n - half;
        T* right = a + half, below = a + (half * lda);
        T one = Operands.One<T>();
        Negated<V, T>(m, half, a, lda, pivots, panel, first, zero);
        Exchange<V, T>(half, rest, right, lda, pivots);
        TriangularSolve.Negated<V, T>(lower: true, unit: true, half, rest, new(a, lda, 1), right, lda);
        Gemm.Multiply(m - half, rest, half, one, new(below, lda, 1), new(right, lda, 1), one, below + half, lda);
        Negated<V, T>(m - half, rest, below + half, lda, pivots + half, panel, first + half, zero);
        Exchange<V, T>(rest, half, below, lda, pivots + half);
        for (nint i = half; i < n; i++)
        {
            pivots[i] += (int)half;
        }
    }

    private static void Exchange<V, T>(nint count, nint columns, T* x, nint ldx, int* pivots)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (nint i = 0; i < count; i++)
        {
            if (pivots[i] != i)
            {
                Turned.Swap<V, T>(x + (i * ldx), x + (pivots[i] * ldx), columns);
            }
        }
    }
}

/// <summary>L and U from A; through working memory where rows lie a multiple of 2 KiB apart, and would meet in a few sets of the cache.</summary>
internal readonly unsafe struct LuLoop<T>(nint n, T* a, nint lda, T* lu, nint ldlu, int* pivots, T* work, int* zero) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly nint n = n;
    private readonly T* a = a;
    private readonly nint lda = lda;
    private readonly T* lu = lu;
    private readonly nint ldlu = ldlu;
    private readonly int* pivots = pivots;
    private readonly T* work = work;
    private readonly int* zero = zero;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint beside = Turned.Leading<T>(n);
        bool apart = ldlu * sizeof(T) % 2048 == 0;
        T* place = apart ? work : lu;
        nint ld = apart ? beside : ldlu;
        Turned.Negate<V, T>(n, n, a, lda, place, ld);
        LuFactor.Negated<V, T>(n, n, place, ld, pivots, work + (n * beside), 0, zero);
        for (nint i = 0; i < n && apart; i++)
        {
            new ReadOnlySpan<T>(work + (i * beside), (int)n).CopyTo(new Span<T>(lu + (i * ldlu), (int)n));
        }
    }
}

/// <summary>Exchanges two rows.</summary>
internal readonly unsafe struct SwapLoop<T>(T* x, T* y, nint count) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly T* y = y;
    private readonly nint count = count;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T> => Turned.Swap<V, T>(x, y, count);
}
