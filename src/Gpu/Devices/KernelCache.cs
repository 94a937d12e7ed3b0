using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;

namespace Onsager.Gpu.Devices;

/// <summary>
/// The kernels of one accelerator, compiled once, patched, loaded and held: ILGPU's own cache holds them weakly, and loading "the same"
/// kernel again costs a millisecond. A check comes before each launch. Whoever launches holds the accelerator's lock already (see <see cref="GpuAccelerator"/>).
/// </summary>
internal sealed class KernelCache(Accelerator accelerator, Action check) : IDisposable
{
    private readonly Dictionary<Type, (Kernel Kernel, Delegate Launcher)> kernels = [];

    /// <summary>The launcher of a kernel type, whose Run takes the delegate's arguments after stream and configuration.</summary>
    [RequiresDynamicCode("compiles kernels at run time")]
    public TLauncher Get<TKernel, TLauncher>()
        where TKernel : struct, IKernel
        where TLauncher : Delegate
    {
        check();
        if (kernels.TryGetValue(typeof(TKernel), out (Kernel Kernel, Delegate Launcher) known))
        {
            return (TLauncher)known.Launcher;
        }

        EntryPointDescription entry = EntryPointDescription.FromExplicitlyGroupedKernel(EntryOf(typeof(TKernel)));
        CompiledKernel compiled = accelerator.CompileKernel(entry, TKernel.Bounds);
        KernelPatch.Apply(compiled);
        Kernel kernel = accelerator.LoadKernel(compiled);
        TLauncher launcher = kernel.CreateLauncherDelegate<TLauncher>();
        kernels.Add(typeof(TKernel), (kernel, launcher));
        return launcher;
    }

    /// <summary>The method that a kernel type is about.</summary>
    public static MethodInfo EntryOf([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods)] Type kernel) =>
        kernel.GetMethod("Run", BindingFlags.Public | BindingFlags.Static)
        ?? throw new ArgumentException($"kernel: {kernel} has no public static method Run", nameof(kernel));

    /// <summary>Unloads all.</summary>
    public void Dispose()
    {
        foreach ((Kernel kernel, _) in kernels.Values)
        {
            kernel.Dispose();
        }

        kernels.Clear();
    }
}
