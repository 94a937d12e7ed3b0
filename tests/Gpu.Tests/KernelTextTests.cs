using System.Text.RegularExpressions;
using ILGPU;
using Onsager.Gpu.Devices;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
using Onsager.Simd;

namespace Onsager.Gpu.Tests;

/// <summary>What the drivers are given, read without any driver.</summary>
public sealed partial class KernelTextTests
{
    [Fact]
    public void EveryKernelIsWholeInPtx()
    {
        using var text = new KernelText();
        var failures = new List<string>();
        int kernels = 0;
        foreach (Type kernel in Operators.Kernels())
        {
            kernels++;
            string ptx = text.Ptx(kernel);
            foreach (string forbidden in new[] { ".extern", ".approx", "call ", "bra.uni", "brx.idx.uni", ".ftz", ".local", "cvt.rzi", ".full." })
            {
                // Integers are made by the conversions alone.
                if (forbidden == "cvt.rzi" && Operators.Conversions.Contains(kernel))
                {
                    continue;
                }

                if (ptx.Contains(forbidden, StringComparison.Ordinal))
                {
                    failures.Add($"{kernel}: PTX has {forbidden}");
                }
            }

            foreach (Match match in UnroundedArithmetic().Matches(ptx))
            {
                failures.Add($"{kernel}: PTX has arithmetic that ptxas may contract: {match.Value}");
            }
        }

        Assert.Empty(failures);
        Assert.True(kernels > 50);
    }

    [Fact]
    public void EveryKernelIsWholeInOpenCl()
    {
        using var text = new KernelText();
        var failures = new List<string>();
        foreach (Type kernel in Operators.Kernels())
        {
            string source = text.OpenCl(kernel);
            if (!source.StartsWith("#pragma OPENCL FP_CONTRACT OFF", StringComparison.Ordinal))
            {
                failures.Add($"{kernel}: contraction is not off");
            }

            foreach (string forbidden in new[] { "native_", "half_", "mad(", "NAN", "INFINITY" })
            {
                if (source.Contains(forbidden, StringComparison.Ordinal))
                {
                    failures.Add($"{kernel}: OpenCL C has {forbidden}");
                }
            }
        }

        Assert.Empty(failures);
    }

    [Fact]
    public void Float32KernelsNeedNoFloat64()
    {
        using var text = new KernelText(openClFloat64: false);
        foreach (Type kernel in Operators.Kernels().Where(kernel => !Operators.UsesFloat64(kernel)))
        {
            Assert.DoesNotContain("double", text.OpenCl(kernel), StringComparison.Ordinal);
        }
    }

    /// <summary>An optimizer's constants are float64 numbers of the host, so a float32 step computes 1 - beta in float64, once per element.</summary>
    [Fact]
    public void UpdatesAreWhole()
    {
        using var text = new KernelText();
        foreach (Type kernel in Operators.Updates.SelectMany(rule => new[] { typeof(UpdateKernel<,>).MakeGenericType(rule, typeof(GpuF32)), typeof(UpdateKernel<,>).MakeGenericType(rule, typeof(GpuF64)) }))
        {
            string ptx = text.Ptx(kernel);
            foreach (string forbidden in new[] { ".extern", ".approx", "call ", "bra.uni", ".ftz", ".local", "mul.f64", "mul.f32", "add.f32", "sub.f32" })
            {
                Assert.DoesNotContain(forbidden, ptx, StringComparison.Ordinal);
            }
        }

        Assert.Equal(4, Count(text.Ptx(typeof(UpdateKernel<AdamUpdate, GpuF32>)), "fma.rn.f32"));
    }

