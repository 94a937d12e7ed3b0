using System.Runtime.CompilerServices;

namespace Onsager.Simd;

/// <summary>
/// How we ask the compiler to treat a method. Lane members and operators are always inlined; the loops around them (drivers, kernels)
/// never are, since the JIT has an inlining budget per method and an exhausted budget leaves calls inside the loop; and they are
/// optimised at their first call, so that nothing is measured or used in a half-compiled state.
/// </summary>
internal static class Jit
{
    public const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    public const MethodImplOptions Loop = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;
}
