using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;
using Onsager.Simd;

namespace Onsager.Gpu.Devices;

internal sealed partial class GpuAccelerator
{
    /// <summary>Bytes of device memory.</summary>
    /// <exception cref="OutOfMemoryException">The device has not so much left.</exception>
    public MemoryBuffer1D<byte, Stride1D.Dense> Allocate(long bytes)
    {
        lock (gate)
        {
            try
            {
                return Accelerator.Allocate1D<byte>(bytes);
            }
            catch (AcceleratorException exception)
            {
                throw new InsufficientMemoryException($"{Name}: no {bytes} bytes left on the device.", exception);
            }
        }
    }

    /// <summary>Gives memory back to the driver.</summary>
    public void Free(MemoryBuffer buffer)
    {
        lock (gate)
        {
            buffer.Dispose();
        }
    }

    /// <summary>
    /// Copies bytes to the device and waits for it: the source need not live longer. ILGPU starts an OpenCL copy and waits for it later;
    /// of its methods only those on spans hold the bytes in their place until then.
    /// </summary>
    public void FromHost(ReadOnlySpan<byte> source, ArrayView<byte> destination)
    {
        lock (gate)
        {
            destination.CopyFromCPU(stream, in source);
        }
    }

    /// <summary>Copies bytes to the host, after all work that was launched before.</summary>
    public void ToHost(ArrayView<byte> source, Span<byte> destination)
    {
        lock (gate)
        {
            source.CopyToCPU(stream, in destination);
        }
    }

    /// <summary>Copies consecutive bytes on the device.</summary>
    public void Copy(ArrayView<byte> x, ArrayView<byte> y)
    {
        lock (gate)
        {
            x.CopyTo(stream, y);
        }
    }

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
