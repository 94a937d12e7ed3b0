using ILGPU;
using ILGPU.Runtime;
using Onsager.Tensors;

namespace Onsager.Gpu.Devices;

/// <summary>A block of device memory; drivers align it to 256 bytes.</summary>
internal sealed class GpuStorage(GpuDevice device, MemoryBuffer1D<byte, Stride1D.Dense> buffer, int shelf) : Storage(device, (nint)buffer.Length)
{
    /// <summary>The pool's shelf that it came from.</summary>
    public int Shelf { get; } = shelf;

    /// <summary>ILGPU's buffer.</summary>
    public MemoryBuffer1D<byte, Stride1D.Dense> Buffer { get; } = buffer;

    /// <summary>All of it, as elements.</summary>
    public ArrayView<T> View<T>()
        where T : unmanaged => Buffer.View.BaseView.Cast<T>();
}
