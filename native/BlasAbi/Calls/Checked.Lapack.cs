using Onsager.Simd;

namespace Onsager.Blas;

/// <summary>
/// LAPACK's routines with the reference's checks, in its order, its quick returns and its answers to questions for working memory, of which they use none: what they need,
/// the thread keeps.
/// </summary>
internal static unsafe partial class Checked<T>
{
    /// <summary>Columns of a block, as the reference's answers have them.</summary>
    private const int Nb = 32;

    public static void Potrf(byte uplo, int n, T* a, int lda, int* info)
    {
        int wrong = !Letters.IsTriangle(uplo) ? 1 : n < 0 ? 2 : lda < AtLeast(n) ? 4 : 0;
        if (Passes("potrf"u8, wrong, info) && n > 0)
        {
            *info = Cholesky<T>.Factor(Letters.Is(uplo, 'U'), n, a, lda);
        }
    }

    public static void Potrs(byte uplo, int n, int nrhs, T* a, int lda, T* b, int ldb, int* info)
    {
        int wrong = !Letters.IsTriangle(uplo) ? 1 : n < 0 ? 2 : nrhs < 0 ? 3 : lda < AtLeast(n) ? 5 : ldb < AtLeast(n) ? 7 : 0;
        if (Passes("potrs"u8, wrong, info) && n > 0 && nrhs > 0)
        {
            Cholesky<T>.Solve(Letters.Is(uplo, 'U'), n, nrhs, a, lda, b, ldb);
        }
    }

    public static void Getrf(int m, int n, T* a, int lda, int* ipiv, int* info)
    {
        int wrong = m < 0 ? 1 : n < 0 ? 2 : lda < AtLeast(m) ? 4 : 0;
        if (Passes("getrf"u8, wrong, info) && m > 0 && n > 0)
        {
            *info = Lu<T>.Factor(m, n, a, lda, ipiv);
        }
    }

    public static void Getrs(byte trans, int n, int nrhs, T* a, int lda, int* ipiv, T* b, int ldb, int* info)
    {
        int wrong = !Letters.IsTranspose(trans) ? 1 : n < 0 ? 2 : nrhs < 0 ? 3 : lda < AtLeast(n) ? 5 : ldb < AtLeast(n) ? 8 : 0;
        if (Passes("getrs"u8, wrong, info) && n > 0 && nrhs > 0)
        {
            Lu<T>.Solve(Letters.IsTransposed(trans), n, nrhs, a, lda, ipiv, b, ldb);
        }
    }

    public static void Gesv(int n, int nrhs, T* a, int lda, int* ipiv, T* b, int ldb, int* info)
    {
        int wrong = n < 0 ? 1 : nrhs < 0 ? 2 : lda < AtLeast(n) ? 4 : ldb < AtLeast(n) ? 7 : 0;
        if (!Passes("gesv"u8, wrong, info) || n == 0)
        {
            return;
        }

        *info = Lu<T>.Factor(n, n, a, lda, ipiv);
        if (*info == 0 && nrhs > 0)
        {
            Lu<T>.Solve(trans: false, n, nrhs, a, lda, ipiv, b, ldb);
        }
    }

    public static void Geqrf(int m, int n, T* a, int lda, T* tau, T* work, int lwork, int* info)
    {
        bool isQuestion = lwork == -1;
        int wrong = m < 0 ? 1 : n < 0 ? 2 : lda < AtLeast(m) ? 4 : !isQuestion && (lwork <= 0 || (m > 0 && lwork < AtLeast(n))) ? 7 : 0;
        if (!Passes("geqrf"u8, wrong, info))
        {
            return;
        }

        *work = Size(m == 0 || n == 0 ? 1 : (long)n * Nb);
        if (!isQuestion && m > 0 && n > 0)
        {
            Qr<T>.Factor(m, n, a, lda, tau, Memory(Qr<T>.FactorWork(m, n, n)));
        }
    }

    public static void Orgqr(int m, int n, int k, T* a, int lda, T* tau, T* work, int lwork, int* info)
    {
        bool isQuestion = lwork == -1;
        *work = Size((long)AtLeast(n) * Nb);
        int wrong = m < 0 ? 1 : n < 0 || n > m ? 2 : k < 0 || k > n ? 3 : lda < AtLeast(m) ? 5 : lwork < AtLeast(n) && !isQuestion ? 8 : 0;
        if (Passes("orgqr"u8, wrong, info) && !isQuestion)
        {
            if (n == 0)
            {
                *work = T.One;
                return;
            }

            Qr<T>.Form(m, n, k, a, lda, tau, Memory(Qr<T>.ApplyWork(m, k, n)));
        }
    }

