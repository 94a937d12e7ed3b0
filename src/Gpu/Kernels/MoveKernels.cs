using ILGPU;

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
