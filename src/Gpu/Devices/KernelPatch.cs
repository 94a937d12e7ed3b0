using System.Runtime.CompilerServices;
using ILGPU.Backends;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;

namespace Onsager.Gpu.Devices;

/// <summary>What has to change in ILGPU's text before a driver sees it.</summary>
internal static class KernelPatch
{
    /// <summary>
    /// Branches lose their claim of uniformity: ILGPU makes it for branches that diverge, and ptxas unrolls no loop through it, which
    /// leaves register tiles in memory.
    /// </summary>
    public static string Ptx(string text) =>
        text.Replace("bra.uni", "bra", StringComparison.Ordinal).Replace("brx.idx.uni", "brx.idx", StringComparison.Ordinal);

    /// <summary>OpenCL C may contract x * y + z unless told otherwise, and ILGPU does not tell it.</summary>
    public static string OpenCl(string text) => "#pragma OPENCL FP_CONTRACT OFF\n" + text;

    /// <summary>Changes a compiled kernel in place; kernels of the CPU accelerator need nothing.</summary>
    public static void Apply(CompiledKernel kernel)
    {
        if (kernel is PTXCompiledKernel ptx)
        {
            PtxOf(ptx) = Ptx(ptx.PTXAssembly);
        }
        else if (kernel is CLCompiledKernel openCl)
        {
            SourceOf(openCl) = OpenCl(openCl.Source);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<PTXAssembly>k__BackingField")]
    private static extern ref string PtxOf(PTXCompiledKernel kernel);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<Source>k__BackingField")]
    private static extern ref string SourceOf(CLCompiledKernel kernel);
}
