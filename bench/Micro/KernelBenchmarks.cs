using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using Onsager.Simd;

namespace Onsager.Micro;

/// <summary>Square float32 and float64 products on one thread.</summary>
[MemoryDiagnoser, DisassemblyDiagnoser]
public class GemmBenchmarks
{
    private float[] a = [];
    private float[] b = [];
    private float[] c = [];

    /// <summary>Rows, columns and depth.</summary>
    [Params(16, 64, 256, 1024)]
    public int N { get; set; }

    /// <summary>Random operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        a = new float[N * N];
        b = new float[N * N];
        c = new float[N * N];
        RandomFill.Uniform<float>(1, 0, 0, a);
        RandomFill.Uniform<float>(1, 1, 0, b);
    }

    /// <summary>C = A B.</summary>
    [Benchmark]
    public void Sgemm() => Gemm.Multiply<float>(false, false, N, N, N, 1, a, N, b, N, 0, c, N);
}

/// <summary>Elementwise operators beside TensorPrimitives, in cache.</summary>
[MemoryDiagnoser, DisassemblyDiagnoser]
public class ElementwiseBenchmarks
{
    private readonly float[] x = new float[10_000];
    private readonly float[] y = new float[10_000];

    /// <summary>Random numbers between 0 and 1.</summary>
    [GlobalSetup]
    public void Setup() => RandomFill.Uniform<float>(1, 0, 0, x);

    /// <summary>Ours.</summary>
    [Benchmark]
    public void Exp() => Map.Unary<Exp, float>(x, y);

    /// <summary>The framework's.</summary>
    [Benchmark]
    public void TensorPrimitivesExp() => TensorPrimitives.Exp<float>(x, y);

    /// <summary>Ours.</summary>
    [Benchmark]
    public void Tanh() => Map.Unary<Tanh, float>(x, y);

    /// <summary>The framework's.</summary>
    [Benchmark]
    public void TensorPrimitivesTanh() => TensorPrimitives.Tanh<float>(x, y);
}
