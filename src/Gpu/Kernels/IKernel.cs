using ILGPU.Runtime;

namespace Onsager.Gpu.Kernels;

/// <summary>
/// A kernel is a closed struct type with one public static method Run, explicitly grouped; the type is its name in the cache.
/// Kernels hold no mathematics: formulas come from the operator, arithmetic from the lane.
/// </summary>
internal interface IKernel
{
    /// <summary>How many threads a group has at most and how many groups a multiprocessor is to hold, for the assembler's choice of registers; nothing unless told.</summary>
    static virtual KernelSpecialization Bounds => default;
}
