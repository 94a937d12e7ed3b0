using System.Runtime.CompilerServices;

namespace Onsager.Tensors;

/// <summary>
/// A piece of a device's memory that tensors share. It counts its users and returns to the device's pool with the last one; nothing
/// depends on a finalizer.
/// </summary>
/// <param name="device">The device that the memory belongs to.</param>
/// <param name="byteCount">Its size.</param>
public abstract class Storage(Device device, nint byteCount)
{
    private readonly Device owner = device;
    private int users;
    private GradientBuffer? followed;

    /// <summary>The device that the memory belongs to; while this thread records a plan, the device that keeps the calls.</summary>
    public Device Device
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Recorder.IsOn ? Recorder.Seen(owner) : owner;
    }

    /// <summary>True for memory of the same device.</summary>
    internal bool IsBeside(Storage other) => owner == other.owner;

    /// <summary>The usable size in bytes.</summary>
    public nint ByteCount { get; } = byteCount;

    /// <summary>The gradients with respect to this memory, one for each differentiation that follows it, linked; all of one thread.</summary>
    internal GradientBuffer? Followed => followed;

    /// <summary>Set where a custom rule's forward function computed this memory's contents and kept them.</summary>
    internal SavedMark? Saved { get; set; }

    /// <summary>True while a rule may copy a recorded tensor to this memory as its contribution to a gradient.</summary>
    internal bool IsContribution { get; set; }

    /// <summary>Bytes of a floating-point element, 0 where the elements are something else: for diagnostics, which know no type.</summary>
    internal byte FloatSize { get; set; }

    /// <summary>What has filled the memory, and under which number of <see cref="Watch"/>; only while something watches.</summary>
    internal (string? Name, int Session) Operation { get; set; }

    /// <summary>True while one node alone uses the memory.</summary>
    internal bool HasOneUser => Volatile.Read(ref users) == 1;

    /// <summary>Counts the writes by name, so that a recording finds out that what it read is gone.</summary>
    internal int Version { get; set; }

    /// <summary>Adds a gradient to the list, unless another thread differentiates with respect to this memory.</summary>
    internal bool TryFollow(GradientBuffer by)
    {
        if (Interlocked.CompareExchange(ref followed, by, null) is not { } first)
        {
            return true;
        }

        if (first.Thread != by.Thread)
        {
            return false;
        }

        by.Next = first;
        followed = by;
        return true;
    }

    /// <summary>Takes a gradient from the list.</summary>
    internal void Unfollow(GradientBuffer by)
    {
        if (followed == by)
        {
            followed = by.Next;
        }
        else
        {
            GradientBuffer at = followed!;
            while (at.Next != by)
            {
                at = at.Next!;
            }

            at.Next = by.Next;
        }

        by.Next = null;
    }

    /// <summary>Memory without a user is the caller's alone, and so needs no atomic operation, which takes longer than all else here.</summary>
    internal void AddUser()
    {
        if (Volatile.Read(ref users) == 0)
        {
            users = 1;
            if (Recorder.IsOn)
            {
                Recorder.Lent(this);
            }
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
            followed = null;
            Saved = null;
            IsContribution = false;
            owner.Recycle(this);
        }
    }
}
