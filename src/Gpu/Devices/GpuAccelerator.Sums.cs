using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;
using Onsager.Simd;

namespace Onsager.Gpu.Devices;

internal sealed partial class GpuAccelerator
{
    /// <summary>
    /// Sums by the contract: <paramref name="outputs"/> sums of <paramref name="count"/> terms each into contiguous <paramref name="sums"/>.
    /// Levels of blocks follow each other until one number per output is left; levels lie in turn in the two halves of the scratch.
    /// </summary>
    /// <param name="x">The first input.</param>
    /// <param name="y">The second input of a dot product; for a plain sum, x again.</param>
    /// <param name="sums">One result per output.</param>
    /// <param name="kept">Where each output's terms start.</param>
    /// <param name="reduced">How an output's terms lie.</param>
    /// <param name="outputs">The number of outputs.</param>
    /// <param name="count">The number of terms of each.</param>
    /// <param name="scratch">At least <see cref="SumScratch"/> numbers.</param>
    public void Sum<TTerm, V>(
        ArrayView<V> x, ArrayView<V> y, ArrayView<V> sums, in Axes kept, in Axes reduced, int outputs, int count, ArrayView<V> scratch)
        where TTerm : struct, ITerm
        where V : unmanaged, ILanes<V>
    {
        if (outputs == 0)
        {
            return;
        }

        lock (gate)
        {
            int blocks = Blocks(count);
            ArrayView<V> level = blocks == 1 ? sums : scratch.SubView(0, (long)outputs * blocks);
            SumLevel<TTerm, V>(x, y, level, kept, reduced, outputs, count, blocks);
            long used = (long)outputs * blocks;
            while (blocks > 1)
            {
                int terms = blocks;
                blocks = Blocks(terms);
                ArrayView<V> next = blocks == 1 ? sums : scratch.SubView(used, (long)outputs * blocks);
                used += (long)outputs * blocks;
                SumLevel<SumTerm, V>(level, level, next, Line(outputs, terms), Line(terms, 1), outputs, terms, blocks);
                level = next;
            }
        }
    }

    /// <summary>The scratch that a sum needs, in numbers.</summary>
    public static long SumScratch(int outputs, int count)
    {
        long total = 0;
        for (int blocks = Blocks(count); blocks > 1; blocks = Blocks(blocks))
        {
            total += (long)outputs * blocks;
        }

        return Math.Max(1, total);
    }

    /// <summary>One axis, of the same stride in x and y.</summary>
    internal static Axes Line(int extent, long stride) => new()
    {
        Rank = 1,
        D0 = new Axis { Extent = extent, X = stride, Y = stride, Z = stride, W = stride },
    };

    private static int Blocks(int count) => Math.Max(1, (int)(((long)count + FixedOrder.Block - 1) / FixedOrder.Block));

    private void SumLevel<TTerm, V>(
        ArrayView<V> x, ArrayView<V> y, ArrayView<V> blockSums, in Axes kept, in Axes reduced, int outputs, int count, int blocks)
        where TTerm : struct, ITerm
        where V : unmanaged, ILanes<V>
    {
        int lanes = V.IsDouble ? FixedOrder.LaneCount<double>() : FixedOrder.LaneCount<float>();
        kernels.Get<
            SumKernel<TTerm, V>,
            Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, ArrayView<V>, Axes, Axes, int, int>>()(
            stream, new KernelConfig(checked(outputs * blocks), lanes), x, y, blockSums, kept, reduced, count, blocks);
    }
}
