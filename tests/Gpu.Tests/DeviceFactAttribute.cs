using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>A fact about one kind of device, skipped when discovered if there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DeviceFactAttribute : FactAttribute
{
    public DeviceFactAttribute(DeviceKind kind) => Skip = Devices.WhySkipped(kind);
}

/// <summary>A theory about one kind of device, skipped when discovered if there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DeviceTheoryAttribute : TheoryAttribute
{
    public DeviceTheoryAttribute(DeviceKind kind) => Skip = Devices.WhySkipped(kind);
}
