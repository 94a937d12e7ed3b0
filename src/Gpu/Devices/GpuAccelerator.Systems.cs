using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;
using Onsager.Simd;

namespace Onsager.Gpu.Devices;

/// <content>Triangular systems and Cholesky factors.</content>
internal sealed partial class GpuAccelerator
{
    /// <summary>X in the place of -B for blocks of triangles.</summary>
    public void Substitute<V>(ArrayView<V> t, ArrayView<V> x, SubstitutionShape shape)
        where V : unmanaged, ILanes<V>
    {
        lock (gate)
        {
            kernels.Get<SubstitutionKernel<V>, Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, SubstitutionShape>>()(
                stream, Elements(shape.Count), t, x, shape);
        }
    }

    /// <summary>Factors of blocks in the place of -A's upper triangles.</summary>
    public void CholeskyBlocks<V>(ArrayView<V> u, ArrayView<int> failed, ArrayView<V> pivots, int n, int first, long start, long row, long batch, int matrices)
        where V : unmanaged, ILanes<V>
    {
        lock (gate)
        {
            kernels.Get<
                CholeskyBlockKernel<V>,
                Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<int>, ArrayView<V>, int, int, long, long, long>>()(
                stream, new KernelConfig(matrices, CholeskyBlockKernel<V>.Rows), u, failed, pivots, n, first, start, row, batch);
        }
    }

    /// <summary>Lower triangles, contiguous, from upper ones.</summary>
    public void Lower<V>(ArrayView<V> u, ArrayView<V> l, int n, int count)
        where V : unmanaged, ILanes<V>
    {
        lock (gate)
        {
            kernels.Get<LowerKernel<V>, Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, int, int>>()(
                stream, Elements(count), u, l, n, count);
        }
    }
}
