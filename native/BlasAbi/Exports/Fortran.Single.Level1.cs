using System.Runtime.InteropServices;
using T = System.Single;

namespace Onsager.Blas;

/// <summary>BLAS level 1 in float32 for Fortran.</summary>
internal static unsafe class FortranSingleLevel1
{
    [UnmanagedCallersOnly(EntryPoint = "sdot_")]
    public static T Dot(int* n, T* x, int* incx, T* y, int* incy) =>
        Level1<T>.Dot(*n, x, *incx, y, *incy);

    [UnmanagedCallersOnly(EntryPoint = "snrm2_")]
    public static T Nrm2(int* n, T* x, int* incx) =>
        Level1<T>.Nrm2(*n, x, *incx);

    [UnmanagedCallersOnly(EntryPoint = "sasum_")]
    public static T Asum(int* n, T* x, int* incx) =>
        Level1<T>.Asum(*n, x, *incx);

    [UnmanagedCallersOnly(EntryPoint = "saxpy_")]
    public static void Axpy(int* n, T* alpha, T* x, int* incx, T* y, int* incy) =>
        Level1<T>.Axpy(*n, *alpha, x, *incx, y, *incy);

    [UnmanagedCallersOnly(EntryPoint = "sscal_")]
    public static void Scal(int* n, T* alpha, T* x, int* incx) =>
        Level1<T>.Scal(*n, *alpha, x, *incx);

    [UnmanagedCallersOnly(EntryPoint = "scopy_")]
    public static void Copy(int* n, T* x, int* incx, T* y, int* incy) =>
        Level1<T>.Copy(*n, x, *incx, y, *incy);

    [UnmanagedCallersOnly(EntryPoint = "sswap_")]
    public static void Swap(int* n, T* x, int* incx, T* y, int* incy) =>
        Level1<T>.Swap(*n, x, *incx, y, *incy);

    [UnmanagedCallersOnly(EntryPoint = "srot_")]
    public static void Rot(int* n, T* x, int* incx, T* y, int* incy, T* c, T* s) =>
        Level1<T>.Rot(*n, x, *incx, y, *incy, *c, *s);

    [UnmanagedCallersOnly(EntryPoint = "srotm_")]
    public static void Rotm(int* n, T* x, int* incx, T* y, int* incy, T* p) =>
        Rotations<T>.Rotm(*n, x, *incx, y, *incy, p);

    [UnmanagedCallersOnly(EntryPoint = "isamax_")]
    public static int Amax(int* n, T* x, int* incx) =>
        Level1<T>.Amax(*n, x, *incx);

    [UnmanagedCallersOnly(EntryPoint = "srotg_")]
    public static void Rotg(T* a, T* b, T* c, T* s) =>
        Rotations<T>.Rotg(a, b, c, s);

    [UnmanagedCallersOnly(EntryPoint = "srotmg_")]
    public static void Rotmg(T* d1, T* d2, T* x1, T* y1, T* p) =>
        Rotations<T>.Rotmg(d1, d2, x1, *y1, p);
}
