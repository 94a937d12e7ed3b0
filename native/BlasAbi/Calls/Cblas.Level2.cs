namespace Onsager.Blas;

/// <summary>CBLAS of level 2: by rows, the transpose is meant, so that a triangle is the other one and a transposition is none.</summary>
internal static unsafe partial class Cblas<T>
{
    public static void Gemv(int order, int trans, int m, int n, T alpha, T* a, int lda, T* x, int incx, T beta, T* y, int incy)
    {
        CblasCall<T> call = new("gemv"u8, order);
        byte transposed = call.Transpose(2, trans);
        if (call.IsRefused)
        {
            return;
        }

        if (call.IsByRows)
        {
            Checked<T>.Gemv(call.By, CblasCall<T>.OtherTranspose(transposed), n, m, alpha, a, lda, x, incx, beta, y, incy);
        }
        else
        {
            Checked<T>.Gemv(call.By, transposed, m, n, alpha, a, lda, x, incx, beta, y, incy);
        }
    }

    public static void Gbmv(int order, int trans, int m, int n, int kl, int ku, T alpha, T* a, int lda, T* x, int incx, T beta, T* y, int incy)
    {
        CblasCall<T> call = new("gbmv"u8, order);
        byte transposed = call.Transpose(2, trans);
        if (call.IsRefused)
        {
            return;
        }

        if (call.IsByRows)
        {
            Checked<T>.Gbmv(call.By, CblasCall<T>.OtherTranspose(transposed), n, m, ku, kl, alpha, a, lda, x, incx, beta, y, incy);
        }
        else
        {
            Checked<T>.Gbmv(call.By, transposed, m, n, kl, ku, alpha, a, lda, x, incx, beta, y, incy);
        }
    }

    public static void Ger(int order, int m, int n, T alpha, T* x, int incx, T* y, int incy, T* a, int lda)
    {
        CblasCall<T> call = new("ger"u8, order);
        if (call.IsRefused)
        {
            return;
        }

        if (call.IsByRows)
        {
            Checked<T>.Ger(call.By, n, m, alpha, y, incy, x, incx, a, lda);
        }
        else
        {
            Checked<T>.Ger(call.By, m, n, alpha, x, incx, y, incy, a, lda);
        }
    }

    public static void Symv(int order, int uplo, int n, T alpha, T* a, int lda, T* x, int incx, T beta, T* y, int incy)
    {
        CblasCall<T> call = new("symv"u8, order);
        byte triangle = call.Triangle(2, uplo);
        if (!call.IsRefused)
        {
            Checked<T>.Symv(call.By, call.IsByRows ? CblasCall<T>.OtherTriangle(triangle) : triangle, n, alpha, a, lda, x, incx, beta, y, incy);
        }
    }

    public static void Sbmv(int order, int uplo, int n, int k, T alpha, T* a, int lda, T* x, int incx, T beta, T* y, int incy)
    {
        CblasCall<T> call = new("sbmv"u8, order);
        byte triangle = call.Triangle(2, uplo);
        if (!call.IsRefused)
        {
            Checked<T>.Sbmv(call.By, call.IsByRows ? CblasCall<T>.OtherTriangle(triangle) : triangle, n, k, alpha, a, lda, x, incx, beta, y, incy);
        }
    }

    public static void Spmv(int order, int uplo, int n, T alpha, T* a, T* x, int incx, T beta, T* y, int incy)
    {
        CblasCall<T> call = new("spmv"u8, order);
        byte triangle = call.Triangle(2, uplo);
        if (!call.IsRefused)
        {
            Checked<T>.Spmv(call.By, call.IsByRows ? CblasCall<T>.OtherTriangle(triangle) : triangle, n, alpha, a, x, incx, beta, y, incy);
        }
    }

    public static void Syr(int order, int uplo, int n, T alpha, T* x, int incx, T* a, int lda)
    {
        CblasCall<T> call = new("syr"u8, order);
        byte triangle = call.Triangle(2, uplo);
        if (!call.IsRefused)
        {
            Checked<T>.Syr(call.By, call.IsByRows ? CblasCall<T>.OtherTriangle(triangle) : triangle, n, alpha, x, incx, a, lda);
        }
    }

    public static void Spr(int order, int uplo, int n, T alpha, T* x, int incx, T* a)
    {
        CblasCall<T> call = new("spr"u8, order);
        byte triangle = call.Triangle(2, uplo);
        if (!call.IsRefused)
        {
            Checked<T>.Spr(call.By, call.IsByRows ? CblasCall<T>.OtherTriangle(triangle) : triangle, n, alpha, x, incx, a);
        }
    }