    public static void Ormqr(byte side, byte trans, int m, int n, int k, T* a, int lda, T* tau, T* c, int ldc, T* work, int lwork, int* info)
    {
        // Memory for a triangle of 64 columns and one more stands beside the blocks in the reference's answer.
        const int Triangles = 65 * 64;
        bool left = Letters.Is(side, 'L'), isQuestion = lwork == -1;
        int order = left ? m : n, across = AtLeast(left ? n : m);
        int wrong = !Letters.IsSide(side) ? 1 : !Letters.Is(trans, 'N') && !Letters.Is(trans, 'T') ? 2 : m < 0 ? 3 : n < 0 ? 4 : k < 0 || k > order ? 5
            : lda < AtLeast(order) ? 7 : ldc < AtLeast(m) ? 10 : lwork < across && !isQuestion ? 12 : 0;
        if (!Passes("ormqr"u8, wrong, info))
        {
            return;
        }

        *work = Size(((long)across * Nb) + Triangles);
        if (isQuestion)
        {
            return;
        }

        if (m == 0 || n == 0 || k == 0)
        {
            *work = T.One;
            return;
        }

        Qr<T>.Apply(left, Letters.Is(trans, 'T'), m, n, k, a, lda, tau, c, ldc, Memory(Qr<T>.ApplyWork(order, k, across)));
    }

    public static void Gels(byte trans, int m, int n, int nrhs, T* a, int lda, T* b, int ldb, T* work, int lwork, int* info)
    {
        bool isQuestion = lwork == -1;
        int least = int.Min(m, n), across = int.Max(least, nrhs);
        int wrong = !Letters.Is(trans, 'N') && !Letters.Is(trans, 'T') ? 1 : m < 0 ? 2 : n < 0 ? 3 : nrhs < 0 ? 4 : lda < AtLeast(m) ? 6
            : ldb < AtLeast(int.Max(m, n)) ? 8 : lwork < AtLeast(least + across) && !isQuestion ? 10 : 0;
        T size = Size(long.Max(1, least + ((long)across * Nb)));
        if (wrong is 0 or 10)
        {
            *work = size;
        }

        if (!Passes("gels"u8, wrong, info) || isQuestion)
        {
            return;
        }

        if (least == 0 || nrhs == 0)
        {
            Systems<T>.Clear(int.Max(m, n), nrhs, b, ldb);
            return;
        }

        *info = LeastSquares<T>.Solve(Letters.Is(trans, 'T'), m, n, nrhs, a, lda, b, ldb);
    }

    public static void Syev(byte jobz, byte uplo, int n, T* a, int lda, T* w, T* work, int lwork, int* info)
    {
        bool hasVectors = Letters.Is(jobz, 'V'), isQuestion = lwork == -1;
        int wrong = WrongSymmetric(hasVectors, jobz, uplo, n, lda);
        if (wrong == 0)
        {
            *work = Size(long.Max(1, (Nb + 2L) * n));
            wrong = lwork < long.Max(1, (3L * n) - 1) && !isQuestion ? 8 : 0;
        }

        if (Passes("syev"u8, wrong, info) && !isQuestion && n > 0)
        {
            *info = SymmetricEigen<T>.Run(hasVectors, Letters.Is(uplo, 'U'), n, a, lda, w);
        }
    }

    public static void Gesvd(
        byte jobu, byte jobvt, int m, int n, T* a, int lda, T* s, T* u, int ldu, T* vt, int ldvt, T* work, int lwork, int* info)
    {
        bool isQuestion = lwork == -1, isLeft = TryRead(jobu, out SingularJob left), isRight = TryRead(jobvt, out SingularJob right);
        int q = int.Min(m, n), p = int.Max(m, n);
        bool wantsU = left is SingularJob.Some or SingularJob.All, overwritesTwice = left == SingularJob.Overwrite && right == SingularJob.Overwrite;
        bool isWhole = left == SingularJob.All || right == SingularJob.All;
        int wrong = !isLeft ? 1 : !isRight || overwritesTwice ? 2 : m < 0 || !Svd<T>.Holds(m, int.Max(0, n), isWhole) ? 3 : n < 0 ? 4 : lda < AtLeast(m) ? 6 : ldu < 1 || (wantsU && ldu < m) ? 9
            : ldvt < 1 || (right == SingularJob.All && ldvt < n) || (right == SingularJob.Some && ldvt < q) ? 11 : 0;
        if (wrong == 0)
        {
            // Where the long side's vectors are not wanted and it is much the longer one, a triangle is all that the reference goes on with.
            bool isTriangle = p >= (int)(q * 1.6f) && (m >= n ? left : right) == SingularJob.None;
            long least = q == 0 ? 1 : isTriangle ? 5L * q : long.Max((3L * q) + p, 5L * q);
            *work = Size(q == 0 ? 1 : long.Max(least, (3L * q) + (((long)m + n) * Nb)));
            wrong = lwork < least && !isQuestion ? 13 : 0;
        }

        if (Passes("gesvd"u8, wrong, info) && !isQuestion && q > 0)
        {
            *info = Svd<T>.Run(left, right, m, n, a, lda, s, u, ldu, vt, ldvt);
            new Span<T>(work + 1, *info).Fill(T.NaN);
        }
    }

