using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Transforms of two numbers.</summary>
internal static unsafe class Butterfly2
{
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Run<TTwiddle, V, T>(Stage<T>* stage, nint first, nint end)
        where TTwiddle : struct, ITwiddle
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint k = stage->KStep, j = stage->JStep, plane = stage->TwiddlePlane;
        V scale = V.Broadcast(stage->Scale);
        for (nint p = 0; p < stage->Count; p++)
        {
            T* w = stage->Twiddles + (2 * p);
            for (nint q = first; q < end; q += V.Width)
            {
                T* xr = stage->X.Re + (p * stage->XStep) + q, xi = stage->X.Im + (p * stage->XStep) + q;
                V a0r = V.Load(xr), a0i = V.Load(xi), a1r = V.Load(xr + k), a1i = V.Load(xi + k);
                T* yr = stage->Y.Re + (p * stage->YStep) + q, yi = stage->Y.Im + (p * stage->YStep) + q;
                Results.First<TTwiddle, V, T>(yr, yi, a0r + a1r, a0i + a1i, scale);
                Results.Next<TTwiddle, V, T>(yr + j, yi + j, a0r - a1r, a0i - a1i, scale, w, plane, 0, q);
            }
        }
    }
}

/// <summary>Transforms of four numbers.</summary>
internal static unsafe class Butterfly4
{
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Run<TTwiddle, V, T>(Stage<T>* stage, nint first, nint end)
        where TTwiddle : struct, ITwiddle
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint k = stage->KStep, k3 = 3 * k, j = stage->JStep, j3 = 3 * j, plane = stage->TwiddlePlane;
        V scale = V.Broadcast(stage->Scale);
        for (nint p = 0; p < stage->Count; p++)
        {
            T* w = stage->Twiddles + (6 * p);
            T* xr = stage->X.Re + (p * stage->XStep), xi = stage->X.Im + (p * stage->XStep);
            T* yr = stage->Y.Re + (p * stage->YStep), yi = stage->Y.Im + (p * stage->YStep);
            for (nint q = first; q < end; q += V.Width)
            {
                T* fromR = xr + q, fromI = xi + q, toR = yr + q, toI = yi + q;
                V a0r = V.Load(fromR), a2r = V.Load(fromR + (2 * k)), s02r = a0r + a2r, d02r = a0r - a2r;
                V a0i = V.Load(fromI), a2i = V.Load(fromI + (2 * k)), s02i = a0i + a2i, d02i = a0i - a2i;
                V a1r = V.Load(fromR + k), a3r = V.Load(fromR + k3), s13r = a1r + a3r, d13r = a1r - a3r;
                V a1i = V.Load(fromI + k), a3i = V.Load(fromI + k3), s13i = a1i + a3i, d13i = a1i - a3i;
                Results.First<TTwiddle, V, T>(toR, toI, s02r + s13r, s02i + s13i, scale);
                Results.Next<TTwiddle, V, T>(toR + j, toI + j, d02r + d13i, d02i - d13r, scale, w, plane, 0, q);
                Results.Next<TTwiddle, V, T>(toR + (2 * j), toI + (2 * j), s02r - s13r, s02i - s13i, scale, w, plane, 1, q);
                Results.Next<TTwiddle, V, T>(toR + j3, toI + j3, d02r - d13i, d02i + d13r, scale, w, plane, 2, q);
            }
        }
    }
}

