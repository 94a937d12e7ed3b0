using Onsager.Gpu.Devices;

namespace Onsager.Gpu.Tests;

/// <summary>What opening a device tells about it.</summary>
public sealed class DeviceTests
{
    [DeviceFact(GpuKind.OpenCl)]
    public void OpenClIsExact() => IsExact(GpuKind.OpenCl);

    [DeviceFact(GpuKind.Cuda)]
    public void CudaIsExact() => IsExact(GpuKind.Cuda);

    [DeviceFact(GpuKind.Simulated)]
    public void SimulationIsExact() => IsExact(GpuKind.Simulated);

    private static void IsExact(GpuKind kind)
    {
        GpuAccelerator device = Devices.Require(kind);
        Assert.Equal(0, device.SelfTestDifferences);
        Assert.True(device.IsExact, device.Name);
    }
}
