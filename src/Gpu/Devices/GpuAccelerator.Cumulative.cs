using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;
using Onsager.Simd;

namespace Onsager.Gpu.Devices;

internal sealed partial class GpuAccelerator
{
    /// <summary>Cumulative sums of lines of elements, fewer than 2^31 in all.</summary>
    /// <param name="x">The input.</param>
    /// <param name="y">The output, which may be the input.</param>
    /// <param name="ends">One number for each block of 1,024 elements of each line.</param>
    /// <param name="kept">Where lines begin.</param>
    /// <param name="line">Where a line's elements lie.</param>
    /// <param name="count">Elements of a line.</param>
    /// <param name="lines">How many lines there are.</param>
    public void CumulativeSum<V>(ArrayView<V> x, ArrayView<V> y, ArrayView<V> ends, in Axes kept, in Axes line, int count, int lines)
        where V : unmanaged, ILanes<V>
    {
        int blocks = ChainsOf(count);
        lock (gate)
        {
            kernels.Get<
                ChainKernel<V>,
                Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, ArrayView<V>, Axes, Axes, int, int, int>>()(
                stream, Elements(blocks * lines), x, y, ends, kept, line, count, blocks, blocks * lines);
            if (blocks > 1)
            {
                kernels.Get<ChainEndsKernel<V>, Action<AcceleratorStream, KernelConfig, ArrayView<V>, int, int>>()(
                    stream, Elements(lines), ends, blocks, lines);
                kernels.Get<
                    ChainOffsetsKernel<V>,
                    Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, Axes, Axes, int, int, int>>()(
                    stream, Elements((count - Simd.CumulativeSum.Block) * lines), y, ends, kept, line, count, blocks, lines);
            }
        }
    }

    /// <summary>Chains of a line of so many elements.</summary>
    public static int ChainsOf(int count) => (int)(((long)count + Simd.CumulativeSum.Block - 1) / Simd.CumulativeSum.Block);
}
