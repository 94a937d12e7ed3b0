using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;
using Onsager.Simd;

namespace Onsager.Gpu.Devices;

/// <content>Contractions of symmetric numbers.</content>
internal sealed partial class GpuAccelerator
{
    /// <summary>The products of parts of a triangle, or of slices of a tensor.</summary>
    public void Triangle<V>(ArrayView<V> w, ArrayView<V> x, ArrayView<V> y, in TriangleShape shape, int count)
        where V : unmanaged, ILanes<V>
    {
        int rows = shape.IsTensor == 0 ? shape.N : shape.N - 1 - shape.Slice;
        KernelConfig line = Elements(rows * shape.Columns);
        var launch = new KernelConfig(new Index3D(line.GridDim.X, 1, count), line.GroupDim);
        lock (gate)
        {
            kernels.Get<TriangleKernel<V>, Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, ArrayView<V>, TriangleShape>>()(stream, launch, w, x, y, shape);
        }
    }

    /// <summary>What slices add to each part.</summary>
    public void Fold<V>(ArrayView<V> t, ArrayView<V> x, ArrayView<V> y, in TriangleShape shape, int slices)
        where V : unmanaged, ILanes<V>
    {
        lock (gate)
        {
            kernels.Get<FoldKernel<V>, Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, ArrayView<V>, TriangleShape, int>>()(
                stream, Elements(shape.N * shape.Columns), t, x, y, shape, slices);
        }
    }

    /// <summary>The sum of all parts.</summary>
    public void SumParts<V>(ArrayView<V> parts, ArrayView<V> y, in TriangleShape shape)
        where V : unmanaged, ILanes<V>
    {
        lock (gate)
        {
            kernels.Get<PartsKernel<V>, Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, TriangleShape>>()(stream, Elements(shape.N * shape.Columns), parts, y, shape);
        }
    }
}
