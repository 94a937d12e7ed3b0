using Onsager.Gpu.Devices;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
using Onsager.Models.Tests;
using Onsager.Simd;

namespace Onsager.Gpu.Tests;

/// <summary>
/// The texts of the hottest kernels, to the letter, as they were approved in tests/golden/kernels: a change of ILGPU, of a lane or of a kernel shows
/// there before any device runs it. Write the files anew with ONSAGER_APPROVE=1 dotnet test tests/Gpu.Tests --filter KernelApprovalTests, and read the difference.
/// </summary>
public sealed class KernelApprovalTests
{
    private static readonly string[] Folder = ["tests", "golden", "kernels"];

    public static TheoryData<string, Type> Kernels => new()
    {
        { "add", typeof(BinaryQuadKernel<Add, GpuF32>) },
        { "exp", typeof(UnaryQuadKernel<Exp, GpuF32>) },
        { "tanh-exp", typeof(UnaryQuadKernel<Chain<Tanh, Exp>, GpuF32>) },
        { "sum", typeof(ReductionKernel<Total, GpuF32>) },
        { "softmax", typeof(SoftmaxKernel<PlainSoftmax, GpuF32>) },
        { "philox", typeof(PhiloxKernel) },
        { "product-128", typeof(ProductKernel<Tile128<GpuF32>, Bare, GpuF32>) },
    };

    [Theory, Trait("Needs", "repository"), MemberData(nameof(Kernels))]
    public void TextsAreThoseThatWereApproved(string name, Type kernel)
    {
        using KernelText text = new();
        Approve($"{name}.ptx.txt", text.Ptx(kernel));
        Approve($"{name}.cl.txt", text.OpenCl(kernel));
    }

    /// <summary>Drivers keep what they have compiled by its text, which has to be the same in every run of a program. (In another order of first uses ILGPU moves names and copies.)</summary>
    [Fact]
    public void TheSameSequenceOfKernelsHasTheSameTexts()
    {
        Type[] kernels = [typeof(PhiloxKernel), typeof(ReductionKernel<EuclideanNorm, GpuF64>), typeof(SoftmaxKernel<PlainSoftmax, GpuF32>), typeof(BinaryStridedKernel<Pow, GpuF32>)];
        using KernelText first = new(), second = new();
        foreach (Type kernel in kernels)
        {
            Assert.Equal(first.Ptx(kernel), second.Ptx(kernel));
            Assert.Equal(first.OpenCl(kernel), second.OpenCl(kernel));
        }
    }

    /// <summary>Numbers of names alone change, each into one of its own, wherever it stands.</summary>
    [Fact]
    public void NamesAreRenumberedOneToOne()
    {
        Assert.Equal(
            ".target sm_80\ncall Add_0, (%f71, _x_1); bra L_2; Add_0 L_1;",
            KernelPatch.Ptx(".target sm_80\ncall Add_901, (%f71, _x_77); bra.uni L_5; Add_901 L_77;"));
        Assert.Equal(
            "#pragma OPENCL FP_CONTRACT OFF\nstruct type_0_kernel { int field_7; } view_3; struct type_0 var12; goto L_1; as_float(0x3F800000);",
            KernelPatch.OpenCl("struct type_45857_kernel { int field_7; } view_3; struct type_45857 var12; goto L_12; as_float(0x3F800000);"));
    }

    private static void Approve(string name, string text)
    {
        string path = Path.Combine([Repository.Root, .. Folder, name]);
        if (Environment.GetEnvironmentVariable("ONSAGER_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.Equal(File.ReadAllText(path), text);
    }
}
