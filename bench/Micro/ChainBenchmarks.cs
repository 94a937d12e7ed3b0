using BenchmarkDotNet.Attributes;
using Onsager.Simd;

namespace Onsager.Micro;

/// <summary>Two operators in one pass beside two passes, in cache and in memory.</summary>
public class ChainBenchmarks
{
    private float[] x = [];
    private float[] y = [];
    private float[] z = [];

    /// <summary>Elements.</summary>
    [Params(10_000, 20_000_000)]
    public int Size { get; set; }

    /// <summary>Random numbers between 0 and 1.</summary>
    [GlobalSetup]
    public void Setup()
    {
        (x, y, z) = (new float[Size], new float[Size], new float[Size]);
        RandomFill.Uniform<float>(1, 0, 0, x);
        RandomFill.Uniform<float>(1, 1, 0, y);
    }

    /// <summary>relu(x y), an instruction each.</summary>
    [Benchmark]
    public void Short() => Map.Binary<BinaryChain<Multiply, Relu>, float>(x.AsSpan(), y.AsSpan(), z);

    /// <summary>The same in two passes.</summary>
    [Benchmark]
    public void ShortApart()
    {
        Map.Binary<Multiply, float>(x.AsSpan(), y.AsSpan(), z);
        Map.Unary<Relu, float>(z, z);
    }

    /// <summary>exp(tanh(x)), a polynomial each.</summary>
    [Benchmark]
    public void Long() => Map.Unary<Chain<Tanh, Exp>, float>(x, z);

    /// <summary>The same in two passes.</summary>
    [Benchmark]
    public void LongApart()
    {
        Map.Unary<Tanh, float>(x, z);
        Map.Unary<Exp, float>(z, z);
    }
}
