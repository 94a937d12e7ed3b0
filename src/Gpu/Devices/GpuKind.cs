namespace Onsager.Gpu;

/// <summary>Through what a device is driven.</summary>
public enum GpuKind
{
    /// <summary>NVIDIA's driver; kernels are PTX.</summary>
    Cuda,

    /// <summary>An OpenCL 2.0 (or later) driver; kernels are OpenCL C.</summary>
    OpenCl,

    /// <summary>ILGPU's simulation on the CPU, which runs the kernels' own IL: slow, and always there.</summary>
    Simulated,
}
