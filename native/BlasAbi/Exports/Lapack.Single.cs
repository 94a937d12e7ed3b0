using System.Runtime.InteropServices;
using T = System.Single;

namespace Onsager.Blas;

/// <summary>LAPACK in float32 for Fortran: everything by reference. Lengths of strings, passed behind the arguments, are not read.</summary>
internal static unsafe class LapackSingle
{
    [UnmanagedCallersOnly(EntryPoint = "spotrf_")]
    public static void Potrf(byte* uplo, int* n, T* a, int* lda, int* info) =>
        Checked<T>.Potrf(*uplo, *n, a, *lda, info);

    [UnmanagedCallersOnly(EntryPoint = "spotrs_")]
    public static void Potrs(byte* uplo, int* n, int* nrhs, T* a, int* lda, T* b, int* ldb, int* info) =>
        Checked<T>.Potrs(*uplo, *n, *nrhs, a, *lda, b, *ldb, info);

    [UnmanagedCallersOnly(EntryPoint = "sgetrf_")]
    public static void Getrf(int* m, int* n, T* a, int* lda, int* ipiv, int* info) =>
        Checked<T>.Getrf(*m, *n, a, *lda, ipiv, info);

    [UnmanagedCallersOnly(EntryPoint = "sgetrs_")]
    public static void Getrs(byte* trans, int* n, int* nrhs, T* a, int* lda, int* ipiv, T* b, int* ldb, int* info) =>
        Checked<T>.Getrs(*trans, *n, *nrhs, a, *lda, ipiv, b, *ldb, info);

    [UnmanagedCallersOnly(EntryPoint = "sgesv_")]
    public static void Gesv(int* n, int* nrhs, T* a, int* lda, int* ipiv, T* b, int* ldb, int* info) =>
        Checked<T>.Gesv(*n, *nrhs, a, *lda, ipiv, b, *ldb, info);

    [UnmanagedCallersOnly(EntryPoint = "sgeqrf_")]
    public static void Geqrf(int* m, int* n, T* a, int* lda, T* tau, T* work, int* lwork, int* info) =>
        Checked<T>.Geqrf(*m, *n, a, *lda, tau, work, *lwork, info);

    [UnmanagedCallersOnly(EntryPoint = "sorgqr_")]
    public static void Orgqr(int* m, int* n, int* k, T* a, int* lda, T* tau, T* work, int* lwork, int* info) =>
        Checked<T>.Orgqr(*m, *n, *k, a, *lda, tau, work, *lwork, info);

    [UnmanagedCallersOnly(EntryPoint = "sormqr_")]
    public static void Ormqr(byte* side, byte* trans, int* m, int* n, int* k, T* a, int* lda, T* tau, T* c, int* ldc, T* work, int* lwork, int* info) =>
        Checked<T>.Ormqr(*side, *trans, *m, *n, *k, a, *lda, tau, c, *ldc, work, *lwork, info);

    [UnmanagedCallersOnly(EntryPoint = "sgels_")]
    public static void Gels(byte* trans, int* m, int* n, int* nrhs, T* a, int* lda, T* b, int* ldb, T* work, int* lwork, int* info) =>
        Checked<T>.Gels(*trans, *m, *n, *nrhs, a, *lda, b, *ldb, work, *lwork, info);

    [UnmanagedCallersOnly(EntryPoint = "ssyev_")]
    public static void Syev(byte* jobz, byte* uplo, int* n, T* a, int* lda, T* w, T* work, int* lwork, int* info) =>
        Checked<T>.Syev(*jobz, *uplo, *n, a, *lda, w, work, *lwork, info);

    [UnmanagedCallersOnly(EntryPoint = "sgesvd_")]
    public static void Gesvd(byte* jobu, byte* jobvt, int* m, int* n, T* a, int* lda, T* s, T* u, int* ldu, T* vt, int* ldvt, T* work, int* lwork, int* info) =>
        Checked<T>.Gesvd(*jobu, *jobvt, *m, *n, a, *lda, s, u, *ldu, vt, *ldvt, work, *lwork, info);

    [UnmanagedCallersOnly(EntryPoint = "ssyevd_")]
    public static void Syevd(
        byte* jobz, byte* uplo, int* n, T* a, int* lda, T* w, T* work, int* lwork, int* iwork, int* liwork, int* info) =>
        Checked<T>.Syevd(*jobz, *uplo, *n, a, *lda, w, work, *lwork, iwork, *liwork, info);

    [UnmanagedCallersOnly(EntryPoint = "sgesdd_")]
    public static void Gesdd(
        byte* jobz, int* m, int* n, T* a, int* lda, T* s, T* u, int* ldu, T* vt, int* ldvt, T* work, int* lwork, int* iwork, int* info) =>
        Checked<T>.Gesdd(*jobz, *m, *n, a, *lda, s, u, *ldu, vt, *ldvt, work, *lwork, info);
}
