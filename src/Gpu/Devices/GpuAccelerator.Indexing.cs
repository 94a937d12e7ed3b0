using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;

namespace Onsager.Gpu.Devices;

internal sealed partial class GpuAccelerator
{
    // Threads that are enough to fill a large device.
    private const int FullDevice = 1 << 15;

    /// <summary>The number of the first index below the least or not below the extent, if it is below what stands there.</summary>
    public void CheckIndices(ArrayView<int> indices, ArrayView<int> first, in Axes axes, int least, int extent, int count)
    {
        lock (gate)
        {
            kernels.Get<IndexCheckKernel, Action<AcceleratorStream, KernelConfig, ArrayView<int>, ArrayView<int>, Axes, int, int, int>>()(
                stream, Elements(count), indices, first, axes, least, extent, count);
        }
    }

    /// <summary>y = x at the indices along an axis with this stride.</summary>
    public void Gather<T>(ArrayView<T> x, ArrayView<int> indices, ArrayView<T> y, in Axes axes, long stride, int extent, int count)
        where T : unmanaged
    {
        lock (gate)
        {
            kernels.Get<GatherKernel<T>, Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<int>, ArrayView<T>, Axes, long, int, int>>()(
                stream, Elements(count), x, indices, y, axes, stride, extent, count);
        }
    }

    /// <summary>Writes to y, in their order, count elements of each of the lines.</summary>
    public void Scatter<TMeeting, T>(ArrayView<T> source, ArrayView<int> indices, ArrayView<T> y, in Axes lines, in Axes walk, (int Lines, int Count, int Extent, long Stride) work)
        where TMeeting : struct, IMeeting<T>
        where T : unmanaged
    {
        int parts = Math.Clamp(FullDevice / work.Lines, 1, work.Extent), length = (work.Extent + parts - 1) / parts;
        ScatterSizes sizes = new()
        {
            Lines = work.Lines,
            Parts = (work.Extent + length - 1) / length,
            PartLength = length,
            Extent = work.Extent,
            Count = work.Count,
            Stride = work.Stride,
        };
        lock (gate)
        {
            kernels.Get<ScatterKernel<TMeeting, T>, Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<int>, ArrayView<T>, Axes, Axes, ScatterSizes>>()(
                stream, Elements(checked(sizes.Lines * sizes.Parts)), source, indices, y, lines, walk, sizes);
        }
    }
}
