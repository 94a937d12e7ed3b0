using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>y = f(x) over contiguous elements, one thread each.</summary>
internal readonly struct UnaryKernel<TOp, V> : IKernel
    where TOp : struct, IUnaryOp
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> x, ArrayView<V> y, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            y[i] = TOp.Apply(x[i]);
        }
    }
}

/// <summary>The same over any strides: X of the axes is the input, W the output.</summary>
internal readonly struct UnaryStridedKernel<TOp, V> : IKernel
    where TOp : struct, IUnaryOp
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> x, ArrayView<V> y, Axes axes, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= count)
        {
            return;
        }

        Offsets at = axes.At(i);
        y[at.W] = TOp.Apply(x[at.X]);
    }
}
