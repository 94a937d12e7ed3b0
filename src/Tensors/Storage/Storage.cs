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
    private Tape? tape;

    /// <summary>The device that the memory belongs to.</summary>
    public Device Device { get; } = device;

    /// <summary>The usable size in bytes.</summary>
    public nint ByteCount { get; } = byteCount;

    /// <summary>The differentiation that follows this memory, if any, and its number there.</summary>
    internal Tape? Tape
    {
        get => tape;
        set => tape = value;
    }

    internal int TapeSlot { get; set; }

    /// <summary>Bytes of a floating-point element, 0 where the elements are something else: for diagnostics, which know no type.</summary>
    internal byte FloatSize { get; set; }

    /// <summary>Counts the writes by name, so that a recording finds out that what it read is gone.</summary>
    internal int Version { get; set; }

    /// <summary>Makes a differentiation follow this memory, unless another one does.</summary>
    internal bool TryFollow(Tape by) => Interlocked.CompareExchange(ref tape, by, null) is null;

    /// <summary>Memory without a user is the caller's alone, and so needs no atomic operation, which takes longer than all else here.</summary>
    internal void AddUser()
    {
        if (Volatile.Read(ref users) == 0)
        {
            users = 1;
        }
        else
        {
            Interlocked.Increment(ref users);
        }
    }

    /// <summary>The only user has nobody to race with.</summary>
    internal void RemoveUser()
    {
        if (Volatile.Read(ref users) == 1 || Interlocked.Decrement(ref users) == 0)
        {
            users = 0;
            Tape = null;
            Device.Recycle(this);
        }
    }
}
