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

/// <summary>The same four at a time, one thread for each four, where all operands begin at a multiple of four.</summary>
internal readonly struct BinaryQuadKernel<TOp, V> : IKernel
    where TOp : struct, IBinaryOp
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<Quad<V>> x, ArrayView<Quad<V>> y, ArrayView<Quad<V>> z, int quads)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= quads)
        {
            return;
        }

        Quad<V> qx = x[i];
        Quad<V> qy = y[i];
        z[i] = new Quad<V>(TOp.Apply(qx.A, qy.A), TOp.Apply(qx.B, qy.B), TOp.Apply(qx.C, qy.C), TOp.Apply(qx.D, qy.D));
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
