using System.Runtime.InteropServices;

namespace Onsager.Blas;

/// <summary>Inner products of float32 vectors that are summed in float64, for Fortran and for C.</summary>
internal static unsafe class MixedPrecision
{
    [UnmanagedCallersOnly(EntryPoint = "dsdot_")]
    public static double Double(int* n, float* x, int* incx, float* y, int* incy) =>
        Sum(0, *n, x, *incx, y, *incy);

    [UnmanagedCallersOnly(EntryPoint = "cblas_dsdot")]
    public static double Double(int n, float* x, int incx, float* y, int incy) =>
        Sum(0, n, x, incx, y, incy);

    [UnmanagedCallersOnly(EntryPoint = "sdsdot_")]
    public static float Single(int* n, float* b, float* x, int* incx, float* y, int* incy) =>
        (float)Sum(*b, *n, x, *incx, y, *incy);

    [UnmanagedCallersOnly(EntryPoint = "cblas_sdsdot")]
    public static float Single(int n, float b, float* x, int incx, float* y, int incy) =>
        (float)Sum(b, n, x, incx, y, incy);

    /// <summary>One chain; products of two float32 are exact.</summary>
    private static double Sum(double sum, nint n, float* x, nint incx, float* y, nint incy)
    {
        x = Vectors.First(n, x, incx);
        y = Vectors.First(n, y, incy);
        for (nint i = 0; i < n; i++, x += incx, y += incy)
        {
            sum = double.FusedMultiplyAdd(*x, *y, sum);
        }

        return sum;
    }
}
