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
/// them; a tall one is turned, and so are its vectors.
/// </summary>
internal static unsafe class Svd<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Whether the engine's counts of elements hold this matrix.</summary>
    public static bool Holds(int m, int n, bool isWhole)
    {
        long p = int.Max(m, n), q = int.Min(m, n);
        return (p + 32) * ((isWhole ? p : q) + 64) <= int.MaxValue;
    }

    /// <summary>Values descending, and vectors as the jobs say. 0, or how many elements above the diagonal did not vanish.</summary>
    public static int Run(SingularJob left, SingularJob right, int m, int n, T* a, int lda, T* values, T* u, int ldu, T* vt, int ldvt)
    {
        int p = int.Max(m, n), q = int.Min(m, n);
        bool isTall = m > n, hasVectors = left != SingularJob.None || right != SingularJob.None;

        // Of the tall matrix, the long vectors' count, and the memory of both sides.
        int count = !hasVectors ? 0 : (isTall ? left : right) == SingularJob.All ? p : q;
        nint ofMatrix = isTall ? (nint)p * q : 0, ofWork = (nint)SingularValues.Work<T>(p, q), ofLong = (nint)p * count, ofShort = hasVectors ? (nint)q * q : 0;
        T* work = (T*)Scratch.RentOutermost((ofMatrix + ofWork + ofLong + ofShort) * sizeof(T));
        T* tall = work + ofWork, longer = tall + ofMatrix, shorter = longer + ofLong;
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
