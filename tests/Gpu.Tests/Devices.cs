using System.Collections.Concurrent;
using Onsager.Gpu.Devices;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>The first device of each kind, opened once per run.</summary>
internal static class Devices
{
    private static readonly ConcurrentDictionary<DeviceKind, Lazy<GpuAccelerator?>> s_opened = new();
    private static readonly ConcurrentDictionary<DeviceKind, List<DeviceProblem>> s_problems = new();

    public static GpuAccelerator? Find(DeviceKind kind) =>
        s_opened.GetOrAdd(kind, static kind => new Lazy<GpuAccelerator?>(() => GpuAccelerator.OpenAll(kind, s_problems.GetOrAdd(kind, static _ => [])).FirstOrDefault())).Value;

    public static GpuAccelerator Require(DeviceKind kind) =>
        Find(kind) ?? throw new InvalidOperationException($"ONSAGER_REQUIRE names {NameOf(kind)}, and there is none: {string.Join("; ", s_problems[kind].DefaultIfEmpty(new DeviceProblem(kind, "driver", "none found")))}");

    /// <summary>Null if tests on this kind shall run, else why they are skipped. A required kind is never skipped: its tests fail.</summary>
    public static string? WhySkipped(DeviceKind kind)
    {
        string required = Environment.GetEnvironmentVariable("ONSAGER_REQUIRE") ?? "";
        bool named = required.Split(',', StringSplitOptions.TrimEntries).Contains(NameOf(kind), StringComparer.OrdinalIgnoreCase);
        return named || Find(kind) is not null ? null : $"no {NameOf(kind)} device";
    }

    /// <summary>The kind as the environment variable and the command line spell it.</summary>
    private static string NameOf(DeviceKind kind) => kind switch { DeviceKind.Cuda => "cuda", DeviceKind.OpenCl => "opencl", _ => "simulated" };
}
