namespace Onsager.Blas;

/// <summary>The same for level 2. What differs between dense, banded and packed storage is where columns lie and which numbers arguments have.</summary>
internal static unsafe partial class Checked<T>
{
    public static void Gemv(Convention by, byte trans, int m, int n, T alpha, T* a, int lda, T* x, int incx, T beta, T* y, int incy)
    {
        int wrong = !Letters.IsTranspose(trans) ? 1 : m < 0 ? 2 : n < 0 ? 3 : lda < AtLeast(m) ? 6 : incx == 0 ? 8 : incy == 0 ? 11 : 0;
        if (Passes(by, "gemv"u8, wrong) && m > 0 && n > 0 && !Keeps(alpha, 1, beta))
        {
            Level2<T>.Gemv(Letters.IsTransposed(trans), m, n, alpha, a, lda, x, incx, beta, y, incy);
        }
    }

    public static void Gbmv(
        Convention by, byte trans, int m, int n, int kl, int ku, T alpha, T* a, int lda, T* x, int incx, T beta, T* y, int incy)
    {
        int wrong = !Letters.IsTranspose(trans) ? 1 : m < 0 ? 2 : n < 0 ? 3 : kl < 0 ? 4 : ku < 0 ? 5
            : lda <= (long)kl + ku ? 8 : incx == 0 ? 10 : incy == 0 ? 13 : 0;
        if (Passes(by, "gbmv"u8, wrong) && m > 0 && n > 0 && !Keeps(alpha, 1, beta))
        {
            Level2<T>.Gbmv(Letters.IsTransposed(trans), m, n, Columns<T>.Band(m, kl, ku, a, lda), alpha, x, incx, beta, y, incy);
        }
    }

    public static void Symv(Convention by, byte uplo, int n, T alpha, T* a, int lda, T* x, int incx, T beta, T* y, int incy)
    {
        bool upper = Letters.Is(uplo, 'U');
        int wrong = !Letters.IsTriangle(uplo) ? 1 : n < 0 ? 2 : lda < AtLeast(n) ? 5 : incx == 0 ? 7 : incy == 0 ? 10 : 0;
        if (Passes(by, "symv"u8, wrong) && n > 0 && !Keeps(alpha, 1, beta))
        {
            Level2<T>.Symv(upper, n, Columns<T>.Dense(upper, n, a, lda), alpha, x, incx, beta, y, incy);
        }
    }

    public static void Sbmv(Convention by, byte uplo, int n, int k, T alpha, T* a, int lda, T* x, int incx, T beta, T* y, int incy)
    {
        bool upper = Letters.Is(uplo, 'U');
        int wrong = !Letters.IsTriangle(uplo) ? 1 : n < 0 ? 2 : k < 0 ? 3 : lda <= k ? 6 : incx == 0 ? 8 : incy == 0 ? 11 : 0;
        if (Passes(by, "sbmv"u8, wrong) && n > 0 && !Keeps(alpha, 1, beta))
        {
            Level2<T>.Symv(upper, n, Columns<T>.Band(upper, n, k, a, lda), alpha, x, incx, beta, y, incy);
        }
    }

    public static void Spmv(Convention by, byte uplo, int n, T alpha, T* a, T* x, int incx, T beta, T* y, int incy)
    {
        bool upper = Letters.Is(uplo, 'U');
        int wrong = !Letters.IsTriangle(uplo) ? 1 : n < 0 ? 2 : incx == 0 ? 6 : incy == 0 ? 9 : 0;
        if (Passes(by, "spmv"u8, wrong) && n > 0 && !Keeps(alpha, 1, beta))
        {
            Level2<T>.Symv(upper, n, Columns<T>.Packed(upper, n, a), alpha, x, incx, beta, y, incy);
        }
    }

    public static void Trmv(Convention by, byte uplo, byte trans, byte diag, int n, T* a, int lda, T* x, int incx)
    {
        if (Passes(by, "trmv"u8, WrongDense(uplo, trans, diag, n, lda, incx)) && n > 0)
        {
            bool upper = Letters.Is(uplo, 'U');
            Level2<T>.Trmv(upper, Letters.IsTransposed(trans), Letters.Is(diag, 'U'), n, Columns<T>.Dense(upper, n, a, lda), x, incx);
        }
    }

    public static void Trsv(Convention by, byte uplo, byte trans, byte diag, int n, T* a, int lda, T* x, int incx)
    {
        if (Passes(by, "trsv"u8, WrongDense(uplo, trans, diag, n, lda, incx)) && n > 0)
        {
            bool upper = Letters.Is(uplo, 'U');
            Level2<T>.Trsv(upper, Letters.IsTransposed(trans), Letters.Is(diag, 'U'), n, Columns<T>.Dense(upper, n, a, lda), x, incx);
        }
    }

    public static void Tbmv(Convention by, byte uplo, byte trans, byte diag, int n, int k, T* a, int lda, T* x, int incx)
    {
        if (Passes(by, "tbmv"u8, WrongBand(uplo, trans, diag, n, k, lda, incx)) && n > 0)
        {
            bool upper = Letters.Is(uplo, 'U');
            Level2<T>.Trmv(upper, Letters.IsTransposed(trans), Letters.Is(diag, 'U'), n, Columns<T>.Band(upper, n, k, a, lda), x, incx);
        }
    }

