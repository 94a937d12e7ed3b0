using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using Onsager.Gpu.Intrinsics;
using Onsager.Tensors;

namespace Onsager.Gpu.Devices;

/// <summary>ILGPU's context as we want it: optimisation level 2 (which loads from global memory as such), our intrinsics, no algorithms library.</summary>
internal static class GpuContext
{
    /// <summary>
    /// Threads of the simulation's groups: as many as a product's smallest tile has. Each is a thread of the operating system, and all of them take part in every launch,
    /// so 256, which the larger tiles need, are ten times as slow; ILGPU's own device has 16.
    /// </summary>
    public const int SimulatedThreads = 64;

    private const int SimulatedWarp = 16;

    private static bool s_resolves;

    /// <summary>A context that knows the devices of one kind. One thread at a time: see <see cref="GpuAccelerator.OpenAll"/>.</summary>
    public static Context Create(DeviceKind kind, int simulatedThreads = SimulatedThreads)
    {
        ResolveNativeNames();
        return Context.Create(builder =>
        {
            Configure(builder);
            switch (kind)
            {
                case DeviceKind.Cuda:
                    builder.Cuda();
                    break;
                case DeviceKind.OpenCl:
                    builder.OpenCL();
                    break;
                default:
                    builder.CPU(new CPUDevice(SimulatedWarp, simulatedThreads / SimulatedWarp, 1));
                    break;
            }
        });
    }

    /// <summary>What every context shares, with or without a device.</summary>
    public static void Configure(Context.Builder builder)
    {
        builder.Optimize(OptimizationLevel.O2);
        DeviceText.Register(builder);
    }

    /// <summary>
    /// Drivers install libcuda.so.1 and libOpenCL.so.1; the names without a number come only with development packages. Windows names are
    /// found as they are, and under WSL ILGPU installs a resolver of its own.
    /// </summary>
    private static void ResolveNativeNames()
    {
        if (!OperatingSystem.IsLinux() || Directory.Exists("/usr/lib/wsl") || s_resolves)
        {
            return;
        }

        s_resolves = true;
        NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, (name, assembly, path) =>
        {
            string file = name switch { "cuda" => "libcuda.so.1", "OpenCL" => "libOpenCL.so.1", _ => name };
            return NativeLibrary.TryLoad(file, out nint handle) ? handle : 0;
        });
    }
}
