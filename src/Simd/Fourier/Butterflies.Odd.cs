using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Transforms of three numbers.</summary>
internal static unsafe class Butterfly3
{
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Run<TTwiddle, V, T>(Stage<T>* stage, nint first, nint end)
        where TTwiddle : struct, ITwiddle
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint k = stage->KStep, j = stage->JStep, plane = stage->TwiddlePlane;
        V scale = V.Broadcast(stage->Scale), minusHalf = V.Of(-0.5), sine = V.Of(0.8660254037844386), minusSine = V.Of(-0.8660254037844386);
        for (nint p = 0; p < stage->Count; p++)
        {
            T* w = stage->Twiddles + (4 * p);
            for (nint q = first; q < end; q += V.Width)
            {
                T* xr = stage->X.Re + (p * stage->XStep) + q, xi = stage->X.Im + (p * stage->XStep) + q;
                V a1r = V.Load(xr + k), a2r = V.Load(xr + (2 * k)), tr = a1r + a2r, ur = a1r - a2r, a0r = V.Load(xr);
                V a1i = V.Load(xi + k), a2i = V.Load(xi + (2 * k)), ti = a1i + a2i, ui = a1i - a2i, a0i = V.Load(xi);
                V mr = V.Fma(minusHalf, tr, a0r), mi = V.Fma(minusHalf, ti, a0i);
                T* yr = stage->Y.Re + (p * stage->YStep) + q, yi = stage->Y.Im + (p * stage->YStep) + q;
                Results.First<TTwiddle, V, T>(yr, yi, a0r + tr, a0i + ti, scale);
                Results.Next<TTwiddle, V, T>(yr + j, yi + j, V.Fma(sine, ui, mr), V.Fma(minusSine, ur, mi), scale, w, plane, 0, q);
                Results.Next<TTwiddle, V, T>(yr + (2 * j), yi + (2 * j), V.Fma(minusSine, ui, mr), V.Fma(sine, ur, mi), scale, w, plane, 1, q);
            }
        }
    }
}

/// <summary>Transforms of five numbers.</summary>
internal static unsafe class Butterfly5
{
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Run<TTwiddle, V, T>(Stage<T>* stage, nint first, nint end)
        where TTwiddle : struct, ITwiddle
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint k = stage->KStep, j = stage->JStep, plane = stage->TwiddlePlane;
        V scale = V.Broadcast(stage->Scale), c1 = V.Of(0.30901699437494745), c2 = V.Of(-0.8090169943749475), s1 = V.Of(0.9510565162951535), s2 = V.Of(0.5877852522924731);
        for (nint p = 0; p < stage->Count; p++)
        {
            T* w = stage->Twiddles + (8 * p);
            for (nint q = first; q < end; q += V.Width)
            {
                T* xr = stage->X.Re + (p * stage->XStep) + q, xi = stage->X.Im + (p * stage->XStep) + q;
                V a0r = V.Load(xr), a0i = V.Load(xi);
                V lowR = V.Load(xr + k), highR = V.Load(xr + (4 * k)), t1r = lowR + highR, u1r = lowR - highR;
                V lowI = V.Load(xi + k), highI = V.Load(xi + (4 * k)), t1i = lowI + highI, u1i = lowI - highI;
                lowR = V.Load(xr + (2 * k));
                highR = V.Load(xr + (3 * k));
                lowI = V.Load(xi + (2 * k));
                highI = V.Load(xi + (3 * k));
                V t2r = lowR + highR, u2r = lowR - highR, t2i = lowI + highI, u2i = lowI - highI;
                T* yr = stage->Y.Re + (p * stage->YStep) + q, yi = stage->Y.Im + (p * stage->YStep) + q;
                Results.First<TTwiddle, V, T>(yr, yi, a0r + t1r + t2r, a0i + t1i + t2i, scale);
                V mr = V.Fma(c2, t2r, V.Fma(c1, t1r, a0r)), mi = V.Fma(c2, t2i, V.Fma(c1, t1i, a0i));
                V nr = V.Fma(s2, u2r, s1 * u1r), ni = V.Fma(s2, u2i, s1 * u1i);
                Results.Next<TTwiddle, V, T>(yr + j, yi + j, mr + ni, mi - nr, scale, w, plane, 0, q);
                Results.Next<TTwiddle, V, T>(yr + (4 * j), yi + (4 * j), mr - ni, mi + nr, scale, w, plane, 3, q);
                mr = V.Fma(c1, t2r, V.Fma(c2, t1r, a0r));
                mi = V.Fma(c1, t2i, V.Fma(c2, t1i, a0i));
                nr = V.Fma(s2, u1r, -(s1 * u2r));
                ni = V.Fma(s2, u1i, -(s1 * u2i));
                Results.Next<TTwiddle, V, T>(yr + (2 * j), yi + (2 * j), mr + ni, mi - nr, scale, w, plane, 1, q);
                Results.Next<TTwiddle, V, T>(yr + (3 * j), yi + (3 * j), mr - ni, mi + nr, scale, w, plane, 2, q);
            }
        }
    }
}

