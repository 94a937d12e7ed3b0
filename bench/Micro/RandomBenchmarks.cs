using BenchmarkDotNet.Attributes;
using Onsager.Simd;

namespace Onsager.Micro;

/// <summary>Every distribution, in cache.</summary>
[MemoryDiagnoser]
[DisassemblyDiagnoser(maxDepth: 3)]
public class RandomBenchmarks
{
    private readonly float[] y = new float[9_999];
    private readonly double[] wide = new double[9_999];
    private readonly int[] integers = new int[9_999];
    private readonly uint[] words = new uint[9_999];
    private readonly AliasTable poisson = AliasTable.Poisson(7);
    private readonly (float A, float B, float C) between = DistributionParameters.UniformBetween<float>(-3, 0.7);
    private readonly (float A, float B, float C) scaled = DistributionParameters.Normal<float>(0.3, 1.7);
    private readonly (float A, float B, float C) rate = DistributionParameters.Exponential<float>(1.3);
    private readonly (float A, float B, float C) probability = DistributionParameters.Bernoulli<float>(0.3);

    /// <summary>Philox alone.</summary>
    [Benchmark(Baseline = true)]
    public void Words() => Philox.Words(1, 2, 0, words);

    /// <summary>In [0, 1).</summary>
    [Benchmark]
    public void Uniform() => RandomFill.Uniform<float>(1, 2, 0, y);

    /// <summary>In [0, 1), in float64.</summary>
    [Benchmark]
    public void UniformDouble() => RandomFill.Uniform<double>(1, 2, 0, wide);

    /// <summary>Between two numbers.</summary>
    [Benchmark]
    public void UniformBetween() => RandomFill.Run<UniformBetweenDistribution, float>(between, 1, 2, 0, y);

    /// <summary>Standard.</summary>
    [Benchmark]
    public void Normal() => RandomFill.Normal<float>(1, 2, 0, y);

    /// <summary>Standard, in float64.</summary>
    [Benchmark]
    public void NormalDouble() => RandomFill.Normal<double>(1, 2, 0, wide);

    /// <summary>With a mean and a standard deviation.</summary>
    [Benchmark]
    public void ScaledNormal() => RandomFill.Run<ScaledNormalDistribution, float>(scaled, 1, 2, 0, y);

    /// <summary>Waiting times.</summary>
    [Benchmark]
    public void Exponential() => RandomFill.Run<ExponentialDistribution, float>(rate, 1, 2, 0, y);

    /// <summary>Signs.</summary>
    [Benchmark]
    public void Rademacher() => RandomFill.Run<RademacherDistribution, float>(default, 1, 2, 0, y);

    /// <summary>Zeros and ones.</summary>
    [Benchmark]
    public void Bernoulli() => RandomFill.Run<BernoulliDistribution, float>(probability, 1, 2, 0, y);

    /// <summary>Below 1000.</summary>
    [Benchmark]
    public void Integers() => RandomFill.Integers(1, 2, 0, 1000, integers);

    /// <summary>Counts of rare events.</summary>
    [Benchmark]
    public void Poisson() => poisson.Fill(1, 2, 0, integers);

    /// <summary>A random order.</summary>
    [Benchmark]
    public void Shuffle() => RandomFill.Shuffle<int>(1, 2, 0, integers);

    /// <summary>Points of three coordinates.</summary>
    [Benchmark]
    public void Sphere() => RandomFill.Sphere<float>(1, 2, 0, 3, y);
}
