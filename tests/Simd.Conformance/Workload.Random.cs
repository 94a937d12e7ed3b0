using Onsager.Simd;

namespace Onsager.Conformance;

/// <summary>Philox's words, and every distribution.</summary>
public static partial class Workload
{
    private static void OnWords(List<(string Name, string Hash)> hashes)
    {
        foreach ((ulong seed, ulong stream, ulong first) in ((ulong, ulong, ulong)[])[(0, 0, 0), (42, 7, 3), (ulong.MaxValue, 1UL << 40, (1UL << 34) - 5)])
        {
            uint[] words = new uint[10_001];
            Philox.Words(seed, stream, first, words);
            hashes.Add(($"{Prefix}philox {seed} {stream} {first}", Hash<uint>(words)));
        }
    }

    private static void OnRandomNumbers<TEngine, T>(List<(string Name, string Hash)> hashes, string type)
        where TEngine : IEngine
        where T : unmanaged
    {
        foreach (ulong first in (ulong[])[0, 1, (1UL << 33) - 7])
        {
            T[] y = new T[20_001];
            TEngine.Random<UniformDistribution, T>(default, 42, 7, first, y);
            hashes.Add(($"{Prefix}uniform {first} {type}", Hash<T>(y)));
            TEngine.Random<NormalDistribution, T>(default, 42, 7, first, y);
            hashes.Add(($"{Prefix}normal {first} {type}", Hash<T>(y)));
            TEngine.Random<UniformBetweenDistribution, T>(DistributionParameters.UniformBetween<T>(-3, 0.7), 42, 7, first, y);
            hashes.Add(($"{Prefix}uniform between {first} {type}", Hash<T>(y)));
            TEngine.Random<ScaledNormalDistribution, T>(DistributionParameters.Normal<T>(0.3, 1.7), 42, 7, first, y);
            hashes.Add(($"{Prefix}scaled normal {first} {type}", Hash<T>(y)));
            TEngine.Random<ExponentialDistribution, T>(DistributionParameters.Exponential<T>(1.3), 42, 7, first, y);
            hashes.Add(($"{Prefix}exponential {first} {type}", Hash<T>(y)));
            TEngine.Random<RademacherDistribution, T>(default, 42, 7, first, y);
            hashes.Add(($"{Prefix}rademacher {first} {type}", Hash<T>(y)));
            TEngine.Random<BernoulliDistribution, T>(DistributionParameters.Bernoulli<T>(0.3), 42, 7, first, y);
            hashes.Add(($"{Prefix}bernoulli {first} {type}", Hash<T>(y)));
        }

        foreach (int dimension in (int[])[1, 2, 3, 100])
        {
            T[] y = new T[dimension * 101];
            RandomFill.Sphere<T>(42, 7, 5, dimension, y);
            hashes.Add(($"{Prefix}sphere {dimension} {type}", Hash<T>(y)));
        }
    }

    /// <summary>Integers of every kind, and the seeds of child streams.</summary>
    private static void OnRandomIntegers(List<(string Name, string Hash)> hashes)
    {
        int[] y = new int[20_001];
        foreach (int n in (int[])[1, 6, 1_000_003, int.MaxValue])
        {
            RandomFill.Integers(42, 7, 3, n, y);
            hashes.Add(($"{Prefix}integers {n}", Hash<int>(y)));
        }

        long[] wide = new long[1001];
        RandomFill.Integers(42, 7, 3, 1L << 60, wide);
        hashes.Add(($"{Prefix}integers {1L << 60}", Hash<long>(wide)));
        foreach (double rate in (double[])[0, 0.3, 7, 1234.5, 1e6])
        {
            AliasTable.Poisson(rate).Fill(42, 7, 3, y);
            hashes.Add(($"{Prefix}poisson {rate}", Hash<int>(y)));
        }

        AliasTable.FromWeights([.. Enumerable.Range(0, 1000).Select(i => 1 + Number(14, i))]).Fill(42, 7, 3, y);
        hashes.Add(($"{Prefix}categorical of weights", Hash<int>(y)));
        AliasTable.FromLogits([.. Enumerable.Range(0, 1000).Select(i => 9 * Number(15, i))]).Fill(42, 7, 3, y);
        hashes.Add(($"{Prefix}categorical of logits", Hash<int>(y)));
        int[] order = [.. Enumerable.Range(0, 10_000)];
        RandomFill.Shuffle<int>(42, 7, 3, order);
        hashes.Add(($"{Prefix}shuffle", Hash<int>(order)));
        (ulong Seed, ulong Stream)[] children = [.. Enumerable.Range(0, 100).Select(i => Philox.Child(42, 7, (ulong)i))];
        hashes.Add(($"{Prefix}child streams", Hash<ulong>([.. children.SelectMany(child => (ulong[])[child.Seed, child.Stream])])));
    }
}
