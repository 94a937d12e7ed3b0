using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;
using Onsager.Simd;

namespace Onsager.Gpu.Devices;

internal sealed partial class GpuAccelerator
{
    private const int ProductTile = 64;
    private const int ProductThreads = 16;

    /// <summary>C = alpha A B + beta C for each of a batch; K is at least 1 (an empty product is the host's affair).</summary>
    /// <param name="a">[batch, m, k] by strides.</param>
    /// <param name="b">[batch, k, n] by strides.</param>
    /// <param name="c">[batch, m, n] by strides, read only if the shape's Beta says so.</param>
    /// <param name="alpha">Used where the shape asks for it.</param>
    /// <param name="beta">Used where the shape asks for it.</param>
    /// <param name="shape">Extents and strides.</param>
    /// <param name="batch">The number of products.</param>
    public void Product<V>(ArrayView<V> a, ArrayView<V> b, ArrayView<V> c, V alpha, V beta, in ProductShape shape, int batch)
        where V : unmanaged, ILanes<V>
    {
        if (shape.M == 0 || shape.N == 0 || batch == 0)
        {
            return;
        }

        var grid = new Index3D((shape.N + ProductTile - 1) / ProductTile, (shape.M + ProductTile - 1) / ProductTile, batch);
        lock (gate)
        {
            kernels.Get<
                ProductKernel<V>,
                Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, ArrayView<V>, V, V, ProductShape>>()(
                stream, new KernelConfig(grid, new Index3D(ProductThreads, ProductThreads, 1)), a, b, c, alpha, beta, shape);
        }
    }
}
