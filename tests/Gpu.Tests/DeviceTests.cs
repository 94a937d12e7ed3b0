using Onsager.Gpu.Devices;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>What opening a device tells about it.</summary>
public sealed class DeviceTests
{
    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClIsExact() => IsExact(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaIsExact() => IsExact(DeviceKind.Cuda);

    [DeviceFact(DeviceKind.Emulated)]
    public void SimulationIsExact() => IsExact(DeviceKind.Emulated);

    private static void IsExact(DeviceKind kind)
    {
        GpuAccelerator device = Devices.Require(kind);
        Assert.Equal(0, device.SelfTestDifferences);
        Assert.True(device.IsExact, device.Name);
    }
}
