using System.Runtime.InteropServices;
using static Onsager.Blas.Convention;
using T = System.Single;

namespace Onsager.Blas;

/// <summary>BLAS level 3 in float32 for Fortran: everything by reference. Lengths of strings, passed behind the arguments, are not read.</summary>
internal static unsafe class FortranSingleLevel3
{
    [UnmanagedCallersOnly(EntryPoint = "sgemm_")]
    public static void Gemm(byte* transA, byte* transB, int* m, int* n, int* k, T* alpha, T* a, int* lda, T* b, int* ldb, T* beta, T* c, int* ldc) =>
        Checked<T>.Gemm(Fortran, *transA, *transB, *m, *n, *k, *alpha, a, *lda, b, *ldb, *beta, c, *ldc);

    [UnmanagedCallersOnly(EntryPoint = "sgemmtr_")]
    public static void Gemmtr(
        byte* uplo, byte* transA, byte* transB, int* n, int* k, T* alpha, T* a, int* lda, T* b, int* ldb, T* beta, T* c, int* ldc) =>
        Checked<T>.Gemmtr(Fortran, *uplo, *transA, *transB, *n, *k, *alpha, a, *lda, b, *ldb, *beta, c, *ldc);

    [UnmanagedCallersOnly(EntryPoint = "ssymm_")]
    public static void Symm(byte* side, byte* uplo, int* m, int* n, T* alpha, T* a, int* lda, T* b, int* ldb, T* beta, T* c, int* ldc) =>
        Checked<T>.Symm(Fortran, *side, *uplo, *m, *n, *alpha, a, *lda, b, *ldb, *beta, c, *ldc);

    [UnmanagedCallersOnly(EntryPoint = "ssyrk_")]
    public static void Syrk(byte* uplo, byte* trans, int* n, int* k, T* alpha, T* a, int* lda, T* beta, T* c, int* ldc) =>
        Checked<T>.Syrk(Fortran, *uplo, *trans, *n, *k, *alpha, a, *lda, *beta, c, *ldc);

    [UnmanagedCallersOnly(EntryPoint = "ssyr2k_")]
    public static void Syr2k(byte* uplo, byte* trans, int* n, int* k, T* alpha, T* a, int* lda, T* b, int* ldb, T* beta, T* c, int* ldc) =>
        Checked<T>.Syr2k(Fortran, *uplo, *trans, *n, *k, *alpha, a, *lda, b, *ldb, *beta, c, *ldc);

    [UnmanagedCallersOnly(EntryPoint = "strmm_")]
    public static void Trmm(byte* side, byte* uplo, byte* trans, byte* diag, int* m, int* n, T* alpha, T* a, int* lda, T* b, int* ldb) =>
        Checked<T>.Trmm(Fortran, *side, *uplo, *trans, *diag, *m, *n, *alpha, a, *lda, b, *ldb);

    [UnmanagedCallersOnly(EntryPoint = "strsm_")]
    public static void Trsm(byte* side, byte* uplo, byte* trans, byte* diag, int* m, int* n, T* alpha, T* a, int* lda, T* b, int* ldb) =>
        Checked<T>.Trsm(Fortran, *side, *uplo, *trans, *diag, *m, *n, *alpha, a, *lda, b, *ldb);
}
