using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using Onsager.Simd;

namespace Onsager.Micro;

/// <summary>Reductions beside TensorPrimitives, and work on rows, in cache.</summary>
[MemoryDiagnoser]
[DisassemblyDiagnoser(maxDepth: 3)]
public class ReductionBenchmarks
{
    private float[] x = [];
    private float[] y = [];
    private float[] z = [];

    /// <summary>Elements; rows are of 100.</summary>
    [Params(1000, 10_000)]
    public int N { get; set; }

    /// <summary>Random numbers between 0 and 1.</summary>
    [GlobalSetup]
    public void Setup()
    {
        x = new float[N];
        y = new float[N];
        z = new float[N];
        RandomFill.Uniform<float>(1, 0, 0, x);
        RandomFill.Uniform<float>(1, 1, 0, y);
    }

    /// <summary>Ours.</summary>
    [Benchmark]
    public float Sum() => Reduce.Sum<float>(x);

    /// <summary>The framework's.</summary>
    [Benchmark]
    public float TensorPrimitivesSum() => TensorPrimitives.Sum<float>(x);

    /// <summary>Ours.</summary>
    [Benchmark]
    public float Dot() => Reduce.Dot<float>(x, y);

    /// <summary>The framework's.</summary>
    [Benchmark]
    public float TensorPrimitivesDot() => TensorPrimitives.Dot<float>(x, y);

    /// <summary>Ours.</summary>
    [Benchmark]
    public float Max() => Reduce.Max<float>(x);

    /// <summary>The framework's.</summary>
    [Benchmark]
    public float TensorPrimitivesMax() => TensorPrimitives.Max<float>(x);

    /// <summary>Two passes.</summary>
    [Benchmark]
    public float Variance() => Reduce.All<Variance, float>(default, x);

    /// <summary>Softmax of rows of 100.</summary>
    [Benchmark]
    public void SoftmaxRows() => Softmax.Rows<float>(x, N / 100, 100, 100, z, 100);

    /// <summary>Softmax of columns of N / 100.</summary>
    [Benchmark]
    public void SoftmaxColumns() => Softmax.Columns<float>(x, N / 100, 100, 100, z, 100);

    /// <summary>Cumulative sums of rows of 100.</summary>
    [Benchmark]
    public void CumulativeSumRows() => CumulativeSum.Rows<float>(x, N / 100, 100, 100, z, 100);
}
