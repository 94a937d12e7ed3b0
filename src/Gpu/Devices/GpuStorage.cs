using ILGPU;
using Onsager.Tensors;

namespace Onsager.Gpu.Devices;

/// <summary>A piece of a block of device memory, at a multiple of 256 bytes.</summary>
internal sealed class GpuStorage(GpuDevice device, GpuBlock block, long start, long bytes, int shelf) : Storage(device, (nint)bytes)
{
    private readonly ArrayView<byte> view = block.Buffer.View.BaseView.SubView(start, bytes);
    private GpuMark? arrival;

    /// <summary>The pool's shelf that it belongs to.</summary>
    public int Shelf { get; } = shelf;

    /// <summary>The block that it is a piece of.</summary>
    public GpuBlock Block { get; } = block;

    /// <summary>Where in the block it begins, in bytes.</summary>
    public long Start { get; } = start;

    /// <summary>Whether it belongs to the copies that run beside the device's queue: see <see cref="TransferMemory"/>.</summary>
    public bool IsTransfer { get; set; }

    /// <summary>Of such a piece: when what used it last is done.</summary>
    public GpuMark? Free { get; set; }

    /// <summary>Of such a piece: when the host's elements are there; null once the device's queue waits for it.</summary>
    public GpuMark? Arrival
    {
        get => Volatile.Read(ref arrival);
        set => Volatile.Write(ref arrival, value);
    }

    /// <summary>All of it, as elements.</summary>
    public ArrayView<T> View<T>()
        where T : unmanaged => view.Cast<T>();
}
