using System.Diagnostics.CodeAnalysis;
using Onsager.Gpu.Devices;
using Onsager.Tensors;

namespace Onsager.Gpu;

/// <summary>Finds GPUs and makes them devices of tensors. Nothing is looked for until a program asks.</summary>
public static class OnsagerGpu
{
    private static readonly Lock s_gate = new();
    private static readonly Dictionary<DeviceKind, IReadOnlyList<GpuDevice>> s_found = [];
    private static readonly List<DeviceProblem> s_problems = [];

    /// <summary>Devices that drivers have named so far and that cannot be used.</summary>
    public static IReadOnlyList<DeviceProblem> Problems
    {
        get
        {
            lock (s_gate)
            {
                return [.. s_problems];
            }
        }
    }

    /// <summary>Registers every CUDA and OpenCL device; without a driver there are none, which is no error; one that breaks when it is opened is left out and stands in <see cref="Problems"/>. A second call finds what the first found.</summary>
    /// <returns>The devices, CUDA first.</returns>
    [RequiresDynamicCode("ILGPU compiles kernels at run time")]
    [RequiresUnreferencedCode("ILGPU reads kernels as IL")]
    public static IReadOnlyList<GpuDevice> Register() => [.. Register(DeviceKind.Cuda), .. Register(DeviceKind.OpenCl)];

    /// <summary>Registers the devices of one kind; <see cref="DeviceKind.Emulated"/> is slow and meant for tests.</summary>
    /// <exception cref="ArgumentException">The kind is the processor, which needs no registration.</exception>
    [RequiresDynamicCode("ILGPU compiles kernels at run time")]
    [RequiresUnreferencedCode("ILGPU reads kernels as IL")]
    public static IReadOnlyList<GpuDevice> Register(DeviceKind kind)
    {
        if (kind == DeviceKind.Cpu)
        {
            throw new ArgumentException("register: the processor is a device already; expected Cuda, OpenCl or Emulated.", nameof(kind));
        }

        lock (s_gate)
        {
            if (!s_found.TryGetValue(kind, out IReadOnlyList<GpuDevice>? devices))
            {
                devices = [.. GpuAccelerator.OpenAll(kind, s_problems).Select(accelerator => new GpuDevice(accelerator))];
                foreach (GpuDevice device in devices)
                {
                    Device.Register(device);
                }

                s_found.Add(kind, devices);
            }

            return devices;
        }
    }

    /// <summary>Forgets a device that was disposed, so that it can be found anew.</summary>
    internal static void Forget(GpuDevice device)
    {
        lock (s_gate)
        {
            if (s_found.TryGetValue(device.Kind, out IReadOnlyList<GpuDevice>? devices) && devices.Contains(device))
            {
                s_found.Remove(device.Kind);
            }
        }
    }
}
