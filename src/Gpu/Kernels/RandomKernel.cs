using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>How a pair of random words becomes a pair of numbers.</summary>
internal interface IDistribution
{
    static abstract void Pair<V>(V evenWord, V oddWord, out V even, out V odd)
        where V : unmanaged, ILanes<V>;
}

/// <summary>Uniform in [0, 1).</summary>
internal readonly struct UniformDistribution : IDistribution
{
    public static void Pair<V>(V evenWord, V oddWord, out V even, out V odd)
        where V : unmanaged, ILanes<V>
    {
        even = Distributions.Uniform(evenWord);
        odd = Distributions.Uniform(oddWord);
    }
}

/// <summary>Standard normal.</summary>
internal readonly struct NormalDistribution : IDistribution
{
    public static void Pair<V>(V evenWord, V oddWord, out V even, out V odd)
        where V : unmanaged, ILanes<V> => Distributions.Normal(evenWord, oddWord, out even, out odd);
}

/// <summary>
/// Elements first, first + 1, ... of a stream: each thread makes one counter's four float32 or two float64 elements, and stores those
/// that were asked for.
/// </summary>
internal readonly struct RandomKernel<TDistribution, V> : IKernel
    where TDistribution : struct, IDistribution
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> y, ulong seed, ulong stream, ulong first, int count)
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
            TDistribution.Pair(Join(words.A, words.B), Join(words.C, words.D), out V even, out V odd);
            Put(y, at, count, even);
            Put(y, at + 1, count, odd);
        }
        else
        {
            TDistribution.Pair(V.OfBits(words.A), V.OfBits(words.B), out V even, out V odd);
            Put(y, at, count, even);
            Put(y, at + 1, count, odd);
            TDistribution.Pair(V.OfBits(words.C), V.OfBits(words.D), out even, out odd);
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
