using System.Collections.Concurrent;
using Onsager.Gpu.Devices;

namespace Onsager.Gpu.Tests;

/// <summary>The first device of each kind, opened once per run.</summary>
internal static class Devices
{
    private static readonly ConcurrentDictionary<GpuKind, Lazy<GpuAccelerator?>> s_opened = new();

    public static GpuAccelerator? Find(GpuKind kind) =>
        s_opened.GetOrAdd(kind, static kind => new Lazy<GpuAccelerator?>(() => GpuAccelerator.OpenAll(kind).FirstOrDefault())).Value;

    public static GpuAccelerator Require(GpuKind kind) =>
        Find(kind) ?? throw new InvalidOperationException($"ONSAGER_REQUIRE names {NameOf(kind)}, and there is none");

    /// <summary>Null if tests on this kind shall run, else why they are skipped. A required kind is never skipped: its tests fail.</summary>
    public static string? WhySkipped(GpuKind kind)
    {
        string required = Environment.GetEnvironmentVariable("ONSAGER_REQUIRE") ?? "";
        bool named = required.Split(',', StringSplitOptions.TrimEntries).Contains(NameOf(kind), StringComparer.OrdinalIgnoreCase);
        return named || Find(kind) is not null ? null : $"no {NameOf(kind)} device";
    }

    /// <summary>The kind as the environment variable and the command line spell it.</summary>
    private static string NameOf(GpuKind kind) => kind switch { GpuKind.Cuda => "cuda", GpuKind.OpenCl => "opencl", _ => "simulated" };
}
