using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The Cholesky factorisation A = L L^T of a symmetric positive definite matrix, row-major, on one thread, and its change by a rank-one matrix.
/// Working memory holds L^T and, before that, -A: its rows are L's columns, so that every step passes contiguous elements, and products need
/// no other sign than plus. The recursive form is that of F. Gustavson (IBM J. Res. Dev. 41, 1997).
/// <para>Bits: halves end at multiples of 32; blocks of 32 are right-looking, an element taking each product by a fused multiply-add in order, and what
/// other blocks contribute follows the contracts of <see cref="Gemm"/> and <see cref="TriangularSolve"/>. An element is divided by its pivot's root.</para>
/// </summary>
public static unsafe class CholeskyFactor
{
    /// <summary>Rows of a triangle that is made as a square, since nobody reads the other triangle.</summary>
    private const int Square = 64;

    /// <summary>Elements of working memory for n rows.</summary>
    public static nint WorkLength<T>(int n)
        where T : unmanaged => (nint)n * Turned.Leading<T>(n);

    /// <summary>L [n, n], with zeros above the diagonal, from the lower triangle of A; -1, or the first pivot that is not a positive number, with its value.</summary>
    /// <param name="n">Rows and columns.</param>
    /// <param name="a">The elements of A; only its lower triangle is read.</param>
    /// <param name="lda">A's leading dimension.</param>
    /// <param name="l">The elements of L; undefined where a pivot fails. May be A itself.</param>
    /// <param name="ldl">L's leading dimension.</param>
    /// <param name="work">As many elements as <see cref="WorkLength{T}"/> says.</param>
    /// <param name="pivot">The pivot that failed.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is negative, or a leading dimension is below it.</exception>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static int Factor<T>(int n, ReadOnlySpan<T> a, int lda, Span<T> l, int ldl, Span<T> work, out T pivot)
        where T : unmanaged
    {
        SquareChecks.Check("cholesky", "a", a, n, n, lda);
        SquareChecks.Check<T>("cholesky", "l", l, n, n, ldl);
        SquareChecks.CheckWork<T>("cholesky", work, WorkLength<T>(n));
        fixed (T* pa = a, pl = l, pw = work)
        fixed (T* failed = &pivot)
        {
            *failed = default;
            int at = -1;
            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new CholeskyLoop<float>(n, (float*)pa, lda, (float*)pl, ldl, (float*)pw, (float*)failed, &at));
            }
            else
            {
                Lanes.Run64(new CholeskyLoop<double>(n, (double*)pa, lda, (double*)pl, ldl, (double*)pw, (double*)failed, &at));
            }

