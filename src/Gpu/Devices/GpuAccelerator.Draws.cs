using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;
using Onsager.Simd;

namespace Onsager.Gpu.Devices;

internal sealed partial class GpuAccelerator
{
    /// <summary>Integers in [0, n).</summary>
    public void Integers<TConversion, T>(ArrayView<T> y, ulong n, ulong seed, ulong stream, ulong first, int count)
        where TConversion : struct, IConversion<ulong, T>
        where T : unmanaged
    {
        lock (gate)
        {
            kernels.Get<IntegersKernel<TConversion, T>, Action<AcceleratorStream, KernelConfig, ArrayView<T>, ulong, ulong, ulong, ulong, int>>()(
                this.stream, Pairs(first, count), y, n, seed, stream, first, count);
        }
    }

    /// <summary>Integers by a table of probabilities.</summary>
    public void Table(ArrayView<int> y, ArrayView<ulong> thresholds, ArrayView<int> aliases, int offset, ulong seed, ulong stream, ulong first, int count)
    {
        lock (gate)
        {
            kernels.Get<
                TableKernel,
                Action<AcceleratorStream, KernelConfig, ArrayView<int>, ArrayView<ulong>, ArrayView<int>, ulong, int, ulong, ulong, ulong, int>>()(
                this.stream, Pairs(first, count), y, thresholds, aliases, (ulong)thresholds.Length, offset, seed, stream, first, count);
        }
    }

    /// <summary>Points over their norms.</summary>
    public void Normalize<V>(ArrayView<V> y, ArrayView<V> norms, int dimension, int count)
        where V : unmanaged, ILanes<V>
    {
        lock (gate)
        {
            kernels.Get<NormalizeKernel<V>, Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, int, int>>()(
                stream, Elements(count), y, norms, dimension, count);
        }
    }

    /// <summary>One thread for each counter, which makes two elements.</summary>
    private KernelConfig Pairs(ulong first, int count) => Elements((int)((count + (long)(first % 2) + 1) / 2));
}
