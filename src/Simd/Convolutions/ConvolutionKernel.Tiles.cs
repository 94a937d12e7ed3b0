using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>The tiles of a long row of places.</summary>
internal static unsafe partial class ConvolutionKernel
{
    /// <summary>band [outputs, length] = the chains at all places of a long row; one shorter than a register goes to narrower ones.</summary>
    public static void Tiles<V, T>(T* weights, int outputs, nint taps, T* from, nint length, nint* offsets, T* band)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        // A quarter of the registers is the tallest tile of three registers of places.
        int tallest = int.Max(4, V.Registers / 4);
        if (typeof(V) == typeof(F32x16) && length >= F32x16.Width)
        {
            Tiles<F32x16Register, Vector512<float>, float>(tallest, (float*)weights, outputs, taps, (float*)from, length, offsets, (float*)band);
        }
        else if ((typeof(V) == typeof(F32x8) || typeof(V) == typeof(F32x16)) && length >= F32x8.Width)
        {
            Tiles<F32x8Register, Vector256<float>, float>(tallest, (float*)weights, outputs, taps, (float*)from, length, offsets, (float*)band);
        }
        else if (typeof(T) == typeof(float) && V.Width > 1 && length >= F32x4.Width)
        {
            Tiles<F32x4Register, Vector128<float>, float>(tallest, (float*)weights, outputs, taps, (float*)from, length, offsets, (float*)band);
        }
        else if (typeof(T) == typeof(float))
        {
            Tiles<F32x1Register, float, float>(tallest, (float*)weights, outputs, taps, (float*)from, length, offsets, (float*)band);
        }
        else if (typeof(V) == typeof(F64x8) && length >= F64x8.Width)
        {
            Tiles<F64x8Register, Vector512<double>, double>(tallest, (double*)weights, outputs, taps, (double*)from, length, offsets, (double*)band);
        }
        else if ((typeof(V) == typeof(F64x4) || typeof(V) == typeof(F64x8)) && length >= F64x4.Width)
        {
            Tiles<F64x4Register, Vector256<double>, double>(tallest, (double*)weights, outputs, taps, (double*)from, length, offsets, (double*)band);
        }
        else if (V.Width > 1 && length >= F64x2.Width)
        {
            Tiles<F64x2Register, Vector128<double>, double>(tallest, (double*)weights, outputs, taps, (double*)from, length, offsets, (double*)band);
        }
        else
        {
            Tiles<F64x1Register, double, double>(tallest, (double*)weights, outputs, taps, (double*)from, length, offsets, (double*)band);
        }
    }

    /// <summary>Blocks of up to three registers of places, past which all output channels go, some at a time; each tile over all pieces of k.</summary>
    private static void Tiles<G, W, T>(int tallest, T* weights, int outputs, nint taps, T* from, nint length, nint* offsets, T* band)
        where G : struct, IRegister<W, T>
        where W : struct
        where T : unmanaged
    {
        int tiles = (outputs + tallest - 1) / tallest;
        nint places;
        for (nint at = 0; at < length; at += places)
        {
            // None is left with less than a register.
            nint left = length - at;
            places = left <= 3 * G.Width ? left : left < 4 * G.Width ? 2 * G.Width : 3 * G.Width;
            for (int tile = 0, first = 0; tile < tiles; tile++)
            {
                int rows = (outputs - first) / (tiles - tile);
                delegate*<nint, T*, nint, T*, nint*, T*, nint, int, bool, void> kernel =
                    places > 2 * G.Width ? Of<Three, G, W, T>(rows) : places > G.Width ? Of<Two, G, W, T>(rows) : Of<One, G, W, T>(rows);
                for (nint p = 0; p < taps; p += GemmLoop<T>.Piece)
                {
                    nint depth = nint.Min(GemmLoop<T>.Piece, taps - p);
                    kernel(depth, weights + (first * taps) + p, taps, from + at, offsets + p, band + (first * length) + at, length, (int)places, p > 0);
                }

                first += rows;
            }
        }
    }

    [MethodImpl(Inline)]
    private static delegate*<nint, T*, nint, T*, nint*, T*, nint, int, bool, void> Of<C, G, W, T>(int rows)
        where C : struct, IColumns
        where G : struct, IRegister<W, T>
        where W : struct
        where T : unmanaged => rows switch
        {
            1 => &Run<Rows1, C, G, W, T>,
            2 => &Run<Rows2, C, G, W, T>,
            3 => &Run<Rows3, C, G, W, T>,
            4 => &Run<Rows4, C, G, W, T>,
            5 => &Run<Rows5, C, G, W, T>,
            6 => &Run<Rows6, C, G, W, T>,
            7 => &Run<Rows7, C, G, W, T>,
            _ => &Run<Rows8, C, G, W, T>,
        };
}
