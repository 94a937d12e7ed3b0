using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Onsager.Simd;

namespace Onsager.Micro;

/// <summary>
/// The core's fused multiply-add ceiling: twelve independent chains in registers and nothing else.
/// No product can be faster on this core in this run.
/// </summary>
internal static class FmaCeiling
{
    /// <summary>Steps of one measurement: about a quarter of a millisecond.</summary>
    public const int Steps = 1 << 16;

    /// <summary>Floating-point operations of one measurement in float32; half of it in float64.</summary>
    public static double Flop => 2.0 * 24 * Steps * Width;

    /// <summary>Floats in the widest register.</summary>
    private static int Width => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;

    /// <summary>Runs the chains on the widest registers; the result only keeps the compiler honest.</summary>
    public static float Run()
    {
        FmaLoop loop = default;
        if (Width == 16)
        {
            return loop.Chains<F32x16, float>();
        }

        return Width == 8 ? loop.Chains<F32x8, float>() : loop.Chains<F32x4, float>();
    }

    /// <summary>The same in float64.</summary>
    public static double RunDouble()
    {
        FmaLoop loop = default;
        if (Width == 16)
        {
            return loop.Chains<F64x8, double>();
        }

        return Width == 8 ? loop.Chains<F64x4, double>() : loop.Chains<F64x2, double>();
    }

    private readonly struct FmaLoop
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public unsafe T Chains<V, T>()
            where V : unmanaged, IMemoryLanes<V, T>
            where T : unmanaged
        {
            // 12 chains suffice where there are 16 registers: latency 4 at two a cycle needs 8.
            V m = V.Of(0.9999999), a = V.Of(1e-7);
            V c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
            for (int i = 0; i < 2 * Steps; i++)
            {
                c0 = V.Fma(c0, m, a);
                c1 = V.Fma(c1, m, a);
                c2 = V.Fma(c2, m, a);
                c3 = V.Fma(c3, m, a);
                c4 = V.Fma(c4, m, a);
                c5 = V.Fma(c5, m, a);
                c6 = V.Fma(c6, m, a);
                c7 = V.Fma(c7, m, a);
                c8 = V.Fma(c8, m, a);
                c9 = V.Fma(c9, m, a);
                c10 = V.Fma(c10, m, a);
                c11 = V.Fma(c11, m, a);
            }

            T* lanes = stackalloc T[V.Width];
            V.Store(lanes, c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
            return lanes[0];
        }
    }
}
