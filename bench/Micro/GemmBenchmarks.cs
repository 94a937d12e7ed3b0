using BenchmarkDotNet.Attributes;
using Onsager.Simd;

namespace Onsager.Micro;

/// <summary>Square products on one thread in their forms, a layer in one pass, one row, and a triangle.</summary>
[MemoryDiagnoser]
[DisassemblyDiagnoser(maxDepth: 3)]
public class GemmBenchmarks
{
    private float[] a = [];
    private float[] b = [];
    private float[] c = [];
    private double[] da = [];
    private double[] db = [];
    private double[] dc = [];

    /// <summary>Rows, columns and depth.</summary>
    [Params(4, 16, 64, 256, 1024)]
    public int N { get; set; }

    /// <summary>Random operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        (a, b, c) = (new float[N * N], new float[N * N], new float[N * N]);
        (da, db, dc) = (new double[N * N], new double[N * N], new double[N * N]);
        RandomFill.Uniform<float>(1, 0, 0, a);
        RandomFill.Uniform<float>(1, 1, 0, b);
        RandomFill.Uniform<double>(1, 0, 0, da);
        RandomFill.Uniform<double>(1, 1, 0, db);
    }

    /// <summary>C = A B.</summary>
    [Benchmark(Baseline = true)]
    public void Sgemm() => Gemm.Multiply<float>(false, false, N, N, N, 1, a, N, b, N, 0, c, N);

    /// <summary>C = A B^T.</summary>
    [Benchmark]
    public void SgemmNT() => Gemm.Multiply<float>(false, true, N, N, N, 1, a, N, b, N, 0, c, N);

    /// <summary>C = A^T B.</summary>
    [Benchmark]
    public void SgemmTN() => Gemm.Multiply<float>(true, false, N, N, N, 1, a, N, b, N, 0, c, N);

    /// <summary>C = A B in float64.</summary>
    [Benchmark]
    public void Dgemm() => Gemm.Multiply<double>(false, false, N, N, N, 1, da, N, db, N, 0, dc, N);

    /// <summary>C = relu(A B + bias).</summary>
    [Benchmark]
    public void Layer() => Gemm.Affine<Relu, float>(false, false, N, N, N, 1, a, N, b, N, 0, c, N, b.AsSpan(0, N));

    /// <summary>y = x B.</summary>
    [Benchmark]
    public void OneRow() => Gemm.Multiply<float>(false, false, 1, N, N, 1, a, N, b, N, 0, c, N);

    /// <summary>y = x B^T.</summary>
    [Benchmark]
    public void OneRowNT() => Gemm.Multiply<float>(false, true, 1, N, N, 1, a, N, b, N, 0, c, N);

    /// <summary>The lower triangle of C = A A^T.</summary>
    [Benchmark]
    public void Syrk() => Gemm.Syrk<float>(true, false, N, N, 1, a, N, 0, c, N);
}
