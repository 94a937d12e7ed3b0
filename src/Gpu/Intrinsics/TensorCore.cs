using ILGPU.IR.Intrinsics;

namespace Onsager.Gpu.Intrinsics;

/// <summary>
/// What a multiprocessor's tensor cores and its asynchronous copies are told, in PTX for sm_80 and later; no other device knows it. The ring of shared memory and the
/// registers of fragments and sums are declared in the text and named there, so nothing passes through local memory.
/// </summary>
internal static class TensorCore
{
    /// <summary>Declares ring and registers, sums at zero. First of all.</summary>
    [IntrinsicImplementation]
    [DeviceText(typeof(TensorCoreText), nameof(TensorCoreText.Declaration))]
    public static void Declare() => throw Elsewhere();

    /// <summary>The address of the ring in shared memory.</summary>
    [IntrinsicImplementation]
    [DeviceText("mov.u32 {0}, ring;", "")]
    public static int Ring() => throw Elsewhere();

    /// <summary>Begins a copy of so many of 16 bytes to shared memory; the rest is zero.</summary>
    [IntrinsicImplementation]
    [DeviceText("cp.async.cg.shared.global [{1}], [{2}], 16, {3};", "")]
    public static void Copy16(int to, long from, int bytes) => throw Elsewhere();

    /// <summary>Begins a copy of 4 bytes or none to shared memory; none is zero.</summary>
    [IntrinsicImplementation]
    [DeviceText("cp.async.ca.shared.global [{1}], [{2}], 4, {3};", "")]
    public static void Copy4(int to, long from, int bytes) => throw Elsewhere();

    /// <summary>Closes a group of copies.</summary>
    [IntrinsicImplementation]
    [DeviceText("cp.async.commit_group;", "")]
    public static void Commit() => throw Elsewhere();

    /// <summary>Waits for all groups of copies but the last one.</summary>
    [IntrinsicImplementation]
    [DeviceText("cp.async.wait_group 1;", "")]
    public static void WaitForAllButOne() => throw Elsewhere();

    /// <summary>Adds the products of eight steps of k, in TF32: see <see cref="TensorCoreText.TensorFloat"/>.</summary>
    [IntrinsicImplementation]
    [DeviceText(typeof(TensorCoreText), nameof(TensorCoreText.TensorFloat))]
    public static void TensorFloat(int lowA, int highA, int lowB, int highB) => throw Elsewhere();

    /// <summary>Adds the products of sixteen steps of k, in BF16: see <see cref="TensorCoreText.BFloat"/>.</summary>
    [IntrinsicImplementation]
    [DeviceText(typeof(TensorCoreText), nameof(TensorCoreText.BFloat))]
    public static void BFloat(int lowA, int highA, int lowB, int highB) => throw Elsewhere();

    /// <summary>A sum; its number is a constant.</summary>
    [IntrinsicImplementation]
    [DeviceText("mov.f32 {0}, sum{1};", "")]
    public static float Sum(int number) => throw Elsewhere();

    private static NotSupportedException Elsewhere() => new("tensor cores: only CUDA devices have them.");
}