    /// <summary>As syev: the reference divides and conquers, and its least working memory is what a caller has.</summary>
    public static void Syevd(byte jobz, byte uplo, int n, T* a, int lda, T* w, T* work, int lwork, int* iwork, int liwork, int* info)
    {
        bool hasVectors = Letters.Is(jobz, 'V'), isQuestion = lwork == -1 || liwork == -1;
        int wrong = WrongSymmetric(hasVectors, jobz, uplo, n, lda);
        if (wrong == 0)
        {
            long least = n <= 1 ? 1 : hasVectors ? 1 + (6L * n) + (2L * n * n) : (2L * n) + 1;
            int leastNumbers = n > 1 && hasVectors ? 3 + (5 * n) : 1;
            *work = Size(n <= 1 ? 1 : long.Max(least, (2L + Nb) * n));
            *iwork = leastNumbers;
            wrong = isQuestion ? 0 : lwork < least ? 8 : liwork < leastNumbers ? 10 : 0;
        }

        if (Passes("syevd"u8, wrong, info) && !isQuestion && n > 0)
        {
            *info = SymmetricEigen<T>.Run(hasVectors, Letters.Is(uplo, 'U'), n, a, lda, w);
        }
    }

    /// <summary>As gesvd, with one job for both sides: the reference divides and conquers.</summary>
    public static void Gesdd(byte jobz, int m, int n, T* a, int lda, T* s, T* u, int ldu, T* vt, int ldvt, T* work, int lwork, int* info)
    {
        bool isQuestion = lwork == -1, isJob = TryRead(jobz, out SingularJob job), isTall = m >= n, overwrites = job == SingularJob.Overwrite;
        int q = int.Min(m, n), p = int.Max(m, n);
        bool wantsU = job is SingularJob.Some or SingularJob.All || (overwrites && !isTall), wantsV = job == SingularJob.All || (overwrites && isTall);
        int wrong = !isJob ? 1 : m < 0 || !Svd<T>.Holds(m, int.Max(0, n), job == SingularJob.All) ? 2 : n < 0 ? 3 : lda < AtLeast(m) ? 5 : ldu < 1 || (wantsU && ldu < m) ? 8
            : ldvt < 1 || (wantsV && ldvt < n) || (job == SingularJob.Some && ldvt < q) ? 10 : 0;
        if (wrong == 0)
        {
            long least = q == 0 ? 1 : LeastForSingular(job, p, q);
            *work = Size(q == 0 ? 1 : long.Max(least, (3L * q) + (((long)p + q) * Nb)));
            wrong = lwork < least && !isQuestion ? 12 : 0;
        }

        if (!Passes("gesdd"u8, wrong, info) || isQuestion || q == 0)
        {
            return;
        }

        if (T.IsNaN(Systems<T>.Largest(m, n, a, lda)))
        {
            *info = -4;
            return;
        }

        SingularJob other = overwrites ? SingularJob.Some : job;
        *info = Svd<T>.Run(isTall ? job : other, isTall ? other : job, m, n, a, lda, s, u, ldu, vt, ldvt);
    }

    /// <summary>What gesdd's ways need at least, of which it takes another where one side is 11/6 of the other.</summary>
    private static long LeastForSingular(SingularJob job, long p, long q)
    {
        long inner = job == SingularJob.None ? 7 * q : (3 * q * q) + (4 * q), more = job == SingularJob.Overwrite ? q * q : 0;
        return p < (long)(q * 11.0 / 6.0) ? (3 * q) + long.Max(p, inner + more) : job switch
        {
            SingularJob.None => inner + q,
            SingularJob.All => (q * q) + long.Max((3 * q) + inner, q + p),
            _ => inner + (q * q) + more + (3 * q),
        };
    }

    private static int WrongSymmetric(bool hasVectors, byte jobz, byte uplo, int n, int lda) =>
        !hasVectors && !Letters.Is(jobz, 'N') ? 1 : !Letters.IsTriangle(uplo) ? 2 : n < 0 || !SymmetricEigen<T>.Holds(n) ? 3 : lda < AtLeast(n) ? 5 : 0;

    private static bool TryRead(byte letter, out SingularJob job)
    {
        job = Letters.Is(letter, 'A') ? SingularJob.All : Letters.Is(letter, 'S') ? SingularJob.Some : Letters.Is(letter, 'O') ? SingularJob.Overwrite : SingularJob.None;
        return job != SingularJob.None || Letters.Is(letter, 'N');
    }

    /// <summary>The same with LAPACK's INFO, which is the number of the first wrong argument, negative.</summary>
    private static bool Passes(ReadOnlySpan<byte> routine, int wrong, int* info)
    {
        *info = -wrong;
        return Passes(Convention.Fortran, routine, wrong);
    }

    /// <summary>A number of elements as WORK(1) has it, rounded up where T does not have it.</summary>
    private static T Size(long elements)
    {
        T size = T.CreateChecked(elements);
        return long.CreateSaturating(size) < elements ? T.BitIncrement(size) : size;
    }

    private static T* Memory(nint elements) => (T*)Scratch.RentOutermost(elements * sizeof(T));
}
