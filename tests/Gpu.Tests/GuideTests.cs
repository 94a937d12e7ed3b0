using Onsager.Models.Tests;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>The programs that docs/gpu.md shows: they stand here word by word, and run.</summary>
public sealed class GuideTests
{
    [Fact, Trait("Needs", "repository")]
    public void TheProgramsOfTheGuideStandHere() => Guide.AssertTested("gpu.md", "GuideTests.cs", 3, "Gpu.Tests");

    [Fact]
    public void TheProgramsRun()
    {
        foreach (GpuDevice found in OnsagerGpu.Register())
        {
            Console.WriteLine($"{found.Name}: {found.Kind}, {(found.IsExact ? "Exact" : "Approximate")}");
        }

        Device device = Device.Devices.FirstOrDefault(found => found.Kind is DeviceKind.Cuda or DeviceKind.OpenCl, Device.Cpu);
        Assert.Equal(Step(Device.Cpu), Step(device));
        Assert.Equal(10, Step(device).Distinct().Count());
    }

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClCopiesBesideItsWork() => CopiesBesideItsWork(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaCopiesBesideItsWork() => CopiesBesideItsWork(DeviceKind.Cuda);

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClIsAmongTheDevices()
    {
        TheProgramsRun();
        Assert.Contains(Device.Devices, found => found.Kind == DeviceKind.OpenCl);
    }

    private static void CopiesBesideItsWork(DeviceKind kind)
    {
        Assert.NotNull(Devices.Require(kind));
        GpuDevice gpu = OnsagerGpu.Register(kind)[0];
        using HostBuffer<float> even = gpu.CreateHostBuffer<float>(640), odd = gpu.CreateHostBuffer<float>(640), sums = gpu.CreateHostBuffer<float>(10);
        float total = 0;
        for (int i = 0; i < 4; i++)
        {
            HostBuffer<float> buffer = i % 2 == 0 ? even : odd;
            buffer.Span.Fill(i);
            using Tensor<float> batch = gpu.Upload(buffer, [64, 10]), sum = batch.Sum(0);
            gpu.Download(sum, sums);
            total += sums.Span[0];
        }

        Assert.Equal(64 * 6, total);
    }

    private static float[] Step(Device device)
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = new RandomStream(seed: 1).Normal<float>([64, 10], device);
        Tensor<float> weights = Tensor.From<float>([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [10], device);
        (float loss, Tensor<float> gradient) = Autodiff.ValueAndGrad(weights, x, static (w, x) => (x * w).Softplus().Mean());
        weights.Update(new SgdUpdate(0.1), gradient);
        float[] here = weights.ToArray();
        Assert.True(loss > 0);
        return here;
    }
}
