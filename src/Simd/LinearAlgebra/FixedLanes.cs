using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Runs loops on registers of 64 bytes, 16 floats or 8 doubles, whatever the processor has: where its own are narrower, two or more stand together.</summary>
internal static class FixedLanes
{
    /// <summary>Lanes of such a register.</summary>
    [MethodImpl(Inline)]
    public static int Width<T>()
        where T : unmanaged => 64 / Unsafe.SizeOf<T>();

    /// <summary>So many elements, filled up to whole registers.</summary>
    [MethodImpl(Inline)]
    public static int Whole<T>(int count)
        where T : unmanaged => (count + Width<T>() - 1) / Width<T>() * Width<T>();

    /// <summary>
    /// The distance of rows of so many elements in working memory: whole registers, and no multiple of 512 bytes, since rows that far apart
    /// share the few places of a cache.
    /// </summary>
    public static int Leading<T>(int columns)
        where T : unmanaged
    {
        int whole = Whole<T>(columns);
        return whole % (512 / Unsafe.SizeOf<T>()) == 0 && whole > 0 ? whole + Width<T>() : whole;
    }

    /// <summary>Runs a float32 loop.</summary>
    public static void Run32<TLoop>(TLoop loop)
        where TLoop : struct, ILaneLoop<float>
    {
        if (Lanes.HasV512)
        {
            loop.Run<F32x16>();
        }
        else if (Lanes.HasV256)
        {
            loop.Run<Twice<F32x8, float>>();
        }
        else if (Lanes.HasV128)
        {
            loop.Run<Twice<Twice<F32x4, float>, float>>();
        }
        else
        {
            loop.Run<Twice<Twice<Twice<Twice<F32x1, float>, float>, float>, float>>();
        }
    }

    /// <summary>Runs a float64 loop.</summary>
    public static void Run64<TLoop>(TLoop loop)
        where TLoop : struct, ILaneLoop<double>
    {
        if (Lanes.HasV512)
        {
            loop.Run<F64x8>();
        }
        else if (Lanes.HasV256)
        {
            loop.Run<Twice<F64x4, double>>();
        }
        else if (Lanes.HasV128)
        {
            loop.Run<Twice<Twice<F64x2, double>, double>>();
        }
        else
        {
            loop.Run<Twice<Twice<Twice<F64x1, double>, double>, double>>();
        }
    }
}
