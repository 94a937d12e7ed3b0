using ILGPU;
using Onsager.Gpu.Intrinsics;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>
/// Cumulative sums inside blocks of 1,024 elements: a chain that begins with the block's first element, one thread each. Threads of a group
/// take neighbouring chains. The last sum of each block is kept: [line, block].
/// </summary>
internal readonly struct ChainKernel<V> : IKernel
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> x, ArrayView<V> y, ArrayView<V> ends, Axes kept, Axes line, int count, int blocks, int chains)
    {
        int chain = Grid.GlobalIndex.X;
        if (chain >= chains)
        {
            return;
        }

        int number = (int)Integer32.Divide((uint)chain, (uint)blocks);
        int first = (chain - (number * blocks)) * CumulativeSum.Block;
        int end = count - first < CumulativeSum.Block ? count : first + CumulativeSum.Block;
        Offsets start = kept.At(number);
        V sum = x[start.X + line.X(first)];
        y[start.W + line.W(first)] = sum;
        for (int i = first + 1; i < end; i++)
        {
            sum = sum + x[start.X + line.X(i)];
            y[start.W + line.W(i)] = sum;
        }

        ends[chain] = sum;
    }
}

/// <summary>The sum at the end of each block of a line, from those at the ends of chains: block after block, one thread for each line.</summary>
internal readonly struct ChainEndsKernel<V> : IKernel
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> ends, int blocks, int lines)
    {
        int line = Grid.GlobalIndex.X;
        if (line >= lines)
        {
            return;
        }

        long first = (long)line * blocks;
        V sum = ends[first];
        for (int block = 1; block < blocks; block++)
        {
            sum = ends[first + block] + sum;
            ends[first + block] = sum;
        }
    }
}

/// <summary>Adds to each element behind a line's first block the sum at the end of the block before, one thread each.</summary>
internal readonly struct ChainOffsetsKernel<V> : IKernel
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> y, ArrayView<V> ends, Axes kept, Axes line, int count, int blocks, int lines)
    {
        int behind = count - CumulativeSum.Block;
        long element = Grid.GlobalIndex.X;
        if (element >= (long)behind * lines)
        {
            return;
        }

        int number = (int)Integer32.Divide((uint)element, (uint)behind);
        int i = (int)element - (number * behind) + CumulativeSum.Block;
        long at = kept.At(number).W + line.W(i);
        y[at] = y[at] + ends[((long)number * blocks) + (i / CumulativeSum.Block) - 1];
    }
}
