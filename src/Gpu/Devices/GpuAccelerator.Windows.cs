using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;
using Onsager.Simd;

namespace Onsager.Gpu.Devices;

internal sealed partial class GpuAccelerator
{
    /// <summary>The convolution: see <see cref="WindowProductKernel{TTile, TEnd, V}"/>.</summary>
    public void WindowProduct<TEnd, V>(
        ArrayView<V> weights, ArrayView<V> image, ArrayView<V> y, ArrayView<V> bias, in ProductShape shape, in WindowShape windows, long batch, ProductCut cut = ProductCut.Fitting)
        where TEnd : struct, IProductEnd
        where V : unmanaged, ILanes<V>
    {
        ProductShape filled = Forms(shape, batch);
        cut = cut == ProductCut.Fitting ? FittingTiles(filled, batch) : cut;
        for (long first = 0; first < batch; first += MostInZ)
        {
            filled.First = checked((int)first);
            int count = (int)Math.Min(MostInZ, batch - first);
            switch (cut)
            {
                case ProductCut.Small: WindowProduct<Tile32<V>, TEnd, V>(weights, image, y, bias, filled, windows, count); break;
                case ProductCut.Medium: WindowProduct<Tile64<V>, TEnd, V>(weights, image, y, bias, filled, windows, count); break;
                default: WindowProduct<Tile128<V>, TEnd, V>(weights, image, y, bias, filled, windows, count); break;
            }
        }
    }

    /// <summary>The gradient of its weights: see <see cref="WindowGradientKernel{TTile, V}"/>.</summary>
    public void WindowGradient<V>(
        ArrayView<V> dy, ArrayView<V> image, ArrayView<V> dw, in ProductShape shape, in WindowShape windows, long batch, ProductCut cut = ProductCut.Fitting)
        where V : unmanaged, ILanes<V>
    {
        ProductShape filled = Forms(shape, batch);
        cut = cut == ProductCut.Fitting ? FittingTiles(filled, batch) : cut;
        for (long first = 0; first < batch; first += MostInZ)
        {
            filled.First = checked((int)first);
            int count = (int)Math.Min(MostInZ, batch - first);
            switch (cut)
            {
                case ProductCut.Small: WindowGradient<Tile32<V>, V>(dy, image, dw, filled, windows, count); break;
                case ProductCut.Medium: WindowGradient<Tile64<V>, V>(dy, image, dw, filled, windows, count); break;
                default: WindowGradient<Tile128<V>, V>(dy, image, dw, filled, windows, count); break;
            }
        }
    }

    private void WindowProduct<TTile, TEnd, V>(
        ArrayView<V> weights, ArrayView<V> image, ArrayView<V> y, ArrayView<V> bias, ProductShape shape, in WindowShape windows, int count)
        where TTile : unmanaged, ITile<TTile, V>
        where TEnd : struct, IProductEnd
        where V : unmanaged, ILanes<V>
    {
        KernelConfig launch = Tiling<TTile, V>(ref shape, count);
        lock (gate)
        {
            kernels.Get<
                WindowProductKernel<TTile, TEnd, V>,
                Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, ArrayView<V>, ArrayView<V>, ProductShape, WindowShape>>()(
                stream, launch, weights, image, y, bias, shape, windows);
        }
    }

    private void WindowGradient<TTile, V>(ArrayView<V> dy, ArrayView<V> image, ArrayView<V> dw, ProductShape shape, in WindowShape windows, int count)
        where TTile : unmanaged, ITile<TTile, V>
        where V : unmanaged, ILanes<V>
    {
        KernelConfig launch = Tiling<TTile, V>(ref shape, count);
        lock (gate)
        {
            kernels.Get<
                WindowGradientKernel<TTile, V>,
                Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, ArrayView<V>, ProductShape, WindowShape>>()(
                stream, launch, dy, image, dw, shape, windows);
        }
    }
}