/// <summary>Transforms of any odd number of numbers up to 31, by their sums and differences in pairs.</summary>
internal static unsafe class OddButterfly
{
    /// <summary>Pairs of the largest radix.</summary>
    private const int Pairs = (FourierPlans.LargestRadix - 1) / 2;

    [MethodImpl(Loop), SkipLocalsInit]
    public static void Run<TTwiddle, V, T>(Stage<T>* stage, nint first, nint end)
        where TTwiddle : struct, ITwiddle
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V* memory = stackalloc V[4 * Pairs], tr = memory, ti = memory + Pairs, ur = memory + (2 * Pairs), ui = memory + (3 * Pairs);
        int radix = stage->Radix, pairs = (radix - 1) / 2;
        nint k = stage->KStep, j = stage->JStep, plane = stage->TwiddlePlane;
        T* cosines = stage->Circle, sines = cosines + radix;
        V scale = V.Broadcast(stage->Scale);
        for (nint p = 0; p < stage->Count; p++)
        {
            T* w = stage->Twiddles + (2 * (radix - 1) * p);
            for (nint q = first; q < end; q += V.Width)
            {
                T* xr = stage->X.Re + (p * stage->XStep) + q, xi = stage->X.Im + (p * stage->XStep) + q;
                T* yr = stage->Y.Re + (p * stage->YStep) + q, yi = stage->Y.Im + (p * stage->YStep) + q;
                V a0r = V.Load(xr), a0i = V.Load(xi), sumR = a0r, sumI = a0i;
                for (int i = 0; i < pairs; i++)
                {
                    V lowR = V.Load(xr + ((i + 1) * k)), highR = V.Load(xr + ((radix - 1 - i) * k));
                    V lowI = V.Load(xi + ((i + 1) * k)), highI = V.Load(xi + ((radix - 1 - i) * k));
                    tr[i] = lowR + highR;
                    ti[i] = lowI + highI;
                    ur[i] = lowR - highR;
                    ui[i] = lowI - highI;
                    sumR += tr[i];
                    sumI += ti[i];
                }

                Results.First<TTwiddle, V, T>(yr, yi, sumR, sumI, scale);
                for (int row = 1; row <= pairs; row++)
                {
                    V mr = a0r, mi = a0i, nr = V.Of(0), ni = V.Of(0);
                    int angle = 0;
                    for (int i = 0; i < pairs; i++)
                    {
                        angle = angle + row >= radix ? angle + row - radix : angle + row;
                        V cosine = V.Broadcast(cosines[angle]), sine = V.Broadcast(sines[angle]);
                        mr = V.Fma(cosine, tr[i], mr);
                        mi = V.Fma(cosine, ti[i], mi);
                        nr = V.Fma(sine, ur[i], nr);
                        ni = V.Fma(sine, ui[i], ni);
                    }

                    Results.Next<TTwiddle, V, T>(yr + (row * j), yi + (row * j), mr + ni, mi - nr, scale, w, plane, row - 1, q);
                    nint other = radix - row;
                    Results.Next<TTwiddle, V, T>(yr + (other * j), yi + (other * j), mr - ni, mi + nr, scale, w, plane, (int)other - 1, q);
                }
            }
        }
    }
}