    public static void Tbsv(Convention by, byte uplo, byte trans, byte diag, int n, int k, T* a, int lda, T* x, int incx)
    {
        if (Passes(by, "tbsv"u8, WrongBand(uplo, trans, diag, n, k, lda, incx)) && n > 0)
        {
            bool upper = Letters.Is(uplo, 'U');
            Level2<T>.Trsv(upper, Letters.IsTransposed(trans), Letters.Is(diag, 'U'), n, Columns<T>.Band(upper, n, k, a, lda), x, incx);
        }
    }

    public static void Tpmv(Convention by, byte uplo, byte trans, byte diag, int n, T* a, T* x, int incx)
    {
        if (Passes(by, "tpmv"u8, WrongPacked(uplo, trans, diag, n, incx)) && n > 0)
        {
            bool upper = Letters.Is(uplo, 'U');
            Level2<T>.Trmv(upper, Letters.IsTransposed(trans), Letters.Is(diag, 'U'), n, Columns<T>.Packed(upper, n, a), x, incx);
        }
    }

    public static void Tpsv(Convention by, byte uplo, byte trans, byte diag, int n, T* a, T* x, int incx)
    {
        if (Passes(by, "tpsv"u8, WrongPacked(uplo, trans, diag, n, incx)) && n > 0)
        {
            bool upper = Letters.Is(uplo, 'U');
            Level2<T>.Trsv(upper, Letters.IsTransposed(trans), Letters.Is(diag, 'U'), n, Columns<T>.Packed(upper, n, a), x, incx);
        }
    }

    public static void Ger(Convention by, int m, int n, T alpha, T* x, int incx, T* y, int incy, T* a, int lda)
    {
        int wrong = m < 0 ? 1 : n < 0 ? 2 : incx == 0 ? 5 : incy == 0 ? 7 : lda < AtLeast(m) ? 9 : 0;
        if (Passes(by, "ger"u8, wrong) && m > 0 && n > 0 && alpha != T.Zero)
        {
            Level2<T>.Ger(m, n, alpha, x, incx, y, incy, a, lda);
        }
    }

    public static void Syr(Convention by, byte uplo, int n, T alpha, T* x, int incx, T* a, int lda)
    {
        int wrong = !Letters.IsTriangle(uplo) ? 1 : n < 0 ? 2 : incx == 0 ? 5 : lda < AtLeast(n) ? 7 : 0;
        if (Passes(by, "syr"u8, wrong) && n > 0 && alpha != T.Zero)
        {
            Level2<T>.Syr(n, alpha, x, incx, Columns<T>.Dense(Letters.Is(uplo, 'U'), n, a, lda));
        }
    }

    public static void Spr(Convention by, byte uplo, int n, T alpha, T* x, int incx, T* a)
    {
        int wrong = !Letters.IsTriangle(uplo) ? 1 : n < 0 ? 2 : incx == 0 ? 5 : 0;
        if (Passes(by, "spr"u8, wrong) && n > 0 && alpha != T.Zero)
        {
            Level2<T>.Syr(n, alpha, x, incx, Columns<T>.Packed(Letters.Is(uplo, 'U'), n, a));
        }
    }

    public static void Syr2(Convention by, byte uplo, int n, T alpha, T* x, int incx, T* y, int incy, T* a, int lda)
    {
        int wrong = !Letters.IsTriangle(uplo) ? 1 : n < 0 ? 2 : incx == 0 ? 5 : incy == 0 ? 7 : lda < AtLeast(n) ? 9 : 0;
        if (Passes(by, "syr2"u8, wrong) && n > 0 && alpha != T.Zero)
        {
            Level2<T>.Syr2(n, alpha, x, incx, y, incy, Columns<T>.Dense(Letters.Is(uplo, 'U'), n, a, lda));
        }
    }

    public static void Spr2(Convention by, byte uplo, int n, T alpha, T* x, int incx, T* y, int incy, T* a)
    {
        int wrong = !Letters.IsTriangle(uplo) ? 1 : n < 0 ? 2 : incx == 0 ? 5 : incy == 0 ? 7 : 0;
        if (Passes(by, "spr2"u8, wrong) && n > 0 && alpha != T.Zero)
        {
            Level2<T>.Syr2(n, alpha, x, incx, y, incy, Columns<T>.Packed(Letters.Is(uplo, 'U'), n, a));
        }
    }

    private static int WrongDense(byte uplo, byte trans, byte diag, int n, int lda, int incx)
    {
        int wrong = WrongTriangle(uplo, trans, diag, n);
        return wrong != 0 ? wrong : lda < AtLeast(n) ? 6 : incx == 0 ? 8 : 0;
    }

    private static int WrongBand(byte uplo, byte trans, byte diag, int n, int k, int lda, int incx)
    {
        int wrong = WrongTriangle(uplo, trans, diag, n);
        return wrong != 0 ? wrong : k < 0 ? 5 : lda <= k ? 7 : incx == 0 ? 9 : 0;
    }

    private static int WrongPacked(byte uplo, byte trans, byte diag, int n, int incx)
    {
        int wrong = WrongTriangle(uplo, trans, diag, n);
        return wrong != 0 ? wrong : incx == 0 ? 7 : 0;
    }

    private static int WrongTriangle(byte uplo, byte trans, byte diag, int n) =>
        !Letters.IsTriangle(uplo) ? 1 : !Letters.IsTranspose(trans) ? 2 : !Letters.IsDiagonal(diag) ? 3 : n < 0 ? 4 : 0;
}
