using System.Diagnostics;
using System.Text.RegularExpressions;
using Onsager.Gpu.Devices;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
using Onsager.Simd;

namespace Onsager.Gpu.Tests;

/// <summary>What NVIDIA's assembler makes of the hottest kernels, where it is installed (Debian: nvidia-cuda-toolkit): everything in registers.</summary>
public sealed partial class AssemblyTests
{
    private static readonly string? s_ptxas = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "ptxas")).FirstOrDefault(File.Exists);

    public static TheoryData<Type, int> Kernels => new()
    {
        // Registers: 128 let a multiprocessor hold two groups of 256 threads.
        { typeof(ProductKernel<Tile128<GpuF32>, Bare, GpuF32>), 128 },
        { typeof(ProductKernel<Tile128<GpuF32>, Biased, GpuF32>), 128 },
        { typeof(ProductKernel<Tile128<GpuF32>, Activated<Tanh>, GpuF32>), 128 },
        { typeof(ProductKernel<Tile128<GpuF64>, Bare, GpuF64>), 255 },
        { typeof(ProductKernel<Tile64<GpuF32>, Bare, GpuF32>), 80 },
        { typeof(ProductKernel<Tile32<GpuF32>, Bare, GpuF32>), 80 },
        { typeof(RowProductKernel<Bare, GpuF32>), 64 },
        { typeof(WindowProductKernel<Tile128<GpuF32>, Biased, GpuF32>), 128 },
        { typeof(WindowProductKernel<Tile64<GpuF32>, Bare, GpuF32>), 96 },
        { typeof(WindowProductKernel<Tile128<GpuF32>, Bare, GpuF32>), 128 },
        { typeof(WindowGradientKernel<Tile128<GpuF32>, GpuF32>), 128 },
        { typeof(WindowGradientKernel<Tile128<GpuF64>, GpuF64>), 255 },
        { typeof(TensorCoreKernel<TensorFloat32>), 128 },
        { typeof(TensorCoreKernel<BrainFloat16>), 128 },
    };

    [AssemblerTheory, MemberData(nameof(Kernels))]
    public void KernelsStayInRegisters(Type kernel, int registers)
    {
        using var text = new KernelText();
        string folder = Directory.CreateTempSubdirectory("onsager-ptx").FullName;
        try
        {
            string source = Path.Combine(folder, "kernel.ptx");
            File.WriteAllText(source, text.Ptx(kernel));
            foreach (string architecture in new[] { "sm_80", "sm_90" })
            {
                string report = Run(s_ptxas!, "-v", $"-arch={architecture}", source, "-o", Path.Combine(folder, "kernel.cubin"));
                Assert.Contains("0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads", report, StringComparison.Ordinal);
                Assert.InRange(int.Parse(Used().Match(report).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), 1, registers);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + error.Result;
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        return output;
    }

    [GeneratedRegex("Used ([0-9]+) registers")]
    private static partial Regex Used();

    /// <summary>Skipped without the assembler.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class AssemblerTheoryAttribute : TheoryAttribute
    {
        public AssemblerTheoryAttribute() => Skip = s_ptxas is null ? "no ptxas" : null;
    }
}
