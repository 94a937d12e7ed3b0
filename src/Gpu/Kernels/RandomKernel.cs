using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>
/// Elements first, first + 1, ... of a stream: each thread makes one counter's four float32 or two float64 elements, and stores those
/// that were asked for.
/// </summary>
internal readonly struct RandomKernel<TDistribution, V> : IKernel
    where TDistribution : struct, IDistribution
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> y, V a, V b, V c, ulong seed, ulong stream, ulong first, int count)
    {
        int perCounter = V.IsDouble ? 2 : 4;
        ulong counter = (first / (ulong)perCounter) + (ulong)Grid.GlobalIndex.X;
        long at = (long)((counter * (ulong)perCounter) - first);
        if (at >= count)
        {
            return;
        }

        PhiloxWords words = PhiloxWords.Of(seed, stream, counter);
        if (V.IsDouble)
        {
            TDistribution.Pair(Join(words.A, words.B), Join(words.C, words.D), a, b, c, out V even, out V odd);
            Put(y, at, count, even);
            Put(y, at + 1, count, odd);
        }
        else
        {
            TDistribution.Pair(V.OfBits(words.A), V.OfBits(words.B), a, b, c, out V even, out V odd);
            Put(y, at, count, even);
            Put(y, at + 1, count, odd);
            TDistribution.Pair(V.OfBits(words.C), V.OfBits(words.D), a, b, c, out even, out odd);
            Put(y, at + 2, count, even);
            Put(y, at + 3, count, odd);
        }
    }

    private static V Join(uint low, uint high) => V.OfBits((long)(((ulong)high << 32) | low));

    private static void Put(ArrayView<V> y, long at, int count, V x)
    {
        if (at >= 0 && at < count)
        {
            y[at] = x;
        }
    }
}
