using System.Globalization;
using System.Runtime.InteropServices;
using Onsager.Gpu;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>One device that a paper can run on.</summary>
/// <param name="Kind">What <c>--device</c> says: <c>cpu</c>, <c>opencl</c> or <c>cuda</c>.</param>
/// <param name="Description">Its name and what it can do, in one line.</param>
/// <param name="Device">The device itself.</param>
internal sealed record DeviceEntry(string Kind, string Description, Device Device);

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
        new GpuCatalog(),
    ];

    public static IReadOnlyList<DeviceEntry> All() => [.. Catalogs.SelectMany(catalog => catalog.List())];

    /// <summary>The first device of a kind, or null where there is none. GPU drivers are not touched for the processor.</summary>
    public static DeviceEntry? Find(string kind) =>
        Catalogs.SelectMany(catalog => catalog.List()).FirstOrDefault(device => device.Kind == kind);

    /// <summary>Devices that drivers name and that cannot be used, in words. Known once devices were looked for.</summary>
    public static IReadOnlyList<string> Problems() => [.. OnsagerGpu.Problems.Select(problem => problem.ToString())];

    /// <summary>The processor that we run on: always there.</summary>
    private sealed class CpuCatalog : IDeviceCatalog
    {
        public IEnumerable<DeviceEntry> List()
        {
            int cores = Environment.ProcessorCount;
            yield return new DeviceEntry(
                "cpu", $"{Model()}, {Lanes.InstructionSet}, {cores} {(cores == 1 ? "core" : "cores")}", Device.Cpu);
        }

        /// <summary>What Linux calls the processor, or just its architecture.</summary>
        private static string Model()
        {
            const string CpuInfo = "/proc/cpuinfo";
            string architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
            if (!File.Exists(CpuInfo))
            {
                return architecture;
            }

            string? line = File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
            return line is null ? architecture : $"{line[(line.IndexOf(':') + 1)..].Trim()} ({architecture})";
        }
    }

    /// <summary>Whatever CUDA and OpenCL drivers offer; none is no error.</summary>
    private sealed class GpuCatalog : IDeviceCatalog
    {
        public IEnumerable<DeviceEntry> List() =>
            OnsagerGpu.Register().Select(device => new DeviceEntry(
                device.Kind == DeviceKind.Cuda ? "cuda" : "opencl",
                string.Create(CultureInfo.InvariantCulture, $"{device.Name}, {(device.IsExact ? "Exact" : "Approximate")}, {device.MemoryBytes / (double)(1 << 30):F1} GiB, {device.Driver}"),
                device));
    }
}
