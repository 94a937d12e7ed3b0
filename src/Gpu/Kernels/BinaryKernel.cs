using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>z = f(x, y) over contiguous elements, one thread each.</summary>
internal readonly struct BinaryKernel<TOp, V> : IKernel
    where TOp : struct, IBinaryOp
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> x, ArrayView<V> y, ArrayView<V> z, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            z[i] = TOp.Apply(x[i], y[i]);
        }
    }
}

/// <summary>The same over any strides, broadcasts included: X and Y of the axes are the inputs, W the output.</summary>
internal readonly struct BinaryStridedKernel<TOp, V> : IKernel
    where TOp : struct, IBinaryOp
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> x, ArrayView<V> y, ArrayView<V> z, Axes axes, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= count)
        {
            return;
        }

        Offsets at = axes.At(i);
        z[at.W] = TOp.Apply(x[at.X], y[at.Y]);
    }
}
