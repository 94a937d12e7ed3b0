using ILGPU.IR.Intrinsics;

namespace Onsager.Gpu.Intrinsics;

/// <summary>Integer work on 64 bits that has an instruction of its own.</summary>
internal static class Integer64
{
    /// <summary>The upper 64 of the product's 128 bits. ILGPU's OpenCL text has signed variables only, whose products are others.</summary>
    [IntrinsicImplementation]
    [DeviceText("mul.hi.u64 {0}, {1}, {2};", "(long)mul_hi((ulong){1}, (ulong){2})")]
    public static ulong MultiplyHigh(ulong x, ulong y) => Math.BigMul(x, y, out _);
}
