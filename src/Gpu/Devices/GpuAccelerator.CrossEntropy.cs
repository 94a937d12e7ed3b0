using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;
using Onsager.Simd;

namespace Onsager.Gpu.Devices;

internal sealed partial class GpuAccelerator
{
    /// <summary>The losses of rows.</summary>
    public void Losses<V>(ArrayView<V> scores, ArrayView<int> labels, ArrayView<V> maxima, ArrayView<V> sums, ArrayView<V> losses, int classes, int count)
        where V : unmanaged, ILanes<V>
    {
        lock (gate)
        {
            kernels.Get<
                LossKernel<V>,
                Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<int>, ArrayView<V>, ArrayView<V>, ArrayView<V>, int, int>>()(
                stream, Elements(count), scores, labels, maxima, sums, losses, classes, count);
        }
    }

    /// <summary>The gradient of the mean loss.</summary>
    public void LossGradient<V>(ArrayView<V> probabilities, ArrayView<int> labels, ArrayView<V> dy, ArrayView<V> dx, V batch, int classes, int count)
        where V : unmanaged, ILanes<V>
    {
        lock (gate)
        {
            kernels.Get<
                LossGradientKernel<V>,
                Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<int>, ArrayView<V>, ArrayView<V>, V, int, int>>()(
                stream, Elements(count), probabilities, labels, dy, dx, batch, classes, count);
        }
    }
}
