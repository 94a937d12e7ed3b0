using System.Runtime.InteropServices;
using T = System.Single;

namespace Onsager.Blas;

/// <summary>CBLAS level 2 in float32.</summary>
internal static unsafe class CblasSingleLevel2
{
    [UnmanagedCallersOnly(EntryPoint = "cblas_sgemv")]
    public static void Gemv(int order, int trans, int m, int n, T alpha, T* a, int lda, T* x, int incx, T beta, T* y, int incy) =>
        Cblas<T>.Gemv(order, trans, m, n, alpha, a, lda, x, incx, beta, y, incy);

    [UnmanagedCallersOnly(EntryPoint = "cblas_sgbmv")]
    public static void Gbmv(
        int order, int trans, int m, int n, int kl, int ku, T alpha, T* a, int lda, T* x, int incx, T beta, T* y, int incy) =>
        Cblas<T>.Gbmv(order, trans, m, n, kl, ku, alpha, a, lda, x, incx, beta, y, incy);

    [UnmanagedCallersOnly(EntryPoint = "cblas_ssymv")]
    public static void Symv(int order, int uplo, int n, T alpha, T* a, int lda, T* x, int incx, T beta, T* y, int incy) =>
        Cblas<T>.Symv(order, uplo, n, alpha, a, lda, x, incx, beta, y, incy);

    [UnmanagedCallersOnly(EntryPoint = "cblas_ssbmv")]
    public static void Sbmv(int order, int uplo, int n, int k, T alpha, T* a, int lda, T* x, int incx, T beta, T* y, int incy) =>
        Cblas<T>.Sbmv(order, uplo, n, k, alpha, a, lda, x, incx, beta, y, incy);

    [UnmanagedCallersOnly(EntryPoint = "cblas_sspmv")]
    public static void Spmv(int order, int uplo, int n, T alpha, T* a, T* x, int incx, T beta, T* y, int incy) =>
        Cblas<T>.Spmv(order, uplo, n, alpha, a, x, incx, beta, y, incy);

    [UnmanagedCallersOnly(EntryPoint = "cblas_strmv")]
    public static void Trmv(int order, int uplo, int trans, int diag, int n, T* a, int lda, T* x, int incx) =>
        Cblas<T>.Trmv(order, uplo, trans, diag, n, a, lda, x, incx);

    [UnmanagedCallersOnly(EntryPoint = "cblas_strsv")]
    public static void Trsv(int order, int uplo, int trans, int diag, int n, T* a, int lda, T* x, int incx) =>
        Cblas<T>.Trsv(order, uplo, trans, diag, n, a, lda, x, incx);

    [UnmanagedCallersOnly(EntryPoint = "cblas_stbmv")]
    public static void Tbmv(int order, int uplo, int trans, int diag, int n, int k, T* a, int lda, T* x, int incx) =>
        Cblas<T>.Tbmv(order, uplo, trans, diag, n, k, a, lda, x, incx);

    [UnmanagedCallersOnly(EntryPoint = "cblas_stbsv")]
    public static void Tbsv(int order, int uplo, int trans, int diag, int n, int k, T* a, int lda, T* x, int incx) =>
        Cblas<T>.Tbsv(order, uplo, trans, diag, n, k, a, lda, x, incx);

    [UnmanagedCallersOnly(EntryPoint = "cblas_stpmv")]
    public static void Tpmv(int order, int uplo, int trans, int diag, int n, T* a, T* x, int incx) =>
        Cblas<T>.Tpmv(order, uplo, trans, diag, n, a, x, incx);

    [UnmanagedCallersOnly(EntryPoint = "cblas_stpsv")]
    public static void Tpsv(int order, int uplo, int trans, int diag, int n, T* a, T* x, int incx) =>
        Cblas<T>.Tpsv(order, uplo, trans, diag, n, a, x, incx);

    [UnmanagedCallersOnly(EntryPoint = "cblas_sger")]
    public static void Ger(int order, int m, int n, T alpha, T* x, int incx, T* y, int incy, T* a, int lda) =>
        Cblas<T>.Ger(order, m, n, alpha, x, incx, y, incy, a, lda);

    [UnmanagedCallersOnly(EntryPoint = "cblas_ssyr")]
    public static void Syr(int order, int uplo, int n, T alpha, T* x, int incx, T* a, int lda) =>
        Cblas<T>.Syr(order, uplo, n, alpha, x, incx, a, lda);

    [UnmanagedCallersOnly(EntryPoint = "cblas_sspr")]
    public static void Spr(int order, int uplo, int n, T alpha, T* x, int incx, T* a) =>
        Cblas<T>.Spr(order, uplo, n, alpha, x, incx, a);

    [UnmanagedCallersOnly(EntryPoint = "cblas_ssyr2")]
    public static void Syr2(int order, int uplo, int n, T alpha, T* x, int incx, T* y, int incy, T* a, int lda) =>
        Cblas<T>.Syr2(order, uplo, n, alpha, x, incx, y, incy, a, lda);

    [UnmanagedCallersOnly(EntryPoint = "cblas_sspr2")]
    public static void Spr2(int order, int uplo, int n, T alpha, T* x, int incx, T* y, int incy, T* a) =>
        Cblas<T>.Spr2(order, uplo, n, alpha, x, incx, y, incy, a);
}
