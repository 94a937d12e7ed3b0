using ILGPU;
using Onsager.Gpu.Intrinsics;
using Onsager.Gpu.Lanes;

namespace Onsager.Gpu.Kernels;

/// <summary>y = x over any strides, as bits: T is an unsigned integer of the element's size.</summary>
internal readonly struct CopyKernel<T> : IKernel
    where T : unmanaged
{
    public static void Run(ArrayView<T> x, ArrayView<T> y, Axes axes, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= count)
        {
            return;
        }

        Offsets at = axes.At(i);
        y[at.W] = x[at.X];
    }
}

/// <summary>y = one value over any strides, as bits.</summary>
internal readonly struct FillKernel<T> : IKernel
    where T : unmanaged
{
    public static void Run(ArrayView<T> y, T value, Axes axes, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            y[axes.At(i).W] = value;
        }
    }
}

/// <summary>float64 from float32, exactly.</summary>
internal readonly struct WidenKernel : IKernel
{
    public static void Run(ArrayView<GpuF32> x, ArrayView<GpuF64> y, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            y[i] = new GpuF64(Float64.FromSingle(x[i].Value));
        }
    }
}

/// <summary>float32 from float64, rounded to nearest even.</summary>
internal readonly struct NarrowKernel : IKernel
{
    public static void Run(ArrayView<GpuF64> x, ArrayView<GpuF32> y, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            y[i] = new GpuF32(Float32.FromDouble(x[i].Value));
        }
    }
}
