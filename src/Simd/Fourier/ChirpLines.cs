using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Lines with a large prime factor: since 2 j k = j^2 + k^2 - (k - j)^2, the transform is the chirp times the convolution of the line, times
/// the chirp, with the chirp's conjugates; and the convolution is a product of transforms of a power of two.
/// </summary>
internal static unsafe class ChirpLines<T>
    where T : unmanaged
{
    public static void Transform(FourierPlan<T> plan, Planes<T> x, Planes<T> y, T scale, T* work)
    {
        FourierPlan<T> inner = plan.First!;
        nint n = plan.Length, m = inner.Length;
        Planes<T> line = Planes<T>.In(work, m);
        T* rest = work + (2 * m);
        Multiply(n, x, plan.Chirp, line);
        new Span<T>(line.Re + n, (int)(m - n)).Clear();
        new Span<T>(line.Im + n, (int)(m - n)).Clear();
        T one = default;
        Lines<T>.Transform(inner, line, line, Unit(&one), rest);
        Multiply(m, line, plan.Convolution, line);
        Lines<T>.Transform(inner, line.Swapped(), line.Swapped(), scale, rest);
        Multiply(n, line, plan.Chirp, y);
    }

    private static T Unit(T* one)
    {
        if (Operands.Is<T, float>())
        {
            *(float*)one = 1;
        }
        else
        {
            *(double*)one = 1;
        }

        return *one;
    }

    /// <summary>z = x y; z may be x.</summary>
    private static void Multiply(nint count, Planes<T> x, Planes<T> y, Planes<T> z)
    {
        if (Operands.Is<T, float>())
        {
            Simd.Lanes.Run32(new ComplexProductLoop<float>(count, (float*)x.Re, (float*)x.Im, (float*)y.Re, (float*)y.Im, (float*)z.Re, (float*)z.Im));
        }
        else
        {
            Simd.Lanes.Run64(new ComplexProductLoop<double>(count, (double*)x.Re, (double*)x.Im, (double*)y.Re, (double*)y.Im, (double*)z.Re, (double*)z.Im));
        }
    }
}

/// <summary>z = x y, number by number.</summary>
internal readonly unsafe struct ComplexProductLoop<T>(nint count, T* xr, T* xi, T* yr, T* yi, T* zr, T* zi) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly nint count = count;
    private readonly T* xr = xr;
    private readonly T* xi = xi;
    private readonly T* yr = yr;
    private readonly T* yi = yi;
    private readonly T* zr = zr;
    private readonly T* zi = zi;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint q = 0;
        for (; q + V.Width <= count; q += V.Width)
        {
            V ar = V.Load(xr + q), ai = V.Load(xi + q), br = V.Load(yr + q), bi = V.Load(yi + q);
            V.Store(zr + q, V.Fma(ar, br, -(ai * bi)));
            V.Store(zi + q, V.Fma(ar, bi, ai * br));
        }

        if (q < count)
        {
            int rest = (int)(count - q);
            V ar = V.LoadPartial(xr + q, rest), ai = V.LoadPartial(xi + q, rest), br = V.LoadPartial(yr + q, rest), bi = V.LoadPartial(yi + q, rest);
            V.StorePartial(zr + q, rest, V.Fma(ar, br, -(ai * bi)));
            V.StorePartial(zi + q, rest, V.Fma(ar, bi, ai * br));
        }
    }
}
