using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>Runs a small program on the processor and on a device, whose numbers must have the same bits.</summary>
internal static class Agreement
{
    public static void Check<T>(DeviceKind kind, Func<Device, T[]> program)
        where T : unmanaged
    {
        Assert.NotNull(Devices.Require(kind));
        T[] expected = program(Device.Cpu), actual = program(OnsagerGpu.Register(kind)[0]);
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Numbers.Same(actual[i], expected[i]), $"number {i} is {Numbers.Show(actual[i])} on the device, {Numbers.Show(expected[i])} on the processor");
        }
    }
}
