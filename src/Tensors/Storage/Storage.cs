namespace Onsager.Tensors;

/// <summary>
/// A piece of a device's memory that tensors share. It counts its users and returns to the device's pool with the last one; nothing
/// depends on a finalizer.
/// </summary>
/// <param name="device">The device that the memory belongs to.</param>
/// <param name="byteCount">Its size.</param>
public abstract class Storage(Device device, nint byteCount)
{
    private int users;

    /// <summary>The device that the memory belongs to.</summary>
    public Device Device { get; } = device;

    /// <summary>The usable size in bytes.</summary>
    public nint ByteCount { get; } = byteCount;

    /// <summary>The differentiation that follows this memory, if any, and its number there.</summary>
    internal Tape? Tape { get; set; }

    internal int TapeSlot { get; set; }

    internal void AddUser() => Interlocked.Increment(ref users);

    internal void RemoveUser()
    {
        if (Interlocked.Decrement(ref users) == 0)
        {
            Tape = null;
            Device.Recycle(this);
        }
    }
}
