using Onsager.Tensors;

namespace Onsager.Gpu.Devices;

/// <summary>Device memory for the length of a call; none for 0 bytes. Work is done in order, so it may be lent out again before that is done.</summary>
internal readonly ref struct Borrowed(GpuDevice device, nint bytes)
{
    /// <summary>The memory.</summary>
    public Storage? Storage { get; } = bytes == 0 ? null : device.Allocate(bytes);

    /// <summary>Gives it back.</summary>
    public void Dispose()
    {
        if (Storage is not null)
        {
            device.Recycle(Storage);
        }
    }
}
