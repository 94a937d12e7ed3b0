using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using Onsager.Simd;

namespace Onsager.Micro;

/// <summary>The loops of operators beside TensorPrimitives, in cache. <see cref="OperatorBenchmarks{TOp}"/> has the other operators.</summary>
[MemoryDiagnoser]
[DisassemblyDiagnoser(maxDepth: 3)]
public class ElementwiseBenchmarks
{
    private readonly float[] x = new float[10_000];
    private readonly float[] y = new float[10_000];
    private readonly float[] z = new float[10_000];

    /// <summary>Random numbers between 0 and 1.</summary>
    [GlobalSetup]
    public void Setup()
    {
        RandomFill.Uniform<float>(1, 0, 0, x);
        RandomFill.Uniform<float>(1, 1, 0, y);
    }

    /// <summary>Ours.</summary>
    [Benchmark]
    public void Add() => Map.Binary<Add, float>(x.AsSpan(), y.AsSpan(), z);

    /// <summary>The framework's.</summary>
    [Benchmark]
    public void TensorPrimitivesAdd() => TensorPrimitives.Add<float>(x, y, z);

    /// <summary>One number for all.</summary>
    [Benchmark]
    public void AddOne() => Map.Binary<Add, float>(x, 1, z);

    /// <summary>Ours.</summary>
    [Benchmark]
    public void FusedMultiplyAdd() => Map.Ternary<FusedMultiplyAdd, float>(x, y, x, z);

    /// <summary>The framework's.</summary>
    [Benchmark]
    public void TensorPrimitivesFusedMultiplyAdd() => TensorPrimitives.FusedMultiplyAdd<float>(x, y, x, z);

    /// <summary>Ours.</summary>
    [Benchmark]
    public void Pow() => Map.Binary<Pow, float>(x.AsSpan(), y.AsSpan(), z);

    /// <summary>The framework's.</summary>
    [Benchmark]
    public void TensorPrimitivesPow() => TensorPrimitives.Pow<float>(x, y, z);

    /// <summary>Ours.</summary>
    [Benchmark]
    public void Exp() => Map.Unary<Exp, float>(x, z);

    /// <summary>The framework's.</summary>
    [Benchmark]
    public void TensorPrimitivesExp() => TensorPrimitives.Exp<float>(x, z);

    /// <summary>Ours.</summary>
    [Benchmark]
    public void Tanh() => Map.Unary<Tanh, float>(x, z);

    /// <summary>The framework's.</summary>
    [Benchmark]
    public void TensorPrimitivesTanh() => TensorPrimitives.Tanh<float>(x, z);
}

/// <summary>Operators of one input in both types, in cache.</summary>
[MemoryDiagnoser]
[DisassemblyDiagnoser(maxDepth: 3)]
[GenericTypeArguments(typeof(Sqrt))]
[GenericTypeArguments(typeof(Rsqrt))]
[GenericTypeArguments(typeof(Cbrt))]
[GenericTypeArguments(typeof(Exp2))]
[GenericTypeArguments(typeof(Expm1))]
[GenericTypeArguments(typeof(Log))]
[GenericTypeArguments(typeof(Log1p))]
[GenericTypeArguments(typeof(Sin))]
[GenericTypeArguments(typeof(Tan))]
[GenericTypeArguments(typeof(Asin))]
[GenericTypeArguments(typeof(Atan))]
[GenericTypeArguments(typeof(Sinh))]
[GenericTypeArguments(typeof(Sigmoid))]
[GenericTypeArguments(typeof(Softplus))]
[GenericTypeArguments(typeof(GeluTanh))]
[GenericTypeArguments(typeof(Erf))]
public class OperatorBenchmarks<TOp>
    where TOp : struct, IUnaryOp
{
    private readonly float[] x = new float[10_000];
    private readonly float[] y = new float[10_000];
    private readonly double[] wide = new double[10_000];
    private readonly double[] result = new double[10_000];

    /// <summary>Random numbers between 0 and 1.</summary>
    [GlobalSetup]
    public void Setup()
    {
        RandomFill.Uniform<float>(1, 0, 0, x);
        RandomFill.Uniform<double>(1, 0, 0, wide);
    }

    /// <summary>float32.</summary>
    [Benchmark]
    public void Single() => Map.Unary<TOp, float>(x, y);

    /// <summary>float64.</summary>
    [Benchmark]
    public void Double() => Map.Unary<TOp, double>(wide, result);
}
