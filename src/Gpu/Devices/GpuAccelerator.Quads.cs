using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;
using Onsager.Simd;

namespace Onsager.Gpu.Devices;

internal sealed partial class GpuAccelerator
{
    // From so many elements on memory decides, and a thread that moves four at once needs fewer of it in flight.
    private const int QuadsFrom = 1 << 16;

    /// <summary>Whether contiguous work on so many elements, which begin at these places, is done four at a time.</summary>
    public bool TakesQuads(int count, long places) => count >= QuadsFrom && places % 4 == 0 && Kind != Tensors.DeviceKind.Emulated;

    /// <summary>y = f(x) over contiguous elements, four at a time.</summary>
    public void UnaryQuads<TOp, V>(ArrayView<Quad<V>> x, ArrayView<Quad<V>> y, int quads)
        where TOp : struct, IUnaryOp
        where V : unmanaged, ILanes<V>
    {
        lock (gate)
        {
            kernels.Get<
                UnaryQuadKernel<TOp, V>,
                Action<AcceleratorStream, KernelConfig, ArrayView<Quad<V>>, ArrayView<Quad<V>>, int>>()(
                stream, Elements(quads), x, y, quads);
        }
    }

    /// <summary>z = f(x, y) over contiguous elements, four at a time.</summary>
    public void BinaryQuads<TOp, V>(ArrayView<Quad<V>> x, ArrayView<Quad<V>> y, ArrayView<Quad<V>> z, int quads)
        where TOp : struct, IBinaryOp
        where V : unmanaged, ILanes<V>
    {
        lock (gate)
        {
            kernels.Get<
                BinaryQuadKernel<TOp, V>,
                Action<AcceleratorStream, KernelConfig, ArrayView<Quad<V>>, ArrayView<Quad<V>>, ArrayView<Quad<V>>, int>>()(
                stream, Elements(quads), x, y, z, quads);
        }
    }

    /// <summary>w = f(x, y, z) over contiguous elements, four at a time.</summary>
    public void TernaryQuads<TOp, V>(ArrayView<Quad<V>> x, ArrayView<Quad<V>> y, ArrayView<Quad<V>> z, ArrayView<Quad<V>> w, int quads)
        where TOp : struct, ITernaryOp
        where V : unmanaged, ILanes<V>
    {
        lock (gate)
        {
            kernels.Get<
                TernaryQuadKernel<TOp, V>,
                Action<AcceleratorStream, KernelConfig, ArrayView<Quad<V>>, ArrayView<Quad<V>>, ArrayView<Quad<V>>, ArrayView<Quad<V>>, int>>()(
                stream, Elements(quads), x, y, z, w, quads);
        }
    }
}
