using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;
using Onsager.Simd;

namespace Onsager.Gpu.Devices;

internal sealed partial class GpuAccelerator
{
    /// <summary>Raw words of a Philox stream, from element 4 * firstCounter on.</summary>
    public void PhiloxWords(ArrayView<uint> words, ulong seed, ulong stream, ulong firstCounter, int count)
    {
        if (count == 0)
        {
            return;
        }

        lock (gate)
        {
            kernels.Get<PhiloxKernel, Action<AcceleratorStream, KernelConfig, ArrayView<uint>, ulong, ulong, ulong, int>>()(
                this.stream, Elements((int)(((long)count + 3) / 4)), words, seed, stream, firstCounter, count);
        }
    }

    /// <summary>Elements first, first + 1, ... of a stream of a distribution.</summary>
    public void Random<TDistribution, V>(ArrayView<V> y, (V A, V B, V C) parameters, ulong seed, ulong stream, ulong first, int count)
        where TDistribution : struct, IDistribution
        where V : unmanaged, ILanes<V>
    {
        if (count == 0)
        {
            return;
        }

        int perCounter = V.IsDouble ? 2 : 4;
        int counters = (int)((((long)(first % (ulong)perCounter)) + count + perCounter - 1) / perCounter);
        lock (gate)
        {
            kernels.Get<
                RandomKernel<TDistribution, V>,
                Action<AcceleratorStream, KernelConfig, ArrayView<V>, V, V, V, ulong, ulong, ulong, int>>()(
                this.stream, Elements(counters), y, parameters.A, parameters.B, parameters.C, seed, stream, first, count);
        }
    }
}
