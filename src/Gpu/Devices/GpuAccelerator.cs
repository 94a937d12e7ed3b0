using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using Onsager.Tensors;

namespace Onsager.Gpu.Devices;

/// <summary>
/// One opened accelerator: its kernels, its stream, and the launches, one file for each family. Every launch holds the lock, since OpenCL
/// sets a kernel's arguments and enqueues it in two steps, and ILGPU's compilers and loaders are not all safe to share.
/// </summary>
[RequiresDynamicCode("ILGPU compiles kernels at run time")]
[RequiresUnreferencedCode("ILGPU reads kernels as IL")]
internal sealed partial class GpuAccelerator : IDisposable
{
    private const int LargestGroup = 256;

    // The simulation has one thread of the operating system per thread of a group.
    private const int SimulatedGroup = 16;

    // Drivers prepare themselves when first asked; of two threads that ask a fresh one, the second may be told that there are no devices.
    private static readonly Lock s_opening = new();

    private readonly Lock gate = new();
    private readonly SharedContext context;
    private readonly KernelCache kernels;
    private readonly AcceleratorStream stream;
    private readonly int group;

    private GpuAccelerator(SharedContext context, Accelerator accelerator, DeviceKind kind)
    {
        this.context = context;
        Accelerator = accelerator;
        Kind = kind;
        kernels = new KernelCache(accelerator, ThrowIfLost);
        stream = accelerator.DefaultStream;
        group = kind == DeviceKind.Emulated ? SimulatedGroup : Math.Min(LargestGroup, accelerator.MaxNumThreadsPerGroup);
        HasFloat64 = accelerator is not CLAccelerator openCl || openCl.Capabilities.Float64;
        SelfTestDifferences = SelfTest.Differences(this);
    }

    /// <summary>ILGPU's accelerator.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>Through what it is driven.</summary>
    public DeviceKind Kind { get; }

    /// <summary>The device's own name.</summary>
    public string Name => Accelerator.Name;

    /// <summary>Bytes of the device's memory.</summary>
    public long MemoryBytes => Accelerator.MemorySize;

    /// <summary>The driver and its version.</summary>
    public string Driver => Accelerator switch
    {
        CudaAccelerator cuda => $"CUDA {cuda.DriverVersion.Major}.{cuda.DriverVersion.Minor}, {cuda.Architecture}",
        CLAccelerator openCl => $"{openCl.PlatformName} {CLAPI.CurrentAPI.GetDeviceInfo(openCl.DeviceId, CLDeviceInfoType.CL_DRIVER_VERSION)}, {openCl.Device.DeviceVersion}",
        _ => "ILGPU",
    };

    /// <summary>Whether the device computes in float64.</summary>
    public bool HasFloat64 { get; }

    /// <summary>How many of the self-test's results differ from the CPU's.</summary>
    public int SelfTestDifferences { get; }

    /// <summary>True if the device keeps the contract on bits; otherwise its results are held to each operator's bound.</summary>
    public bool IsExact => SelfTestDifferences == 0;

    /// <summary>Opens every device of a kind; none if there is no driver or it finds nothing. One that breaks says why, and hinders no other.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="problems">Where to say why a device cannot be used.</param>
    /// <param name="open">How a device is opened, for tests.</param>
    /// <param name="simulatedThreads">Threads of a simulated device's groups, for tests.</param>
    public static ImmutableArray<GpuAccelerator> OpenAll(
        DeviceKind kind, ICollection<DeviceProblem>? problems = null, Func<Context, ILGPU.Runtime.Device, Accelerator>? open = null, int simulatedThreads = GpuContext.SimulatedThreads)
    {
        lock (s_opening)
        {
            // A context that finds no device of the kind asked for falls back to the CPU's.
            AcceleratorType type = kind switch
            {
                DeviceKind.Cuda => AcceleratorType.Cuda,
                DeviceKind.OpenCl => AcceleratorType.OpenCL,
                _ => AcceleratorType.CPU,
            };
            SharedContext context;
            try
            {
                context = new SharedContext(GpuContext.Create(kind, simulatedThreads));
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                problems?.Add(new DeviceProblem(kind, $"{kind} driver", exception.Message));
                return [];
            }

            ImmutableArray<GpuAccelerator>.Builder opened = ImmutableArray.CreateBuilder<GpuAccelerator>();
            foreach (ILGPU.Runtime.Device device in context.Context.Devices.Where(device => device.AcceleratorType == type))
            {
                Accelerator? accelerator = null;
                try
                {
                    accelerator = open is null ? device.CreateAccelerator(context.Context) : open(context.Context, device);
                    opened.Add(new GpuAccelerator(context, accelerator, kind));
                    context.Share();
                }
                catch (Exception exception) when (exception is not OutOfMemoryException)
                {
                    accelerator?.Dispose();
                    problems?.Add(new DeviceProblem(kind, device.Name, exception.Message));
                }
            }

            context.Release();
            return opened.ToImmutable();
        }
    }

    /// <summary>Gives back kernels and device. Buffers must have been given back before.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            try
            {
                kernels.Dispose();
                upward?.Dispose();
                downward?.Dispose();
                Accelerator.Dispose();
            }
            catch (AcceleratorException) when (Failure is not null)
            {
                // The driver has taken them already.
            }

            context.Release();
        }
    }

    /// <summary>One thread per element.</summary>
    private KernelConfig Elements(int count) => new(Math.Max(1, (int)(((long)count + group - 1) / group)), group);
}
