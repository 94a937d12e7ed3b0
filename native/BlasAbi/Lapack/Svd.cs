using System.Numerics;
using Onsager.Simd;

namespace Onsager.Blas;

/// <summary>Which singular vectors of one side are wanted (LAPACK's jobs N, S, A), or that the first ones go to A (O).</summary>
internal enum SingularJob
{
    None,
    Some,
    All,
    Overwrite,
}

/// <summary>
/// A = U diag(S) V^T by <see cref="SingularValues"/>, which takes tall matrices by rows: a wide one by columns is its transpose by rows, whose vectors lie as LAPACK wants
/// them; a tall one is turned, and so are its vectors. A very tall one becomes Q R in its place first (Golub and Van Loan, Matrix Computations, 4th edition, section 8.6.3), so
/// that no copy of it is needed.
/// </summary>
internal static unsafe class Svd<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>From so many times as many rows as columns on, Q R comes first.</summary>
    private const int VeryTall = 4;

    /// <summary>Rows of A that are multiplied at a time.</summary>
    private const int Rows = 256;

    /// <summary>Whether the engine's counts of elements hold this matrix.</summary>
    public static bool Holds(int m, int n, bool isWhole)
    {
        long p = int.Max(m, n), q = int.Min(m, n);
        return (p + 32) * ((isWhole ? p : q) + 64) <= int.MaxValue;
    }

    /// <summary>Values descending, and vectors as the jobs say. 0, or how many elements above the diagonal did not vanish.</summary>
    public static int Run(SingularJob left, SingularJob right, int m, int n, T* a, int lda, T* values, T* u, int ldu, T* vt, int ldvt)
    {
        if (m / VeryTall >= n)
        {
            return RunVeryTall(left, right, m, n, a, lda, values, u, ldu, vt, ldvt);
        }

        T* work = (T*)Scratch.RentOutermost(Work(left, right, m, n) * sizeof(T));
        return RunIn(work, left, right, m, n, a, lda, values, u, ldu, vt, ldvt);
    }

    /// <summary>Of the tall matrix, the long vectors' count.</summary>
    private static int LongVectors(SingularJob left, SingularJob right, int m, int n) =>
        left == SingularJob.None && right == SingularJob.None ? 0 : (m > n ? left : right) == SingularJob.All ? int.Max(m, n) : int.Min(m, n);

    /// <summary>Elements of memory of <see cref="RunIn"/>: a tall matrix turned, and the vectors of both sides.</summary>
    private static nint Work(SingularJob left, SingularJob right, int m, int n)
    {
        nint p = int.Max(m, n), q = int.Min(m, n), count = LongVectors(left, right, m, n);
        return (nint)SingularValues.Work<T>((int)p, (int)q) + (m > n ? p * q : 0) + (p * count) + (count > 0 ? q * q : 0);
    }

    /// <summary>A = Q R, R = U diag(S) V^T, and U becomes Q U, in its place or in that of Q.</summary>
    private static int RunVeryTall(SingularJob left, SingularJob right, int m, int n, T* a, int lda, T* values, T* u, int ldu, T* vt, int ldvt)
    {
        SingularJob small = left == SingularJob.None ? SingularJob.None : SingularJob.Some;
        int count = left == SingularJob.All ? m : n;
        nint square = (nint)n * n, ofTriangle = Work(small, right, n, n), ofFactors = nint.Max(Qr<T>.FactorWork(m, n, n), Qr<T>.ApplyWork(m, n, count));
        nint ofWork = nint.Max(ofTriangle, ofFactors);
        T* work = (T*)Scratch.RentOutermost((ofWork + FixedLanes.Whole<T>(n) + (2 * square) + ((nint)Rows * n)) * sizeof(T));
        T* tau = work + ofWork, r = tau + FixedLanes.Whole<T>(n), inner = r + square, block = inner + square;
        Qr<T>.Factor(m, n, a, lda, tau, work);
        Systems<T>.Clear(n, n, r, n);
        for (nint j = 0; j < n; j++)
        {
            new ReadOnlySpan<T>(a + (j * lda), (int)j + 1).CopyTo(new Span<T>(r + (j * n), n));
        }

        int info = RunIn(work, small, right, n, n, r, n, values, inner, n, vt, ldvt);
        if (left is SingularJob.Some or SingularJob.All)
        {
            Systems<T>.Clear(m, count, u, ldu);
            Copy(n, inner, n, u, ldu);
            for (nint j = n; j < count; j++)
            {
                u[j * (ldu + 1)] = T.One;
            }

            Qr<T>.Apply(left: true, trans: false, m, count, n, a, lda, tau, u, ldu, work);
        }
        else if (left == SingularJob.Overwrite)
        {
            Qr<T>.Form(m, n, n, a, lda, tau, work);
            for (int row = 0; row < m; row += Rows)
            {
                int rows = int.Min(Rows, m - row);
                for (nint j = 0; j < n; j++)
                {
                    new ReadOnlySpan<T>(a + row + (j * lda), rows).CopyTo(new Span<T>(block + (j * rows), rows));
                }

                Level3<T>.Gemm(false, false, rows, n, n, T.One, block, rows, inner, n, T.Zero, a + row, lda);
            }
        }

        // The right vectors took R's place, and take A's when Q is no more needed.
        if (right == SingularJob.Overwrite)
        {
            Copy(n, r, n, a, lda);
        }

        return info;
    }

    private static void Copy(int n, T* x, nint ldx, T* y, nint ldy)
    {
        for (nint j = 0; j < n; j++)
        {
            new ReadOnlySpan<T>(x + (j * ldx), n).CopyTo(new Span<T>(y + (j * ldy), n));
        }
    }

    private static int RunIn(T* work, SingularJob left, SingularJob right, int m, int n, T* a, int lda, T* values, T* u, int ldu, T* vt, int ldvt)
    {
        int p = int.Max(m, n), q = int.Min(m, n), count = LongVectors(left, right, m, n);
        bool isTall = m > n, hasVectors = left != SingularJob.None || right != SingularJob.None;
        T* tall = work + (nint)SingularValues.Work<T>(p, q), longer = tall + (isTall ? (nint)p * q : 0), shorter = longer + ((nint)p * count);
        if (isTall)
        {
            Vectors.Transpose(q, p, a, lda, tall, q);
        }

        bool isDone = true;
        T* source = isTall ? tall : a;
        int leading = isTall ? q : lda, shortRows = hasVectors ? q : 0;
        if (typeof(T) == typeof(float))
        {
            FixedLanes.Run32(new SvdLoop<float>(
                new((float*)source, p, q, leading), (float*)values, count, (float*)longer, shortRows, (float*)shorter, (float*)work, &isDone));
        }
        else
        {
            FixedLanes.Run64(new SvdLoop<double>(
                new((double*)source, p, q, leading), (double*)values, count, (double*)longer, shortRows, (double*)shorter, (double*)work, &isDone));
        }

        // By rows, longer holds long vectors in columns, and shorter the short ones in rows.
        Deliver(isTall ? left : right, isTall, p, count, longer, a, lda, isTall ? u : vt, isTall ? ldu : ldvt);
        Deliver(isTall ? right : left, isTall, q, q, shorter, a, lda, isTall ? vt : u, isTall ? ldvt : ldu);
        return isDone && !T.IsNaN(*values) ? 0 : q - 1;
    }

    /// <summary>x [rows, columns] by rows to its place by columns; turned, or as it lies, which is its transpose by columns.</summary>
    private static void Deliver(SingularJob job, bool isTurned, int rows, int columns, T* x, T* a, int lda, T* own, int ldOwn)
    {
        if (job == SingularJob.None)
        {
            return;
        }

        T* target = job == SingularJob.Overwrite ? a : own;
        nint leading = job == SingularJob.Overwrite ? lda : ldOwn;
        if (isTurned)
        {
            Vectors.Transpose(rows, columns, x, columns, target, leading);
            return;
        }

        for (nint i = 0; i < rows; i++)
        {
            new ReadOnlySpan<T>(x + (i * columns), columns).CopyTo(new Span<T>(target + (i * leading), columns));
        }
    }
}
