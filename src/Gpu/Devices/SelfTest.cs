using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
using Onsager.Simd;

namespace Onsager.Gpu.Devices;

/// <summary>
/// Decides at opening whether a device keeps the contract: quotients, roots, fused and unfused products of a few thousand points, random
/// bit patterns (hence subnormals, infinities and NaN) among them, against the CPU's bits.
/// </summary>
internal static class SelfTest
{
    private const int Points = 4096;

    /// <summary>How many of the results differ from the CPU's: 0 on an exact device.</summary>
    [RequiresDynamicCode("compiles kernels at run time")]
    public static int Differences(GpuAccelerator accelerator)
    {
        int differences = Run<float, GpuF32, F32x1>(accelerator, Singles, x => new F32x1(x), (x, y) => Same(x, y.Value));
        if (accelerator.HasFloat64)
        {
            differences += Run<double, GpuF64, F64x1>(accelerator, Doubles, x => new F64x1(x), (x, y) => Same(x, y.Value));
        }

        return differences;
    }

    [RequiresDynamicCode("compiles kernels at run time")]
    private static int Run<T, V, L>(GpuAccelerator accelerator, Func<ulong, T[]> points, Func<T, L> lane, Func<T, L, bool> same)
        where T : unmanaged
        where V : unmanaged, ILanes<V>
        where L : unmanaged, ILanes<L>
    {
        T[] x = points(1), y = points(2), z = points(3);
        var results = new T[Points * 4];
        using MemoryBuffer1D<T, Stride1D.Dense> deviceX = accelerator.Accelerator.Allocate1D(x);
        using MemoryBuffer1D<T, Stride1D.Dense> deviceY = accelerator.Accelerator.Allocate1D(y);
        using MemoryBuffer1D<T, Stride1D.Dense> deviceZ = accelerator.Accelerator.Allocate1D(z);
        using MemoryBuffer1D<T, Stride1D.Dense> deviceResults = accelerator.Accelerator.Allocate1D<T>(Points * 4);
        accelerator.Probe(Lanes<T, V>(deviceX), Lanes<T, V>(deviceY), Lanes<T, V>(deviceZ), Lanes<T, V>(deviceResults), Points);
        deviceResults.View.BaseView.CopyToCPU(results);

        int differences = 0;
        for (int i = 0; i < Points; i++)
        {
            Quad<L> expected = ProbeKernel<L>.Probe(lane(x[i]), lane(y[i]), lane(z[i]));
            differences += same(results[4 * i], expected.A) ? 0 : 1;
            differences += same(results[(4 * i) + 1], expected.B) ? 0 : 1;
            differences += same(results[(4 * i) + 2], expected.C) ? 0 : 1;
            differences += same(results[(4 * i) + 3], expected.D) ? 0 : 1;
        }

        return differences;
    }

    private static ArrayView<V> Lanes<T, V>(MemoryBuffer1D<T, Stride1D.Dense> buffer)
        where T : unmanaged
        where V : unmanaged => buffer.View.BaseView.Cast<V>();

    private static float[] Singles(ulong stream)
    {
        float[] points = MemoryMarshal.Cast<uint, float>(Words(stream, Points)).ToArray();
        for (int i = 0; i < Points / 2; i++)
        {
            points[i] = BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(points[i]) & 0x00FFFFFF) | 0x3F000000);
        }

        return points;
    }

    private static double[] Doubles(ulong stream)
    {
        double[] points = MemoryMarshal.Cast<uint, double>(Words(stream, 2 * Points)).ToArray();
        for (int i = 0; i < Points / 2; i++)
        {
            points[i] = BitConverter.Int64BitsToDouble((BitConverter.DoubleToInt64Bits(points[i]) & 0x001FFFFFFFFFFFFF) | 0x3FE0000000000000);
        }

        return points;
    }

    private static uint[] Words(ulong stream, int count)
    {
        var words = new uint[count];
        Philox.Words(seed: 0, stream, first: 0, words);
        return words;
    }

    private static bool Same(float x, float y) =>
        BitConverter.SingleToInt32Bits(x) == BitConverter.SingleToInt32Bits(y) || (float.IsNaN(x) && float.IsNaN(y));

    private static bool Same(double x, double y) =>
        BitConverter.DoubleToInt64Bits(x) == BitConverter.DoubleToInt64Bits(y) || (double.IsNaN(x) && double.IsNaN(y));
}