    public static void Syr2(int order, int uplo, int n, T alpha, T* x, int incx, T* y, int incy, T* a, int lda)
    {
        CblasCall<T> call = new("syr2"u8, order);
        byte triangle = call.Triangle(2, uplo);
        if (!call.IsRefused)
        {
            Checked<T>.Syr2(call.By, call.IsByRows ? CblasCall<T>.OtherTriangle(triangle) : triangle, n, alpha, x, incx, y, incy, a, lda);
        }
    }

    public static void Spr2(int order, int uplo, int n, T alpha, T* x, int incx, T* y, int incy, T* a)
    {
        CblasCall<T> call = new("spr2"u8, order);
        byte triangle = call.Triangle(2, uplo);
        if (!call.IsRefused)
        {
            Checked<T>.Spr2(call.By, call.IsByRows ? CblasCall<T>.OtherTriangle(triangle) : triangle, n, alpha, x, incx, y, incy, a);
        }
    }

    public static void Trmv(int order, int uplo, int trans, int diag, int n, T* a, int lda, T* x, int incx)
    {
        CblasCall<T> call = new("trmv"u8, order);
        byte triangle = call.Triangle(2, uplo), transposed = call.Transpose(3, trans), diagonal = call.Diagonal(4, diag);
        if (!call.IsRefused)
        {
            (triangle, transposed) = Turned(call.IsByRows, triangle, transposed);
            Checked<T>.Trmv(call.By, triangle, transposed, diagonal, n, a, lda, x, incx);
        }
    }

    public static void Trsv(int order, int uplo, int trans, int diag, int n, T* a, int lda, T* x, int incx)
    {
        CblasCall<T> call = new("trsv"u8, order);
        byte triangle = call.Triangle(2, uplo), transposed = call.Transpose(3, trans), diagonal = call.Diagonal(4, diag);
        if (!call.IsRefused)
        {
            (triangle, transposed) = Turned(call.IsByRows, triangle, transposed);
            Checked<T>.Trsv(call.By, triangle, transposed, diagonal, n, a, lda, x, incx);
        }
    }

    public static void Tbmv(int order, int uplo, int trans, int diag, int n, int k, T* a, int lda, T* x, int incx)
    {
        CblasCall<T> call = new("tbmv"u8, order);
        byte triangle = call.Triangle(2, uplo), transposed = call.Transpose(3, trans), diagonal = call.Diagonal(4, diag);
        if (!call.IsRefused)
        {
            (triangle, transposed) = Turned(call.IsByRows, triangle, transposed);
            Checked<T>.Tbmv(call.By, triangle, transposed, diagonal, n, k, a, lda, x, incx);
        }
    }

    public static void Tbsv(int order, int uplo, int trans, int diag, int n, int k, T* a, int lda, T* x, int incx)
    {
        CblasCall<T> call = new("tbsv"u8, order);
        byte triangle = call.Triangle(2, uplo), transposed = call.Transpose(3, trans), diagonal = call.Diagonal(4, diag);
        if (!call.IsRefused)
        {
            (triangle, transposed) = Turned(call.IsByRows, triangle, transposed);
            Checked<T>.Tbsv(call.By, triangle, transposed, diagonal, n, k, a, lda, x, incx);
        }
    }

    public static void Tpmv(int order, int uplo, int trans, int diag, int n, T* a, T* x, int incx)
    {
        CblasCall<T> call = new("tpmv"u8, order);
        byte triangle = call.Triangle(2, uplo), transposed = call.Transpose(3, trans), diagonal = call.Diagonal(4, diag);
        if (!call.IsRefused)
        {
            (triangle, transposed) = Turned(call.IsByRows, triangle, transposed);
            Checked<T>.Tpmv(call.By, triangle, transposed, diagonal, n, a, x, incx);
        }
    }

    public static void Tpsv(int order, int uplo, int trans, int diag, int n, T* a, T* x, int incx)
    {
        CblasCall<T> call = new("tpsv"u8, order);
        byte triangle = call.Triangle(2, uplo), transposed = call.Transpose(3, trans), diagonal = call.Diagonal(4, diag);
        if (!call.IsRefused)
        {
            (triangle, transposed) = Turned(call.IsByRows, triangle, transposed);
            Checked<T>.Tpsv(call.By, triangle, transposed, diagonal, n, a, x, incx);
        }
    }
}
