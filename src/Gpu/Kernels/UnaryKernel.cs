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

/// <summary>The same four at a time, one thread for each four, where all operands begin at a multiple of four.</summary>
internal readonly struct UnaryQuadKernel<TOp, V> : IKernel
    where TOp : struct, IUnaryOp
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<Quad<V>> x, ArrayView<Quad<V>> y, int quads)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= quads)
        {
            return;
        }

        Quad<V> qx = x[i];
        y[i] = new Quad<V>(TOp.Apply(qx.A), TOp.Apply(qx.B), TOp.Apply(qx.C), TOp.Apply(qx.D));
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
