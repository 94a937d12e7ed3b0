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
        Approve($"{name}.ptx", text.Ptx(kernel));
        Approve($"{name}.cl", text.OpenCl(kernel));
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
