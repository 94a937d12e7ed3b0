using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
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

    /// <summary>float64 from float32.</summary>
    public void Widen(ArrayView<GpuF32> x, ArrayView<GpuF64> y, int count)
    {
        lock (gate)
        {
            kernels.Get<WidenKernel, Action<AcceleratorStream, KernelConfig, ArrayView<GpuF32>, ArrayView<GpuF64>, int>>()(
                stream, Elements(count), x, y, count);
        }
    }

    /// <summary>float32 from float64.</summary>
    public void Narrow(ArrayView<GpuF64> x, ArrayView<GpuF32> y, int count)
    {
        lock (gate)
        {
            kernels.Get<NarrowKernel, Action<AcceleratorStream, KernelConfig, ArrayView<GpuF64>, ArrayView<GpuF32>, int>>()(
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
