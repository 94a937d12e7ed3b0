using System.Numerics;

namespace Onsager.Blas;

/// <summary>The routines of level 3 with the reference's checks of arguments, in its order, and its quick returns.</summary>
internal static unsafe partial class Checked<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Gemm(Convention by, byte transA, byte transB, int m, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc)
    {
        bool ta = Letters.IsTransposed(transA), tb = Letters.IsTransposed(transB);
        int wrong = !Letters.IsTranspose(transA) ? 1 : !Letters.IsTranspose(transB) ? 2 : m < 0 ? 3 : n < 0 ? 4 : k < 0 ? 5
            : lda < AtLeast(ta ? k : m) ? 8 : ldb < AtLeast(tb ? n : k) ? 10 : ldc < AtLeast(m) ? 13 : 0;
        if (Passes(by, "gemm"u8, wrong) && m > 0 && n > 0 && !Keeps(alpha, k, beta))
        {
            Level3<T>.Gemm(ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
        }
    }

    public static void Gemmtr(
        Convention by, byte uplo, byte transA, byte transB, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc)
    {
        bool ta = Letters.IsTransposed(transA), tb = Letters.IsTransposed(transB);
        int wrong = !Letters.IsTriangle(uplo) ? 1 : !Letters.IsTranspose(transA) ? 2 : !Letters.IsTranspose(transB) ? 3 : n < 0 ? 4 : k < 0 ? 5
            : lda < AtLeast(ta ? k : n) ? 8 : ldb < AtLeast(tb ? n : k) ? 10 : ldc < AtLeast(n) ? 13 : 0;
        if (Passes(by, "gemmtr"u8, wrong) && n > 0 && !Keeps(alpha, k, beta))
        {
            Level3<T>.Gemmtr(Letters.Is(uplo, 'U'), ta, tb, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
        }
    }

    public static void Symm(Convention by, byte side, byte uplo, int m, int n, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc)
    {
        bool left = Letters.Is(side, 'L');
        int wrong = !Letters.IsSide(side) ? 1 : !Letters.IsTriangle(uplo) ? 2 : m < 0 ? 3 : n < 0 ? 4
            : lda < AtLeast(left ? m : n) ? 7 : ldb < AtLeast(m) ? 9 : ldc < AtLeast(m) ? 12 : 0;
        if (Passes(by, "symm"u8, wrong) && m > 0 && n > 0 && !Keeps(alpha, 1, beta))
        {
            Level3<T>.Symm(left, Letters.Is(uplo, 'U'), m, n, alpha, a, lda, b, ldb, beta, c, ldc);
        }
    }

    public static void Syrk(Convention by, byte uplo, byte trans, int n, int k, T alpha, T* a, int lda, T beta, T* c, int ldc)
    {
        bool transposed = Letters.IsTransposed(trans);
        int wrong = !Letters.IsTriangle(uplo) ? 1 : !Letters.IsTranspose(trans) ? 2 : n < 0 ? 3 : k < 0 ? 4
            : lda < AtLeast(transposed ? k : n) ? 7 : ldc < AtLeast(n) ? 10 : 0;
        if (Passes(by, "syrk"u8, wrong) && n > 0 && !Keeps(alpha, k, beta))
        {
            Level3<T>.Syrk(Letters.Is(uplo, 'U'), transposed, n, k, alpha, a, lda, beta, c, ldc);
        }
    }

    public static void Syr2k(Convention by, byte uplo, byte trans, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc)
    {
        bool transposed = Letters.IsTransposed(trans);
        int rows = AtLeast(transposed ? k : n);
        int wrong = !Letters.IsTriangle(uplo) ? 1 : !Letters.IsTranspose(trans) ? 2 : n < 0 ? 3 : k < 0 ? 4
            : lda < rows ? 7 : ldb < rows ? 9 : ldc < AtLeast(n) ? 12 : 0;
        if (Passes(by, "syr2k"u8, wrong) && n > 0 && !Keeps(alpha, k, beta))
        {
            Level3<T>.Syr2k(Letters.Is(uplo, 'U'), transposed, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
        }
    }

    public static void Trmm(Convention by, byte side, byte uplo, byte trans, byte diag, int m, int n, T alpha, T* a, int lda, T* b, int ldb) =>
        Triangle(by, "trmm"u8, false, side, uplo, trans, diag, m, n, alpha, a, lda, b, ldb);

    public static void Trsm(Convention by, byte side, byte uplo, byte trans, byte diag, int m, int n, T alpha, T* a, int lda, T* b, int ldb) =>
        Triangle(by, "trsm"u8, true, side, uplo, trans, diag, m, n, alpha, a, lda, b, ldb);

    private static void Triangle(
        Convention by, ReadOnlySpan<byte> routine, bool solve, byte side, byte uplo, byte trans, byte diag, int m, int n, T alpha, T* a, int lda, T* b, int ldb)
    {
        bool left = Letters.Is(side, 'L');
        int wrong = !Letters.IsSide(side) ? 1 : !Letters.IsTriangle(uplo) ? 2 : !Letters.IsTranspose(trans) ? 3 : !Letters.IsDiagonal(diag) ? 4
            : m < 0 ? 5 : n < 0 ? 6 : lda < AtLeast(left ? m : n) ? 9 : ldb < AtLeast(m) ? 11 : 0;
        if (Passes(by, routine, wrong) && m > 0 && n > 0)
        {
            Triangular<T>.Run(
                solve, left, Letters.Is(uplo, 'U'), Letters.IsTransposed(trans), Letters.Is(diag, 'U'), m, n, alpha, a, lda, b, ldb);
        }
    }

    /// <summary>Whether no argument is wrong; otherwise the first of them is reported.</summary>
    private static bool Passes(Convention by, ReadOnlySpan<byte> routine, int wrong)
    {
        if (wrong != 0)
        {
            ErrorHandler.Report<T>(by, routine, wrong);
        }

        return wrong == 0;
    }

    /// <summary>The least leading dimension of so many rows.</summary>
    private static int AtLeast(int rows) => int.Max(1, rows);

    /// <summary>Whether a result stays as it is.</summary>
    private static bool Keeps(T alpha, int k, T beta) => (alpha == T.Zero || k == 0) && beta == T.One;
}
