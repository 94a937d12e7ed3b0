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

/// <summary>The same four at a time, one thread for each four, where all operands begin at a multiple of four.</summary>
internal readonly struct TernaryQuadKernel<TOp, V> : IKernel
    where TOp : struct, ITernaryOp
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<Quad<V>> x, ArrayView<Quad<V>> y, ArrayView<Quad<V>> z, ArrayView<Quad<V>> w, int quads)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= quads)
        {
            return;
        }

        Quad<V> qx = x[i];
        Quad<V> qy = y[i];
        Quad<V> qz = z[i];
        w[i] = new Quad<V>(TOp.Apply(qx.A, qy.A, qz.A), TOp.Apply(qx.B, qy.B, qz.B), TOp.Apply(qx.C, qy.C, qz.C), TOp.Apply(qx.D, qy.D, qz.D));
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
