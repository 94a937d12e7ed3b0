using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;
using Onsager.Simd;

namespace Onsager.Gpu.Devices;

internal sealed partial class GpuAccelerator
{
    /// <summary>z = whether x relates to y.</summary>
    public void Compare<TRelation, TOrder, T, V>(ArrayView<T> x, ArrayView<T> y, ArrayView<byte> z, in Axes axes, int count)
        where TRelation : struct, IRelation
        where TOrder : struct, IOrder<T, V>
        where T : unmanaged
        where V : unmanaged, ILanes<V>
    {
        lock (gate)
        {
            kernels.Get<
                CompareKernel<TRelation, TOrder, T, V>,
                Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<byte>, Axes, int>>()(
                stream, Elements(count), x, y, z, axes, count);
        }
    }

    /// <summary>z = logic of x and y.</summary>
    public void Combine<TLogic>(ArrayView<byte> x, ArrayView<byte> y, ArrayView<byte> z, in Axes axes, int count)
        where TLogic : struct, ILogic
    {
        lock (gate)
        {
            kernels.Get<LogicKernel<TLogic>, Action<AcceleratorStream, KernelConfig, ArrayView<byte>, ArrayView<byte>, ArrayView<byte>, Axes, int>>()(
                stream, Elements(count), x, y, z, axes, count);
        }
    }

    /// <summary>w = mask ? x : y.</summary>
    public void Choose<T>(ArrayView<byte> mask, ArrayView<T> x, ArrayView<T> y, ArrayView<T> w, in Axes axes, int count)
        where T : unmanaged
    {
        lock (gate)
        {
            kernels.Get<
                ChooseKernel<T>,
                Action<AcceleratorStream, KernelConfig, ArrayView<byte>, ArrayView<T>, ArrayView<T>, ArrayView<T>, Axes, int>>()(
                stream, Elements(count), mask, x, y, w, axes, count);
        }
    }
}
