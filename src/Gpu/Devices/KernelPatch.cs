using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ILGPU.Backends;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;

namespace Onsager.Gpu.Devices;

/// <summary>What has to change in ILGPU's text before a driver sees it.</summary>
internal static partial class KernelPatch
{
    /// <summary>
    /// Branches lose their claim of uniformity: ILGPU makes it for branches that diverge, and ptxas unrolls no loop through it, which
    /// leaves register tiles in memory.
    /// </summary>
    public static string Ptx(string text) =>
        Renumber(text.Replace("bra.uni", "bra", StringComparison.Ordinal).Replace("brx.idx.uni", "brx.idx", StringComparison.Ordinal));

    /// <summary>OpenCL C may contract x * y + z unless told otherwise, and ILGPU does not tell it.</summary>
    public static string OpenCl(string text) => "#pragma OPENCL FP_CONTRACT OFF\n" + Renumber(text);

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

    /// <summary>
    /// Numbers in names count from 0 in each text, in the order of their appearance. ILGPU takes them from a counter of the process, so that a kernel's text
    /// would be another one in every run, and drivers, which keep what they have compiled by its text, would compile it anew.
    /// </summary>
    private static string Renumber(string text)
    {
        Dictionary<string, string> numbers = [];
        return NumberInName().Replace(text, match =>
        {
            if (!numbers.TryGetValue(match.Value, out string? number))
            {
                numbers.Add(match.Value, number = numbers.Count.ToString(CultureInfo.InvariantCulture));
            }

            return number;
        });
    }

    /// <summary>A number behind an underscore that ends a name, or stands before "_kernel": not that of a processor, nor of a field or a parameter, which count by themselves.</summary>
    [GeneratedRegex(@"(?<=\b\w+_)(?<!\b(sm|field|view)_)[0-9]+(?=\b|_kernel\b)")]
    private static partial Regex NumberInName();

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<PTXAssembly>k__BackingField")]
    private static extern ref string PtxOf(PTXCompiledKernel kernel);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<Source>k__BackingField")]
    private static extern ref string SourceOf(CLCompiledKernel kernel);
}
