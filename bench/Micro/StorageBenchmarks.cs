using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using Onsager.Simd;

namespace Onsager.Micro;

/// <summary>Conversions, comparisons, logic and integers beside TensorPrimitives, in cache.</summary>
[MemoryDiagnoser]
[DisassemblyDiagnoser(maxDepth: 3)]
public class StorageBenchmarks
{
    private readonly float[] x = new float[10_000];
    private readonly float[] y = new float[10_000];
    private readonly float[] z = new float[10_000];
    private readonly Half[] half = new Half[10_000];
    private readonly BFloat16[] brain = new BFloat16[10_000];
    private readonly int[] i = new int[10_000];
    private readonly int[] j = new int[10_000];
    private readonly bool[] p = new bool[10_000];
    private readonly bool[] q = new bool[10_000];

    /// <summary>Random numbers.</summary>
    [GlobalSetup]
    public void Setup()
    {
        RandomFill.Normal<float>(1, 0, 0, x);
        RandomFill.Normal<float>(1, 1, 0, y);
        RandomFill.Integers(1, 2, 0, 1000, i);
        Compare.Run<IsLess, float>(x, 0, p);
        Map.Convert<float, Half>(x, half);
        Map.Convert<float, BFloat16>(x, brain);
    }

    /// <summary>Ours.</summary>
    [Benchmark]
    public void ToHalf() => Map.Convert<float, Half>(x, half);

    /// <summary>The framework's.</summary>
    [Benchmark]
    public void TensorPrimitivesToHalf() => TensorPrimitives.ConvertToHalf(x, half);

    /// <summary>Ours.</summary>
    [Benchmark]
    public void FromHalf() => Map.Convert<Half, float>(half, z);

    /// <summary>The framework's.</summary>
    [Benchmark]
    public void TensorPrimitivesFromHalf() => TensorPrimitives.ConvertToSingle(half, z);

    /// <summary>To bfloat16.</summary>
    [Benchmark]
    public void ToBFloat16() => Map.Convert<float, BFloat16>(x, brain);

    /// <summary>From bfloat16.</summary>
    [Benchmark]
    public void FromBFloat16() => Map.Convert<BFloat16, float>(brain, z);

    /// <summary>Toward zero.</summary>
    [Benchmark]
    public void ToInt32() => Map.Convert<float, int>(x, j);

    /// <summary>A comparison into booleans.</summary>
    [Benchmark]
    public void Less() => Compare.Run<IsLess, float>(x, y, q);

    /// <summary>Logic.</summary>
    [Benchmark]
    public void And() => Booleans.And(p, q, q);

    /// <summary>A choice by booleans.</summary>
    [Benchmark]
    public void Select() => Booleans.Select<float>(p, x, y, z);

    /// <summary>Wrapping.</summary>
    [Benchmark]
    public void IntegerAdd() => Integers.Add<int>(i, i, j);

    /// <summary>Wrapping.</summary>
    [Benchmark]
    public void IntegerAbs() => Integers.Abs<int>(i, j);

    /// <summary>As a long.</summary>
    [Benchmark]
    public long IntegerSum() => Integers.Sum(i);
}