            return at;
        }
    }

    /// <summary>
    /// The factor of L L^T + x x^T, or of L L^T - x x^T, in the place of L; -1, or the first column where the difference is not positive definite:
    /// then L is as it was. x is used up.
    /// </summary>
    /// <param name="downdate">Subtracts.</param>
    /// <param name="n">Rows and columns.</param>
    /// <param name="l">The elements of L.</param>
    /// <param name="ldl">L's leading dimension.</param>
    /// <param name="x">n elements.</param>
    /// <param name="work">As many elements as <see cref="WorkLength{T}"/> says, and 16 more.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is negative, or the leading dimension is below it.</exception>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static int Update<T>(bool downdate, int n, Span<T> l, int ldl, Span<T> x, Span<T> work)
        where T : unmanaged
    {
        string operation = downdate ? "cholesky downdate" : "cholesky update";
        SquareChecks.Check<T>(operation, "l", l, n, n, ldl);
        SquareChecks.Check<T>(operation, "x", x, n, 1, 1);
        SquareChecks.CheckWork<T>(operation, work, WorkLength<T>(n) + 16);
        fixed (T* pl = l, px = x, pw = work)
        {
            int at = -1;
            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new RankOneLoop<float>(downdate, n, (float*)pl, ldl, (float*)px, (float*)pw, &at));
            }
            else
            {
                Lanes.Run64(new RankOneLoop<double>(downdate, n, (double*)pl, ldl, (double*)px, (double*)pw, &at));
            }

            return at;
        }
    }

    /// <summary>U with U^T U = A in the place of the upper triangle of -A; -1, or the pivot that failed.</summary>
    internal static nint Negated<V, T>(nint n, T* u, nint ld, T* failed)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (n <= TriangularSolve.Block)
        {
            return FactorBlock<V, T>(n, u, ld, failed);
        }

        nint half = TriangularSolve.Half(n), rest = n - half;
        nint at = Negated<V, T>(half, u, ld, failed);
        if (at >= 0)
        {
            return at;
        }

        T* right = u + half, corner = right + (half * ld);
        TriangularSolve.Negated<V, T>(lower: true, unit: false, half, rest, new(u, 1, ld), right, ld);
        AddSquare(rest, half, right, corner, ld);
        at = Negated<V, T>(rest, corner, ld, failed);
        return at < 0 ? at : at + half;
    }

    /// <summary>C += P^T P in the upper triangle; below it, too, near the diagonal.</summary>
    private static void AddSquare<T>(nint n, nint k, T* p, T* c, nint ld)
        where T : unmanaged
    {
        T one = Operands.One<T>();
        if (n <= Square)
        {
            Gemm.Multiply(n, n, k, one, new(p, 1, ld), new(p, ld, 1), one, c, ld);
            return;
        }

        nint half = TriangularSolve.Half(n);
        AddSquare(half, k, p, c, ld);
        Gemm.Multiply(half, n - half, k, one, new(p, 1, ld), new(p + half, ld, 1), one, c + half, ld);
        AddSquare(n - half, k, p + half, c + (half * ld) + half, ld);
    }

    /// <summary>A block, a row at a time. Registers begin at multiples of their width, since nobody reads what lies left of the diagonal.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static nint FactorBlock<V, T>(nint n, T* u, nint ld, T* failed)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V zero = V.Of(0);
        for (nint j = 0; j < n; j++)
        {
            T* row = u + (j * ld);
            V pivot = zero - V.Broadcast(row[j]);
            if (!V.AllLess(zero, pivot) || !V.AllLess(pivot, V.Of(double.PositiveInfinity)))
            {
                *failed = V.First(pivot);
                return j;
            }

            V root = V.Sqrt(pivot);
            for (nint v = j & -(nint)V.Width; v < n; v += V.Width)
            {
                V.Store(row + v, zero - (V.Load(row + v) / root));
            }

            row[j] = V.First(root);
            T* below = row + ld;
            for (nint i = j + 1; i < n; i++, below += ld)
            {
                V factor = V.Broadcast(row[i]);
                for (nint v = i & -(nint)V.Width; v < n; v += V.Width)
                {
                    V.Store(below + v, V.Fma(factor, V.Load(row + v), V.Load(below + v)));
                }
            }
        }

        return -1;
    }
}

/// <summary>L from A through working memory.</summary>
internal readonly unsafe struct CholeskyLoop<T>(nint n, T* a, nint lda, T* l, nint ldl, T* work, T* pivot, int* failed) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly nint n = n;
    private readonly T* a = a;
    private readonly nint lda = lda;
    private readonly T* l = l;
    private readonly nint ldl = ldl;
    private readonly T* work = work;
    private readonly T* pivot = pivot;
    private readonly int* failed = failed;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint ld = Turned.Leading<T>(n);
        Turned.Upper<V, T>(n, a, lda, work, ld);
        Turned.NegateUpper<V, T>(n, work, ld);
        *failed = (int)CholeskyFactor.Negated<V, T>(n, work, ld, pivot);
        if (*failed < 0)
        {
            Turned.Lower<V, T>(n, work, ld, l, ldl);
        }
    }
}
