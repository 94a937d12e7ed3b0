using System.Runtime.InteropServices;
using T = System.Double;

namespace Onsager.Blas;

/// <summary>CBLAS level 2 in float64.</summary>
internal static unsafe class CblasDoubleLevel2
{
    [UnmanagedCallersOnly(EntryPoint = "cblas_dgemv")]
    public static void Gemv(int order, int trans, int m, int n, T alpha, T* a, int lda, T* x, int incx, T beta, T* y, int incy) =>
        Cblas<T>.Gemv(order, trans, m, n, alpha, a, lda, x, incx, beta, y, incy);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dgbmv")]
    public static void Gbmv(
        int order, int trans, int m, int n, int kl, int ku, T alpha, T* a, int lda, T* x, int incx, T beta, T* y, int incy) =>
        Cblas<T>.Gbmv(order, trans, m, n, kl, ku, alpha, a, lda, x, incx, beta, y, incy);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dsymv")]
    public static void Symv(int order, int uplo, int n, T alpha, T* a, int lda, T* x, int incx, T beta, T* y, int incy) =>
        Cblas<T>.Symv(order, uplo, n, alpha, a, lda, x, incx, beta, y, incy);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dsbmv")]
    public static void Sbmv(int order, int uplo, int n, int k, T alpha, T* a, int lda, T* x, int incx, T beta, T* y, int incy) =>
        Cblas<T>.Sbmv(order, uplo, n, k, alpha, a, lda, x, incx, beta, y, incy);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dspmv")]
    public static void Spmv(int order, int uplo, int n, T alpha, T* a, T* x, int incx, T beta, T* y, int incy) =>
        Cblas<T>.Spmv(order, uplo, n, alpha, a, x, incx, beta, y, incy);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dtrmv")]
    public static void Trmv(int order, int uplo, int trans, int diag, int n, T* a, int lda, T* x, int incx) =>
        Cblas<T>.Trmv(order, uplo, trans, diag, n, a, lda, x, incx);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dtrsv")]
    public static void Trsv(int order, int uplo, int trans, int diag, int n, T* a, int lda, T* x, int incx) =>
        Cblas<T>.Trsv(order, uplo, trans, diag, n, a, lda, x, incx);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dtbmv")]
    public static void Tbmv(int order, int uplo, int trans, int diag, int n, int k, T* a, int lda, T* x, int incx) =>
        Cblas<T>.Tbmv(order, uplo, trans, diag, n, k, a, lda, x, incx);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dtbsv")]
    public static void Tbsv(int order, int uplo, int trans, int diag, int n, int k, T* a, int lda, T* x, int incx) =>
        Cblas<T>.Tbsv(order, uplo, trans, diag, n, k, a, lda, x, incx);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dtpmv")]
    public static void Tpmv(int order, int uplo, int trans, int diag, int n, T* a, T* x, int incx) =>
        Cblas<T>.Tpmv(order, uplo, trans, diag, n, a, x, incx);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dtpsv")]
    public static void Tpsv(int order, int uplo, int trans, int diag, int n, T* a, T* x, int incx) =>
        Cblas<T>.Tpsv(order, uplo, trans, diag, n, a, x, incx);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dger")]
    public static void Ger(int order, int m, int n, T alpha, T* x, int incx, T* y, int incy, T* a, int lda) =>
        Cblas<T>.Ger(order, m, n, alpha, x, incx, y, incy, a, lda);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dsyr")]
    public static void Syr(int order, int uplo, int n, T alpha, T* x, int incx, T* a, int lda) =>
        Cblas<T>.Syr(order, uplo, n, alpha, x, incx, a, lda);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dspr")]
    public static void Spr(int order, int uplo, int n, T alpha, T* x, int incx, T* a) =>
        Cblas<T>.Spr(order, uplo, n, alpha, x, incx, a);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dsyr2")]
    public static void Syr2(int order, int uplo, int n, T alpha, T* x, int incx, T* y, int incy, T* a, int lda) =>
        Cblas<T>.Syr2(order, uplo, n, alpha, x, incx, y, incy, a, lda);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dspr2")]
    public static void Spr2(int order, int uplo, int n, T alpha, T* x, int incx, T* y, int incy, T* a) =>
        Cblas<T>.Spr2(order, uplo, n, alpha, x, incx, y, incy, a);
}
