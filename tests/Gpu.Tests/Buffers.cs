using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Devices;

namespace Onsager.Gpu.Tests;

/// <summary>Device buffers of one test case, given back together.</summary>
internal sealed class Buffers<T, V>(GpuAccelerator device) : IDisposable
    where T : unmanaged
    where V : unmanaged
{
    private readonly List<MemoryBuffer1D<T, Stride1D.Dense>> buffers = [];

    /// <summary>A buffer with these numbers, as lanes.</summary>
    public ArrayView<V> With(T[] numbers)
    {
        MemoryBuffer1D<T, Stride1D.Dense> buffer = device.Accelerator.Allocate1D<T>(Math.Max(1, numbers.Length));
        if (numbers.Length > 0)
        {
            buffer.View.BaseView.SubView(0, numbers.Length).CopyFromCPU(numbers);
        }

        buffers.Add(buffer);
        return buffer.View.BaseView.Cast<V>();
    }

    /// <summary>What the n-th buffer holds.</summary>
    public T[] Read(int n) => buffers[n].GetAsArray1D();

    public void Dispose() => buffers.ForEach(buffer => buffer.Dispose());
}