/// <summary>
/// Transforms of eight numbers: sums and differences of opposite ones, of which the sums are four and the differences, turned by eighths,
/// are two pairs; the eighth turn's factor joins the last addition.
/// </summary>
internal static unsafe class Butterfly8
{
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Run<TTwiddle, V, T>(Stage<T>* stage, nint first, nint end)
        where TTwiddle : struct, ITwiddle
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint k = stage->KStep, k3 = 3 * k, j = stage->JStep, j3 = 3 * j, plane = stage->TwiddlePlane;
        V scale = V.Broadcast(stage->Scale), c = V.Of(0.7071067811865476), minus = V.Of(-0.7071067811865476);
        for (nint p = 0; p < stage->Count; p++)
        {
            T* w = stage->Twiddles + (14 * p);
            T* xr = stage->X.Re + (p * stage->XStep), xi = stage->X.Im + (p * stage->XStep);
            T* yr = stage->Y.Re + (p * stage->YStep), yi = stage->Y.Im + (p * stage->YStep);
            for (nint q = first; q < end; q += V.Width)
            {
                T* from = xr + q, far = from + (4 * k);
                V lowR = V.Load(from), highR = V.Load(far), s04r = lowR + highR, d04r = lowR - highR;
                lowR = V.Load(from + k);
                highR = V.Load(far + k);
                V s15r = lowR + highR, d15r = lowR - highR;
                lowR = V.Load(from + (2 * k));
                highR = V.Load(far + (2 * k));
                V s26r = lowR + highR, d26r = lowR - highR;
                lowR = V.Load(from + k3);
                highR = V.Load(far + k3);
                V s37r = lowR + highR, d37r = lowR - highR;

                from = xi + q;
                far = from + (4 * k);
                V lowI = V.Load(from), highI = V.Load(far), s04i = lowI + highI, d04i = lowI - highI;
                lowI = V.Load(from + k);
                highI = V.Load(far + k);
                V s15i = lowI + highI, d15i = lowI - highI;
                lowI = V.Load(from + (2 * k));
                highI = V.Load(far + (2 * k));
                V s26i = lowI + highI, d26i = lowI - highI;
                lowI = V.Load(from + k3);
                highI = V.Load(far + k3);
                V s37i = lowI + highI, d37i = lowI - highI;

                T* toR = yr + q, toI = yi + q, farR = toR + (4 * j), farI = toI + (4 * j);
                V evenR = s04r + s26r, evenI = s04i + s26i, oddR = s15r + s37r, oddI = s15i + s37i;
                Results.First<TTwiddle, V, T>(toR, toI, evenR + oddR, evenI + oddI, scale);
                Results.Next<TTwiddle, V, T>(farR, farI, evenR - oddR, evenI - oddI, scale, w, plane, 3, q);
                evenR = s04r - s26r;
                evenI = s04i - s26i;
                oddR = s15r - s37r;
                oddI = s15i - s37i;
                Results.Next<TTwiddle, V, T>(toR + (2 * j), toI + (2 * j), evenR + oddI, evenI - oddR, scale, w, plane, 1, q);
                Results.Next<TTwiddle, V, T>(farR + (2 * j), farI + (2 * j), evenR - oddI, evenI + oddR, scale, w, plane, 5, q);

                // f - i and f + i; the odd ones turn by an eighth and by three.
                evenR = d04r + d26i;
                evenI = d04i - d26r;
                V turnR = d15r + d37i, turnI = d15i - d37r;
                oddR = turnR + turnI;
                oddI = turnI - turnR;
                Results.Next<TTwiddle, V, T>(toR + j, toI + j, V.Fma(c, oddR, evenR), V.Fma(c, oddI, evenI), scale, w, plane, 0, q);
                Results.Next<TTwiddle, V, T>(farR + j, farI + j, V.Fma(minus, oddR, evenR), V.Fma(minus, oddI, evenI), scale, w, plane, 4, q);
                evenR = d04r - d26i;
                evenI = d04i + d26r;
                turnR = d15r - d37i;
                turnI = d15i + d37r;
                oddR = turnI - turnR;
                oddI = turnR + turnI;
                Results.Next<TTwiddle, V, T>(toR + j3, toI + j3, V.Fma(c, oddR, evenR), V.Fma(minus, oddI, evenI), scale, w, plane, 2, q);
                Results.Next<TTwiddle, V, T>(farR + j3, farI + j3, V.Fma(minus, oddR, evenR), V.Fma(c, oddI, evenI), scale, w, plane, 6, q);
            }
        }
    }
}
