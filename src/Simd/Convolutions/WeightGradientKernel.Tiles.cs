using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Which kernel serves a tile.</summary>
internal static unsafe partial class WeightGradientKernel
{
    /// <summary>Runs of taps in a tile, and taps in a run, at the most: twelve rows.</summary>
    public const int Runs = 4, Taps = 3;

    /// <summary>Lanes of a register for so many output channels: the widest that they fill more than half of.</summary>
    public static int Width<V, T>(int outputs)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int width = V.Width;
        while (width * sizeof(T) > 16 && 2 * outputs <= width)
        {
            width /= 2;
        }

        return width;
    }

    /// <summary>Lanes that so many output channels take: whole registers.</summary>
    public static nint Lanes<V, T>(int outputs)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int width = Width<V, T>(outputs);
        return (outputs + width - 1) / width * width;
    }

    /// <summary>One tile over all channels, one or two registers of them at a time.</summary>
    public static void Tile<V, T>(int width, int runsOfTaps, int tapsOfRun, PlaceRun* places, nint runs, T* image, nint advance, TapRun* taps, nint step, T* dy, nint lanes, T* result, bool accumulate)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint at = 0;
        while (at < lanes)
        {
            bool two = V.Registers == 32 && lanes - at >= 2 * width;
            delegate*<PlaceRun*, nint, T*, nint, TapRun*, nint, T*, nint, T*, bool, void> kernel = Of<T>(width, runsOfTaps, tapsOfRun, two);
            kernel(places, runs, image, advance, taps, step, dy + at, lanes, result + at, accumulate);
            at += two ? 2 * width : width;
        }
    }

    private static delegate*<PlaceRun*, nint, T*, nint, TapRun*, nint, T*, nint, T*, bool, void> Of<T>(int width, int runs, int taps, bool two)
        where T : unmanaged => typeof(T) == typeof(float)
            ? width switch
            {
                16 => (delegate*<PlaceRun*, nint, T*, nint, TapRun*, nint, T*, nint, T*, bool, void>)(void*)Of<F32x16Register, Vector512<float>, float>(runs, taps, two),
                8 => (delegate*<PlaceRun*, nint, T*, nint, TapRun*, nint, T*, nint, T*, bool, void>)(void*)Of<F32x8Register, Vector256<float>, float>(runs, taps, two),
                4 => (delegate*<PlaceRun*, nint, T*, nint, TapRun*, nint, T*, nint, T*, bool, void>)(void*)Of<F32x4Register, Vector128<float>, float>(runs, taps, two),
                _ => (delegate*<PlaceRun*, nint, T*, nint, TapRun*, nint, T*, nint, T*, bool, void>)(void*)Of<F32x1Register, float, float>(runs, taps, two),
            }
            : width switch
            {
                8 => (delegate*<PlaceRun*, nint, T*, nint, TapRun*, nint, T*, nint, T*, bool, void>)(void*)Of<F64x8Register, Vector512<double>, double>(runs, taps, two),
                4 => (delegate*<PlaceRun*, nint, T*, nint, TapRun*, nint, T*, nint, T*, bool, void>)(void*)Of<F64x4Register, Vector256<double>, double>(runs, taps, two),
                2 => (delegate*<PlaceRun*, nint, T*, nint, TapRun*, nint, T*, nint, T*, bool, void>)(void*)Of<F64x2Register, Vector128<double>, double>(runs, taps, two),
                _ => (delegate*<PlaceRun*, nint, T*, nint, TapRun*, nint, T*, nint, T*, bool, void>)(void*)Of<F64x1Register, double, double>(runs, taps, two),
            };

    private static delegate*<PlaceRun*, nint, T*, nint, TapRun*, nint, T*, nint, T*, bool, void> Of<G, W, T>(int runs, int taps, bool two)
        where G : struct, IRegister<W, T>
        where W : struct
        where T : unmanaged => two ? Of<Two, G, W, T>(runs, taps) : Of<One, G, W, T>(runs, taps);

    [MethodImpl(Inline)]
    private static delegate*<PlaceRun*, nint, T*, nint, TapRun*, nint, T*, nint, T*, bool, void> Of<C, G, W, T>(int runs, int taps)
        where C : struct, IColumns
        where G : struct, IRegister<W, T>
        where W : struct
        where T : unmanaged => (runs, taps) switch
        {
            (1, 1) => &Run<Rows1, Rows1, C, G, W, T>,
            (1, 2) => &Run<Rows1, Rows2, C, G, W, T>,
            (1, _) => &Run<Rows1, Rows3, C, G, W, T>,
            (2, 1) => &Run<Rows2, Rows1, C, G, W, T>,
            (2, 2) => &Run<Rows2, Rows2, C, G, W, T>,
            (2, _) => &Run<Rows2, Rows3, C, G, W, T>,
            (3, 1) => &Run<Rows3, Rows1, C, G, W, T>,
            (3, 2) => &Run<Rows3, Rows2, C, G, W, T>,
            (3, _) => &Run<Rows3, Rows3, C, G, W, T>,
            (_, 1) => &Run<Rows4, Rows1, C, G, W, T>,
            (_, 2) => &Run<Rows4, Rows2, C, G, W, T>,
            (_, _) => &Run<Rows4, Rows3, C, G, W, T>,
        };
}