    [Theory]
    [InlineData(typeof(ProductKernel<Tile128<GpuF32>, Bare, GpuF32>), "fma.rn.f32", 9 * 64)]
    [InlineData(typeof(ProductKernel<Tile128<GpuF32>, Bare, GpuF32>), "ld.shared.v4.f32", 9 * 4)]
    [InlineData(typeof(ProductKernel<Tile128<GpuF32>, Bare, GpuF32>), "ld.global.v4.f32", (2 * 2) + 16)]
    [InlineData(typeof(ProductKernel<Tile128<GpuF32>, Bare, GpuF32>), "st.global.v4.f32", 16)]
    [InlineData(typeof(ProductKernel<Tile128<GpuF64>, Bare, GpuF64>), "ld.shared.v2.f64", 9 * 4 * 2)]
    [InlineData(typeof(ProductKernel<Tile64<GpuF32>, Bare, GpuF32>), "fma.rn.f32", 9 * 16)]
    [InlineData(typeof(ProductKernel<Tile32<GpuF64>, Bare, GpuF64>), "fma.rn.f64", 9 * 16)]
    [InlineData(typeof(RowProductKernel<Bare, GpuF32>), "fma.rn.f32", 2)]
    [InlineData(typeof(ReductionKernel<EuclideanNorm, GpuF32>), "fma.rn.f32", 1)]
    [InlineData(typeof(ReductionKernel<EuclideanNorm, GpuF64>), "fma.rn.f64", 1)]
    [InlineData(typeof(ReductionKernel<Total, GpuF32>), "fma.rn.f32", 0)]
    [InlineData(typeof(TernaryKernel<FusedMultiplyAdd, GpuF32>), "fma.rn.f32", 1)]
    [InlineData(typeof(BinaryKernel<Divide, GpuF32>), "div.rn.f32", 1)]
    [InlineData(typeof(UnaryKernel<Sqrt, GpuF64>), "sqrt.rn.f64", 1)]
    public void InstructionsAreCounted(Type kernel, string instruction, int expected)
    {
        using var text = new KernelText();
        Assert.Equal(expected, Count(text.Ptx(kernel), instruction));
    }

    /// <summary>Four float32 numbers come and go by one instruction, four of float64 by two; aligned views are what the host has to see to.</summary>
    [Fact]
    public void FourElementsAreMovedAtOnce()
    {
        using var text = new KernelText();
        string single = text.Ptx(typeof(BinaryQuadKernel<Add, GpuF32>)), wide = text.Ptx(typeof(BinaryQuadKernel<Add, GpuF64>));
        Assert.Equal((2, 1), (Count(single, "ld.global.v4.f32"), Count(single, "st.global.v4.f32")));
        Assert.Equal((0, 0), (Count(wide, "ld.global.f64"), Count(wide, "st.global.f64")));
    }

    [Fact]
    public void FormulasHaveTheirFusedMultiplyAdds()
    {
        using var text = new KernelText();
        foreach (Type op in Operators.Unary)
        {
            Assert.Equal(CountingLane.FusedMultiplyAdds(op, isDouble: false), Count(text.Ptx(typeof(UnaryKernel<,>).MakeGenericType(op, typeof(GpuF32))), "fma.rn.f32"));
            Assert.Equal(CountingLane.FusedMultiplyAdds(op, isDouble: true), Count(text.Ptx(typeof(UnaryKernel<,>).MakeGenericType(op, typeof(GpuF64))), "fma.rn.f64"));
        }
    }

    [Theory]
    [InlineData(typeof(ProductOfConstants), "mul.rn", 2)]
    [InlineData(typeof(SumOfConstants), "add.rn", 2)]
    [InlineData(typeof(RoundingConstant), "add.rn", 1)]
    [InlineData(typeof(RoundingConstant), "sub.rn", 1)]
    [InlineData(typeof(PlusZero), "add.rn", 1)]
    [InlineData(typeof(ZeroMinus), "sub.rn", 1)]
    [InlineData(typeof(TinyTwice), "mul.rn", 2)]
    [InlineData(typeof(Quarter), "div.rn", 1)]
    [InlineData(typeof(NotANumber), "setp.eq", 1)]
    public void NothingIsFolded(Type op, string instruction, int expected)
    {
        using var text = new KernelText();
        Assert.Equal(expected, Count(text.Ptx(typeof(UnaryKernel<,>).MakeGenericType(op, typeof(GpuF32))), instruction + ".f32"));
        Assert.Equal(expected, Count(text.Ptx(typeof(UnaryKernel<,>).MakeGenericType(op, typeof(GpuF64))), instruction + ".f64"));
    }

    [Fact]
    public void ConstantsAreBits()
    {
        using var text = new KernelText();
        Type kernel = typeof(UnaryKernel<Constants, GpuF32>);
        string ptx = text.Ptx(kernel);
        string source = text.OpenCl(kernel);
        Assert.DoesNotContain(".f64", ptx, StringComparison.Ordinal);
        foreach (string bits in new[] { "3DCCCCCD", "7F800000", "FF800000", "80000000", "00000001", "7FC00000" })
        {
            Assert.Contains("0f" + bits, ptx, StringComparison.Ordinal);
            Assert.Contains("as_float(0x" + bits, source, StringComparison.Ordinal);
        }
    }

    private static int Count(string text, string instruction) => Regex.Count(text, Regex.Escape(instruction) + @"\b");

    [GeneratedRegex(@"\b(add|sub|mul|div|mad|fma|sqrt|rcp|min|max|neg|abs)(\.approx|\.full)?\.f(32|64)\b.*")]
    private static partial Regex UnroundedArithmetic();
}
