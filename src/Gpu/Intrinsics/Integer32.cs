using ILGPU.IR.Intrinsics;

namespace Onsager.Gpu.Intrinsics;

/// <summary>Integer work that must stay where it is written.</summary>
internal static class Integer32
{
    /// <summary>
    /// x / y. ILGPU computes both sides of a branch and chooses afterwards, divisions included, by zero too: that traps (and costs a
    /// hundred times the kernel) where OpenCL runs on a CPU, and is wasted everywhere. It leaves branches around calls alone.
    /// </summary>
    [IntrinsicImplementation]
    [DeviceText("div.u32 {0}, {1}, {2};", "{1} / {2}")]
    public static uint Divide(uint x, uint y) => x / y;
}
