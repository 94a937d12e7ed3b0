namespace Onsager.Abi;

/// <summary>
/// Handles: the low half of one is a place in a table, the high half counts what the place has held. So a handle that was freed, or that
/// somebody made up, is found out.
/// </summary>
internal static class HandleTable
{
    private static readonly Lock Gate = new();
    private static Slot[] slots = new Slot[256];
    private static int free = -1;
    private static int used;
    private static long count;

    /// <summary>Handles that are not freed.</summary>
    public static long Count
    {
        get
        {
            lock (Gate)
            {
                return count;
            }
        }
    }

    /// <summary>A new handle, which takes over one user.</summary>
    public static ulong Add(Held held)
    {
        lock (Gate)
        {
            int at = free;
            if (at >= 0)
            {
                free = slots[at].NextFree;
            }
            else
            {
                if (used == slots.Length)
                {
                    Array.Resize(ref slots, 2 * used);
                }

                at = used++;
            }

            ref Slot slot = ref slots[at];
            slot.Held = held;
            slot.Generation++;
            count++;
            return ((ulong)slot.Generation << 32) | (uint)at;
        }
    }

    /// <summary>What a handle stands for, with one user more: the caller leaves it.</summary>
    /// <exception cref="HandleException">The handle is none, was freed, or stands for something else.</exception>
    public static THeld Enter<THeld>(ulong handle, string what)
        where THeld : Held
    {
        lock (Gate)
        {
            Held held = slots[Find(handle, what)].Held!;
            if (held is not THeld wanted)
            {
                throw new HandleException($"{what}: handle 0x{handle:x} is a {held.Kind}");
            }

            held.Enter();
            return wanted;
        }
    }

    /// <summary>Ends a handle.</summary>
    /// <exception cref="HandleException">The handle is none, was freed, or stands for something else.</exception>
    public static void Free<THeld>(ulong handle, string what)
        where THeld : Held
    {
        Held held;
        lock (Gate)
        {
            int at = Find(handle, what);
            ref Slot slot = ref slots[at];
            held = slot.Held!;
            if (held is not THeld)
            {
                throw new HandleException($"{what}: handle 0x{handle:x} is a {held.Kind}");
            }

            slot.Held = null;
            count--;

            // A place whose count is at its end is not used again.
            if (slot.Generation < uint.MaxValue)
            {
                slot.NextFree = free;
                free = at;
            }
        }

        held.Leave();
    }

    private static int Find(ulong handle, string what)
    {
        uint at = (uint)handle, generation = (uint)(handle >> 32);
        if (at >= (uint)used || generation == 0 || generation > slots[at].Generation)
        {
            throw new HandleException($"{what}: 0x{handle:x} is no handle of this library");
        }

        return slots[at].Held is not null && slots[at].Generation == generation
            ? (int)at
            : throw new HandleException($"{what}: handle 0x{handle:x} was freed");
    }

    private struct Slot
    {
        public Held? Held;
        public uint Generation;
        public int NextFree;
    }
}

/// <summary>A handle that stands for nothing, or for something else than is needed.</summary>
internal sealed class HandleException(string message) : Exception(message);
