using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;

namespace Onsager.Gpu.Devices;

internal sealed partial class GpuAccelerator
{
    /// <summary>Raw words of a Philox stream, from element 4 * firstCounter on.</summary>
    public void PhiloxWords(ArrayView<uint> words, ulong seed, ulong stream, ulong firstCounter, int count)
    {
        if (count == 0)
            return;
        lock (_gate)
        {
            _kernels.Get<PhiloxKernel, Action<AcceleratorStream, KernelConfig, ArrayView<uint>, ulong, ulong, ulong, int>>()(
                _stream, Elements((int)(((long)count + 3) / 4)), words, seed, stream, firstCounter, count);
        }
    }
}
