using System.Runtime.InteropServices;
using T = System.Double;

namespace Onsager.Blas;

/// <summary>CBLAS level 1 in float64.</summary>
internal static unsafe class CblasDoubleLevel1
{
    [UnmanagedCallersOnly(EntryPoint = "cblas_ddot")]
    public static T Dot(int n, T* x, int incx, T* y, int incy) =>
        Level1<T>.Dot(n, x, incx, y, incy);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dnrm2")]
    public static T Nrm2(int n, T* x, int incx) =>
        Level1<T>.Nrm2(n, x, incx);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dasum")]
    public static T Asum(int n, T* x, int incx) =>
        Level1<T>.Asum(n, x, incx);

    [UnmanagedCallersOnly(EntryPoint = "cblas_daxpy")]
    public static void Axpy(int n, T alpha, T* x, int incx, T* y, int incy) =>
        Level1<T>.Axpy(n, alpha, x, incx, y, incy);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dscal")]
    public static void Scal(int n, T alpha, T* x, int incx) =>
        Level1<T>.Scal(n, alpha, x, incx);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dcopy")]
    public static void Copy(int n, T* x, int incx, T* y, int incy) =>
        Level1<T>.Copy(n, x, incx, y, incy);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dswap")]
    public static void Swap(int n, T* x, int incx, T* y, int incy) =>
        Level1<T>.Swap(n, x, incx, y, incy);

    [UnmanagedCallersOnly(EntryPoint = "cblas_drot")]
    public static void Rot(int n, T* x, int incx, T* y, int incy, T c, T s) =>
        Level1<T>.Rot(n, x, incx, y, incy, c, s);

    [UnmanagedCallersOnly(EntryPoint = "cblas_drotm")]
    public static void Rotm(int n, T* x, int incx, T* y, int incy, T* p) =>
        Rotations<T>.Rotm(n, x, incx, y, incy, p);

    /// <summary>Counted from 0, and 0 where there is none.</summary>
    [UnmanagedCallersOnly(EntryPoint = "cblas_idamax")]
    public static nuint Amax(int n, T* x, int incx) =>
        (nuint)int.Max(0, Level1<T>.Amax(n, x, incx) - 1);

    [UnmanagedCallersOnly(EntryPoint = "cblas_drotg")]
    public static void Rotg(T* a, T* b, T* c, T* s) =>
        Rotations<T>.Rotg(a, b, c, s);

    [UnmanagedCallersOnly(EntryPoint = "cblas_drotmg")]
    public static void Rotmg(T* d1, T* d2, T* x1, T y1, T* p) =>
        Rotations<T>.Rotmg(d1, d2, x1, y1, p);
}
