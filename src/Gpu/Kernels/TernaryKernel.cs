using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>w = f(x, y, z) over contiguous elements, one thread each.</summary>
internal readonly struct TernaryKernel<TOp, V> : IKernel
    where TOp : struct, ITernaryOp
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> x, ArrayView<V> y, ArrayView<V> z, ArrayView<V> w, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            w[i] = TOp.Apply(x[i], y[i], z[i]);
        }
    }
}

/// <summary>The same over any strides, broadcasts included: X, Y and Z of the axes are the inputs, W the output.</summary>
internal readonly struct TernaryStridedKernel<TOp, V> : IKernel
    where TOp : struct, ITernaryOp
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> x, ArrayView<V> y, ArrayView<V> z, ArrayView<V> w, Axes axes, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= count)
        {
            return;
        }

        Offsets at = axes.At(i);
        w[at.W] = TOp.Apply(x[at.X], y[at.Y], z[at.Z]);
    }
}
