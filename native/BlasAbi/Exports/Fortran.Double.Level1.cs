using System.Runtime.InteropServices;
using T = System.Double;

namespace Onsager.Blas;

/// <summary>BLAS level 1 in float64 for Fortran.</summary>
internal static unsafe class FortranDoubleLevel1
{
    [UnmanagedCallersOnly(EntryPoint = "ddot_")]
    public static T Dot(int* n, T* x, int* incx, T* y, int* incy) =>
        Level1<T>.Dot(*n, x, *incx, y, *incy);

    [UnmanagedCallersOnly(EntryPoint = "dnrm2_")]
    public static T Nrm2(int* n, T* x, int* incx) =>
        Level1<T>.Nrm2(*n, x, *incx);

    [UnmanagedCallersOnly(EntryPoint = "dasum_")]
    public static T Asum(int* n, T* x, int* incx) =>
        Level1<T>.Asum(*n, x, *incx);

    [UnmanagedCallersOnly(EntryPoint = "daxpy_")]
    public static void Axpy(int* n, T* alpha, T* x, int* incx, T* y, int* incy) =>
        Level1<T>.Axpy(*n, *alpha, x, *incx, y, *incy);

    [UnmanagedCallersOnly(EntryPoint = "dscal_")]
    public static void Scal(int* n, T* alpha, T* x, int* incx) =>
        Level1<T>.Scal(*n, *alpha, x, *incx);

    [UnmanagedCallersOnly(EntryPoint = "dcopy_")]
    public static void Copy(int* n, T* x, int* incx, T* y, int* incy) =>
        Level1<T>.Copy(*n, x, *incx, y, *incy);

    [UnmanagedCallersOnly(EntryPoint = "dswap_")]
    public static void Swap(int* n, T* x, int* incx, T* y, int* incy) =>
        Level1<T>.Swap(*n, x, *incx, y, *incy);

    [UnmanagedCallersOnly(EntryPoint = "drot_")]
    public static void Rot(int* n, T* x, int* incx, T* y, int* incy, T* c, T* s) =>
        Level1<T>.Rot(*n, x, *incx, y, *incy, *c, *s);

    [UnmanagedCallersOnly(EntryPoint = "drotm_")]
    public static void Rotm(int* n, T* x, int* incx, T* y, int* incy, T* p) =>
        Rotations<T>.Rotm(*n, x, *incx, y, *incy, p);

    [UnmanagedCallersOnly(EntryPoint = "idamax_")]
    public static int Amax(int* n, T* x, int* incx) =>
        Level1<T>.Amax(*n, x, *incx);

    [UnmanagedCallersOnly(EntryPoint = "drotg_")]
    public static void Rotg(T* a, T* b, T* c, T* s) =>
        Rotations<T>.Rotg(a, b, c, s);

    [UnmanagedCallersOnly(EntryPoint = "drotmg_")]
    public static void Rotmg(T* d1, T* d2, T* x1, T* y1, T* p) =>
        Rotations<T>.Rotmg(d1, d2, x1, *y1, p);
}
