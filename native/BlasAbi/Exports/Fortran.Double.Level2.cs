using System.Runtime.InteropServices;
using static Onsager.Blas.Convention;
using T = System.Double;

namespace Onsager.Blas;

/// <summary>BLAS level 2 in float64 for Fortran.</summary>
internal static unsafe class FortranDoubleLevel2
{
    [UnmanagedCallersOnly(EntryPoint = "dgemv_")]
    public static void Gemv(byte* trans, int* m, int* n, T* alpha, T* a, int* lda, T* x, int* incx, T* beta, T* y, int* incy) =>
        Checked<T>.Gemv(Fortran, *trans, *m, *n, *alpha, a, *lda, x, *incx, *beta, y, *incy);

    [UnmanagedCallersOnly(EntryPoint = "dgbmv_")]
    public static void Gbmv(
        byte* trans, int* m, int* n, int* kl, int* ku, T* alpha, T* a, int* lda, T* x, int* incx, T* beta, T* y, int* incy) =>
        Checked<T>.Gbmv(Fortran, *trans, *m, *n, *kl, *ku, *alpha, a, *lda, x, *incx, *beta, y, *incy);

    [UnmanagedCallersOnly(EntryPoint = "dsymv_")]
    public static void Symv(byte* uplo, int* n, T* alpha, T* a, int* lda, T* x, int* incx, T* beta, T* y, int* incy) =>
        Checked<T>.Symv(Fortran, *uplo, *n, *alpha, a, *lda, x, *incx, *beta, y, *incy);

    [UnmanagedCallersOnly(EntryPoint = "dsbmv_")]
    public static void Sbmv(byte* uplo, int* n, int* k, T* alpha, T* a, int* lda, T* x, int* incx, T* beta, T* y, int* incy) =>
        Checked<T>.Sbmv(Fortran, *uplo, *n, *k, *alpha, a, *lda, x, *incx, *beta, y, *incy);

    [UnmanagedCallersOnly(EntryPoint = "dspmv_")]
    public static void Spmv(byte* uplo, int* n, T* alpha, T* a, T* x, int* incx, T* beta, T* y, int* incy) =>
        Checked<T>.Spmv(Fortran, *uplo, *n, *alpha, a, x, *incx, *beta, y, *incy);

    [UnmanagedCallersOnly(EntryPoint = "dtrmv_")]
    public static void Trmv(byte* uplo, byte* trans, byte* diag, int* n, T* a, int* lda, T* x, int* incx) =>
        Checked<T>.Trmv(Fortran, *uplo, *trans, *diag, *n, a, *lda, x, *incx);

    [UnmanagedCallersOnly(EntryPoint = "dtrsv_")]
    public static void Trsv(byte* uplo, byte* trans, byte* diag, int* n, T* a, int* lda, T* x, int* incx) =>
        Checked<T>.Trsv(Fortran, *uplo, *trans, *diag, *n, a, *lda, x, *incx);

    [UnmanagedCallersOnly(EntryPoint = "dtbmv_")]
    public static void Tbmv(byte* uplo, byte* trans, byte* diag, int* n, int* k, T* a, int* lda, T* x, int* incx) =>
        Checked<T>.Tbmv(Fortran, *uplo, *trans, *diag, *n, *k, a, *lda, x, *incx);

    [UnmanagedCallersOnly(EntryPoint = "dtbsv_")]
    public static void Tbsv(byte* uplo, byte* trans, byte* diag, int* n, int* k, T* a, int* lda, T* x, int* incx) =>
        Checked<T>.Tbsv(Fortran, *uplo, *trans, *diag, *n, *k, a, *lda, x, *incx);

    [UnmanagedCallersOnly(EntryPoint = "dtpmv_")]
    public static void Tpmv(byte* uplo, byte* trans, byte* diag, int* n, T* a, T* x, int* incx) =>
        Checked<T>.Tpmv(Fortran, *uplo, *trans, *diag, *n, a, x, *incx);

    [UnmanagedCallersOnly(EntryPoint = "dtpsv_")]
    public static void Tpsv(byte* uplo, byte* trans, byte* diag, int* n, T* a, T* x, int* incx) =>
        Checked<T>.Tpsv(Fortran, *uplo, *trans, *diag, *n, a, x, *incx);

    [UnmanagedCallersOnly(EntryPoint = "dger_")]
    public static void Ger(int* m, int* n, T* alpha, T* x, int* incx, T* y, int* incy, T* a, int* lda) =>
        Checked<T>.Ger(Fortran, *m, *n, *alpha, x, *incx, y, *incy, a, *lda);

    [UnmanagedCallersOnly(EntryPoint = "dsyr_")]
    public static void Syr(byte* uplo, int* n, T* alpha, T* x, int* incx, T* a, int* lda) =>
        Checked<T>.Syr(Fortran, *uplo, *n, *alpha, x, *incx, a, *lda);

    [UnmanagedCallersOnly(EntryPoint = "dspr_")]
    public static void Spr(byte* uplo, int* n, T* alpha, T* x, int* incx, T* a) =>
        Checked<T>.Spr(Fortran, *uplo, *n, *alpha, x, *incx, a);

    [UnmanagedCallersOnly(EntryPoint = "dsyr2_")]
    public static void Syr2(byte* uplo, int* n, T* alpha, T* x, int* incx, T* y, int* incy, T* a, int* lda) =>
        Checked<T>.Syr2(Fortran, *uplo, *n, *alpha, x, *incx, y, *incy, a, *lda);

    [UnmanagedCallersOnly(EntryPoint = "dspr2_")]
    public static void Spr2(byte* uplo, int* n, T* alpha, T* x, int* incx, T* y, int* incy, T* a) =>
        Checked<T>.Spr2(Fortran, *uplo, *n, *alpha, x, *incx, y, *incy, a);
}
