using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using Onsager.Gpu.Intrinsics;
using Onsager.Gpu.Kernels;

namespace Onsager.Gpu.Devices;

/// <summary>Kernels as the text a driver would get, made without any device or driver: what tests read.</summary>
internal sealed class KernelText : IDisposable
{
    private readonly Context context;
    private readonly PTXBackend ptx;
    private readonly CLBackend openCl;

    /// <summary>Prepares both compilers.</summary>
    /// <param name="openClFloat64">Whether the imagined OpenCL device has float64.</param>
    public KernelText(bool openClFloat64 = true)
    {
        context = Context.Create(builder => GpuContext.Configure(builder));
        ptx = new PTXBackend(context, CudaArchitecture.SM_80, CudaInstructionSet.ISA_78, null!);
        var capabilities = new CLCapabilityContext(
            float16: false, float64: openClFloat64, genericAddressSpace: true, int64_Atomics: false, subGroups: false);
        openCl = new CLBackend(context, capabilities, CLDeviceVendor.Other, CLCVersion.CL30);
    }

    /// <summary>The kernel's PTX, patched as it would be before loading.</summary>
    [RequiresDynamicCode("compiles kernels at run time")]
    public string Ptx(Type kernel) => KernelPatch.Ptx(((PTXCompiledKernel)Compile(ptx, kernel)).PTXAssembly);

    /// <summary>The kernel's OpenCL C, patched as it would be before loading.</summary>
    [RequiresDynamicCode("compiles kernels at run time")]
    public string OpenCl(Type kernel) => KernelPatch.OpenCl(((CLCompiledKernel)Compile(openCl, kernel)).Source);

    /// <inheritdoc/>
    public void Dispose()
    {
        openCl.Dispose();
        ptx.Dispose();
        context.Dispose();
    }

    private static CompiledKernel Compile(Backend backend, Type kernel) =>
        backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(KernelCache.EntryOf(kernel)), BoundsOf(kernel));

    private static KernelSpecialization BoundsOf(Type kernel) =>
        kernel.GetProperty(nameof(IKernel.Bounds), BindingFlags.Public | BindingFlags.Static)?.GetValue(null) is KernelSpecialization bounds ? bounds : default;
}
