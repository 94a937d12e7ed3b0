using System.Runtime.InteropServices;

namespace Onsager.Simd;

/// <summary>Working memory of products: growing blocks of each thread, aligned to a page, freed with it.</summary>
internal sealed unsafe class Scratch
{
    /// <summary>
    /// Called on a thread that rents for the first time, if there is such a function: where threads are not the runtime's, they can end long before a
    /// finalizer runs, and whoever knows of their end calls <see cref="Release"/>.
    /// </summary>
    public static delegate*<void> Created;

    [ThreadStatic]
    private static Scratch? own;

    [ThreadStatic]
    private static Scratch? outer;

    [ThreadStatic]
    private static Scratch? outermost;

    private void* memory;
    private nint size;

    private Scratch()
    {
        if (Created != null)
        {
            Created();
        }
    }

    ~Scratch() => NativeMemory.AlignedFree(memory);

    /// <summary>At least this many bytes, valid until this thread asks again.</summary>
    public static void* Rent(nint bytes) => (own ??= new Scratch()).AtLeast(bytes);

    /// <summary>The same, beside that of the products that run meanwhile.</summary>
    public static void* RentOuter(nint bytes) => (outer ??= new Scratch()).AtLeast(bytes);

    /// <summary>The same, beside that of all of these.</summary>
    public static void* RentOutermost(nint bytes) => (outermost ??= new Scratch()).AtLeast(bytes);

    /// <summary>Frees this thread's memory, of which nothing may be in use; it can rent again.</summary>
    public static void Release()
    {
        own?.Free();
        outer?.Free();
        outermost?.Free();
    }

    private void* AtLeast(nint bytes)
    {
        if (bytes > size)
        {
            Free();
            nint rounded = (bytes + 4095) / 4096 * 4096;
            memory = NativeMemory.AlignedAlloc((nuint)rounded, 4096);
            size = rounded;
        }

        return memory;
    }

    private void Free()
    {
        NativeMemory.AlignedFree(memory);
        memory = null;
        size = 0;
    }
}
