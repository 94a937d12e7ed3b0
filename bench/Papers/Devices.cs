using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Onsager.Papers;

/// <summary>One device that a paper can run on.</summary>
/// <param name="Kind">What <c>--device</c> says: <c>cpu</c>, <c>opencl</c> or <c>cuda</c>.</param>
/// <param name="Description">Its name and what it can do, in one line.</param>
internal sealed record DeviceEntry(string Kind, string Description);

/// <summary>Finds the devices of some kinds.</summary>
internal interface IDeviceCatalog
{
    IEnumerable<DeviceEntry> List();
}

/// <summary>The devices of this machine.</summary>
internal static class Devices
{
    /// <summary>Every kind that <c>--device</c> takes, present or not.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["cpu", "opencl", "cuda"];

    /// <summary>Whoever can list devices. A GPU backend is one more line here.</summary>
    private static readonly IReadOnlyList<IDeviceCatalog> Catalogs =
    [
        new CpuCatalog(),
    ];

    public static IReadOnlyList<DeviceEntry> All() => [.. Catalogs.SelectMany(catalog => catalog.List())];

    /// <summary>The first device of a kind, or null where there is none.</summary>
    public static DeviceEntry? Find(string kind) => All().FirstOrDefault(device => device.Kind == kind);

    /// <summary>The processor that we run on: always there.</summary>
    private sealed class CpuCatalog : IDeviceCatalog
    {
        public IEnumerable<DeviceEntry> List()
        {
            int cores = Environment.ProcessorCount;
            yield return new DeviceEntry(
                "cpu", $"{Model()}, {InstructionSet()}, {cores} {(cores == 1 ? "core" : "cores")}");
        }

        private static string InstructionSet() =>
            Avx512F.VL.IsSupported ? "AVX-512"
            : Avx2.IsSupported && Fma.IsSupported ? "AVX2"
            : Sse41.IsSupported ? "SSE4.1"
            : AdvSimd.Arm64.IsSupported ? "NEON"
            : "scalar";

        /// <summary>What Linux calls the processor, or just its architecture.</summary>
        private static string Model()
        {
            const string CpuInfo = "/proc/cpuinfo";
            string architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
            if (!File.Exists(CpuInfo))
                return architecture;
            string? line = File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
            return line is null ? architecture : $"{line[(line.IndexOf(':') + 1)..].Trim()} ({architecture})";
        }
    }
}
