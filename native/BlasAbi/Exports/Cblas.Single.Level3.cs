using System.Runtime.InteropServices;
using T = System.Single;

namespace Onsager.Blas;

/// <summary>CBLAS level 3 in float32.</summary>
internal static unsafe class CblasSingleLevel3
{
    [UnmanagedCallersOnly(EntryPoint = "cblas_sgemm")]
    public static void Gemm(int order, int transA, int transB, int m, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc) =>
        Cblas<T>.Gemm(order, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);

    [UnmanagedCallersOnly(EntryPoint = "cblas_sgemmtr")]
    public static void Gemmtr(
        int order, int uplo, int transA, int transB, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc) =>
        Cblas<T>.Gemmtr(order, uplo, transA, transB, n, k, alpha, a, lda, b, ldb, beta, c, ldc);

    [UnmanagedCallersOnly(EntryPoint = "cblas_ssymm")]
    public static void Symm(int order, int side, int uplo, int m, int n, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc) =>
        Cblas<T>.Symm(order, side, uplo, m, n, alpha, a, lda, b, ldb, beta, c, ldc);

    [UnmanagedCallersOnly(EntryPoint = "cblas_ssyrk")]
    public static void Syrk(int order, int uplo, int trans, int n, int k, T alpha, T* a, int lda, T beta, T* c, int ldc) =>
        Cblas<T>.Syrk(order, uplo, trans, n, k, alpha, a, lda, beta, c, ldc);

    [UnmanagedCallersOnly(EntryPoint = "cblas_ssyr2k")]
    public static void Syr2k(int order, int uplo, int trans, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc) =>
        Cblas<T>.Syr2k(order, uplo, trans, n, k, alpha, a, lda, b, ldb, beta, c, ldc);

    [UnmanagedCallersOnly(EntryPoint = "cblas_strmm")]
    public static void Trmm(int order, int side, int uplo, int trans, int diag, int m, int n, T alpha, T* a, int lda, T* b, int ldb) =>
        Cblas<T>.Trmm(order, side, uplo, trans, diag, m, n, alpha, a, lda, b, ldb);

    [UnmanagedCallersOnly(EntryPoint = "cblas_strsm")]
    public static void Trsm(int order, int side, int uplo, int trans, int diag, int m, int n, T alpha, T* a, int lda, T* b, int ldb) =>
        Cblas<T>.Trsm(order, side, uplo, trans, diag, m, n, alpha, a, lda, b, ldb);
}
