using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;
using Onsager.Simd;

namespace Onsager.Gpu.Devices;

internal sealed partial class GpuAccelerator
{
    /// <summary>y = f(x) over contiguous elements.</summary>
    public void Unary<TOp, V>(ArrayView<V> x, ArrayView<V> y, int count)
        where TOp : struct, IUnaryOp
        where V : unmanaged, ILanes<V>
    {
        if (count == 0)
        {
            return;
        }

        lock (gate)
        {
            kernels.Get<UnaryKernel<TOp, V>, Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, int>>()(
                stream, Elements(count), x, y, count);
        }
    }

    /// <summary>y = f(x) over any strides.</summary>
    public void Unary<TOp, V>(ArrayView<V> x, ArrayView<V> y, in Axes axes, int count)
        where TOp : struct, IUnaryOp
        where V : unmanaged, ILanes<V>
    {
        if (count == 0)
        {
            return;
        }

        lock (gate)
        {
            kernels.Get<UnaryStridedKernel<TOp, V>, Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, Axes, int>>()(
                stream, Elements(count), x, y, axes, count);
        }
    }

    /// <summary>z = f(x, y) over contiguous elements.</summary>
    public void Binary<TOp, V>(ArrayView<V> x, ArrayView<V> y, ArrayView<V> z, int count)
        where TOp : struct, IBinaryOp
        where V : unmanaged, ILanes<V>
    {
        if (count == 0)
        {
            return;
        }

        lock (gate)
        {
            kernels.Get<BinaryKernel<TOp, V>, Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, ArrayView<V>, int>>()(
                stream, Elements(count), x, y, z, count);
        }
    }

    /// <summary>z = f(x, y) over any strides.</summary>
    public void Binary<TOp, V>(ArrayView<V> x, ArrayView<V> y, ArrayView<V> z, in Axes axes, int count)
        where TOp : struct, IBinaryOp
        where V : unmanaged, ILanes<V>
    {
        if (count == 0)
        {
            return;
        }

        lock (gate)
        {
            kernels.Get<
                BinaryStridedKernel<TOp, V>,
                Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, ArrayView<V>, Axes, int>>()(
                stream, Elements(count), x, y, z, axes, count);
        }
    }

    /// <summary>w = f(x, y, z) over contiguous elements.</summary>
    public void Ternary<TOp, V>(ArrayView<V> x, ArrayView<V> y, ArrayView<V> z, ArrayView<V> w, int count)
        where TOp : struct, ITernaryOp
        where V : unmanaged, ILanes<V>
    {
        if (count == 0)
        {
            return;
        }

        lock (gate)
        {
            kernels.Get<
                TernaryKernel<TOp, V>,
                Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, ArrayView<V>, ArrayView<V>, int>>()(
                stream, Elements(count), x, y, z, w, count);
        }
    }

    /// <summary>w = f(x, y, z) over any strides.</summary>
    public void Ternary<TOp, V>(ArrayView<V> x, ArrayView<V> y, ArrayView<V> z, ArrayView<V> w, in Axes axes, int count)
        where TOp : struct, ITernaryOp
        where V : unmanaged, ILanes<V>
    {
        if (count == 0)
        {
            return;
        }

        lock (gate)
        {
            kernels.Get<
                TernaryStridedKernel<TOp, V>,
                Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, ArrayView<V>, ArrayView<V>, Axes, int>>()(
                stream, Elements(count), x, y, z, w, axes, count);
        }
    }

    /// <summary>The self-test's operations: four results per point.</summary>
    public void Probe<V>(ArrayView<V> x, ArrayView<V> y, ArrayView<V> z, ArrayView<V> results, int count)
        where V : unmanaged, ILanes<V>
    {
        lock (gate)
        {
            kernels.Get<
                ProbeKernel<V>,
                Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, ArrayView<V>, ArrayView<V>, int>>()(
                stream, Elements(count), x, y, z, results, count);
        }
    }
}
