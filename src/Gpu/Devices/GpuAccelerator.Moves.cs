using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;
using Onsager.Simd;

namespace Onsager.Gpu.Devices;

internal sealed partial class GpuAccelerator
{
    /// <summary>y = x over any strides.</summary>
    public void Copy<T>(ArrayView<T> x, ArrayView<T> y, in Axes axes, int count)
        where T : unmanaged
    {
        lock (gate)
        {
            kernels.Get<CopyKernel<T>, Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<T>, Axes, int>>()(
                stream, Elements(count), x, y, axes, count);
        }
    }

    /// <summary>y = one value over any strides.</summary>
    public void Fill<T>(ArrayView<T> y, T value, in Axes axes, int count)
        where T : unmanaged
    {
        lock (gate)
        {
            kernels.Get<FillKernel<T>, Action<AcceleratorStream, KernelConfig, ArrayView<T>, T, Axes, int>>()(
                stream, Elements(count), y, value, axes, count);
        }
    }

    /// <summary>Consecutive elements in another type.</summary>
    public void Convert<TConversion, TFrom, TTo>(ArrayView<TFrom> x, ArrayView<TTo> y, int count)
        where TConversion : struct, IConversion<TFrom, TTo>
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        lock (gate)
        {
            kernels.Get<ConvertKernel<TConversion, TFrom, TTo>, Action<AcceleratorStream, KernelConfig, ArrayView<TFrom>, ArrayView<TTo>, int>>()(
                stream, Elements(count), x, y, count);
        }
    }

    /// <summary>One optimizer step over contiguous numbers.</summary>
    public void Update<TUpdate, V>(TUpdate update, ArrayView<V> gradients, ArrayView<V> parameters, ArrayView<V> first, ArrayView<V> second, int count)
        where TUpdate : struct, IUpdate
        where V : unmanaged, ILanes<V>
    {
        lock (gate)
        {
            kernels.Get<
                UpdateKernel<TUpdate, V>,
                Action<AcceleratorStream, KernelConfig, TUpdate, ArrayView<V>, ArrayView<V>, ArrayView<V>, ArrayView<V>, int>>()(
                stream, Elements(count), update, gradients, parameters, first, second, count);
        }
    }
}
