using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>A stretch of places one column apart.</summary>
/// <param name="start">Where its first place lies in the image, in bytes.</param>
/// <param name="count">How many there are.</param>
internal readonly struct PlaceRun(nint start, nint count)
{
    public readonly nint Start = start;
    public readonly nint Count = count;
}

/// <summary>Up to three elements of the kernel that meet the image at one distance from each other.</summary>
/// <param name="offset">Where the first one meets the image, in bytes.</param>
/// <param name="row">Its row of the result, in elements.</param>
internal readonly struct TapRun(nint offset, nint row)
{
    public readonly nint Offset = offset;
    public readonly nint Row = row;
}

/// <summary>
/// The innermost loop of a convolution's gradient by its weights: lanes are output channels, so that the chain over the places can run in its
/// order. At each place the image's elements that a few elements of the kernel meet are broadcast from where they lie, and multiply the
/// place's gradient, one element for each channel: up to four runs of up to three elements of the kernel, by one or two registers of channels.
/// </summary>
/// <remarks>A long method by design: written out, so that every accumulator is a local that the compiler keeps in a register. There is no
/// call in it.</remarks>
internal static unsafe partial class WeightGradientKernel
{
    /// <summary>result[tap, lane] = (accumulate ? it : nothing) + the chain over the places of fma(image at the tap, dy[place, lane], .) from +0.</summary>
    /// <typeparam name="B">The number of runs of taps, 1 to 4.</typeparam>
    /// <typeparam name="J">The taps of each, 1 to 3.</typeparam>
    /// <typeparam name="C">The number of registers of lanes, 1 or 2.</typeparam>
    /// <typeparam name="G">How a register is used,</typeparam>
    /// <typeparam name="W">and its vector.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="places">The places,</param>
    /// <param name="runs">in so many stretches.</param>
    /// <param name="image">The image.</param>
    /// <param name="advance">Bytes from one place to the next.</param>
    /// <param name="taps">The runs of taps.</param>
    /// <param name="step">Bytes from what one tap of a run meets to the next.</param>
    /// <param name="dy">The gradient at the first place.</param>
    /// <param name="lanes">Elements from one place's gradient to the next, and from one row of the result to the next.</param>
    /// <param name="result">The result.</param>
    /// <param name="accumulate">Whether the chain is added to the result or replaces it.</param>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Run<B, J, C, G, W, T>(
        PlaceRun* places, nint runs, T* image, nint advance, TapRun* taps, nint step, T* dy, nint lanes, T* result, bool accumulate)
        where B : struct, IRows
        where J : struct, IRows
        where C : struct, IColumns
        where G : struct, IRegister<W, T>
        where W : struct
        where T : unmanaged
    {
        W c00x = G.Zero, c01x = G.Zero, c02x = G.Zero;
        W c00z = G.Zero, c01z = G.Zero, c02z = G.Zero;
        W c10x = G.Zero, c11x = G.Zero, c12x = G.Zero;
        W c10z = G.Zero, c11z = G.Zero, c12z = G.Zero;
        W c20x = G.Zero, c21x = G.Zero, c22x = G.Zero;
        W c20z = G.Zero, c21z = G.Zero, c22z = G.Zero;
        W c30x = G.Zero, c31x = G.Zero, c32x = G.Zero;
        W c30z = G.Zero, c31z = G.Zero, c32z = G.Zero;
        for (PlaceRun* end = places + runs; places < end; places++)
        {
            byte* at0 = (byte*)image + places->Start, at1 = at0, at2 = at0, at3 = at0;
            at0 += taps[0].Offset;
            at1 += B.Count > 1 ? taps[1].Offset : 0;
            at2 += B.Count > 2 ? taps[2].Offset : 0;
            at3 += B.Count > 3 ? taps[3].Offset : 0;
            for (T* stop = dy + (places->Count * lanes); dy < stop; dy += lanes)
            {
                W dx = C.Count > 1 ? G.Load(dy) : G.Zero;
                W dz = G.Load(dy + ((C.Count - 1) * G.Width));
                W x00 = G.Broadcast((T*)at0);
                c00x = C.Count > 1 ? G.Fma(x00, dx, c00x) : c00x;
                c00z = G.Fma(x00, dz, c00z);

                if (J.Count > 1)
                {
                    W x01 = G.Broadcast((T*)(at0 + step));
                    c01x = C.Count > 1 ? G.Fma(x01, dx, c01x) : c01x;
                    c01z = G.Fma(x01, dz, c01z);
                }

                if (J.Count > 2)
                {
                    W x02 = G.Broadcast((T*)(at0 + (2 * step)));
                    c02x = C.Count > 1 ? G.Fma(x02, dx, c02x) : c02x;
                    c02z = G.Fma(x02, dz, c02z);
                }

                if (B.Count > 1)
                {
                    W x10 = G.Broadcast((T*)at1);
                    c10x = C.Count > 1 ? G.Fma(x10, dx, c10x) : c10x;
                    c10z = G.Fma(x10, dz, c10z);

                    if (J.Count > 1)
                    {
                        W x11 = G.Broadcast((T*)(at1 + step));
                        c11x = C.Count > 1 ? G.Fma(x11, dx, c11x) : c11x;
                        c11z = G.Fma(x11, dz, c11z);
                    }

                    if (J.Count > 2)
                    {
                        W x12 = G.Broadcast((T*)(at1 + (2 * step)));
                        c12x = C.Count > 1 ? G.Fma(x12, dx, c12x) : c12x;
                        c12z = G.Fma(x12, dz, c12z);
                    }
                }

                if (B.Count > 2)
                {
                    W x20 = G.Broadcast((T*)at2);
                    c20x = C.Count > 1 ? G.Fma(x20, dx, c20x) : c20x;
                    c20z = G.Fma(x20, dz, c20z);

                    if (J.Count > 1)
                    {
                        W x21 = G.Broadcast((T*)(at2 + step));
                        c21x = C.Count > 1 ? G.Fma(x21, dx, c21x) : c21x;
                        c21z = G.Fma(x21, dz, c21z);
                    }

                    if (J.Count > 2)
                    {
                        W x22 = G.Broadcast((T*)(at2 + (2 * step)));
                        c22x = C.Count > 1 ? G.Fma(x22, dx, c22x) : c22x;
                        c22z = G.Fma(x22, dz, c22z);
                    }
                }

                if (B.Count > 3)
                {
                    W x30 = G.Broadcast((T*)at3);
                    c30x = C.Count > 1 ? G.Fma(x30, dx, c30x) : c30x;
                    c30z = G.Fma(x30, dz, c30z);

                    if (J.Count > 1)
                    {
                        W x31 = G.Broadcast((T*)(at3 + step));
                        c31x = C.Count > 1 ? G.Fma(x31, dx, c31x) : c31x;
                        c31z = G.Fma(x31, dz, c31z);
                    }

                    if (J.Count > 2)
                    {
                        W x32 = G.Broadcast((T*)(at3 + (2 * step)));
                        c32x = C.Count > 1 ? G.Fma(x32, dx, c32x) : c32x;
                        c32z = G.Fma(x32, dz, c32z);
                    }
                }

                at0 += advance;
                at1 += advance;
                at2 += advance;
                at3 += advance;
            }
        }

        Store<J, C, G, W, T>(result + taps[0].Row, lanes, c00x, c00z, c01x, c01z, c02x, c02z, accumulate);

        if (B.Count > 1)
        {
            Store<J, C, G, W, T>(result + taps[1].Row, lanes, c10x, c10z, c11x, c11z, c12x, c12z, accumulate);
        }

        if (B.Count > 2)
        {
            Store<J, C, G, W, T>(result + taps[2].Row, lanes, c20x, c20z, c21x, c21z, c22x, c22z, accumulate);
        }

        if (B.Count > 3)
        {
            Store<J, C, G, W, T>(result + taps[3].Row, lanes, c30x, c30z, c31x, c31z, c32x, c32z, accumulate);
        }
    }

    [MethodImpl(Inline)]
    private static void Store<J, C, G, W, T>(T* row, nint lanes, W x0, W z0, W x1, W z1, W x2, W z2, bool accumulate)
        where J : struct, IRows
        where C : struct, IColumns
        where G : struct, IRegister<W, T>
        where W : struct
        where T : unmanaged
    {
        Store<C, G, W, T>(row, x0, z0, accumulate);
        if (J.Count > 1)
        {
            Store<C, G, W, T>(row + lanes, x1, z1, accumulate);
        }

        if (J.Count > 2)
        {
            Store<C, G, W, T>(row + (2 * lanes), x2, z2, accumulate);
        }
    }

    [MethodImpl(Inline)]
    private static void Store<C, G, W, T>(T* row, W x, W z, bool accumulate)
        where C : struct, IColumns
        where G : struct, IRegister<W, T>
        where W : struct
        where T : unmanaged
    {
        int last = (C.Count - 1) * G.Width;
        if (C.Count > 1)
        {
            G.Store(row, accumulate ? G.Add(G.Load(row), x) : x);
        }

        G.Store(row + last, accumulate ? G.Add(G.Load(row + last), z) : z);
    }
}
