using System.Runtime.InteropServices;

namespace Onsager.Simd;

/// <summary>Working memory of products: one growing block per thread, aligned to a cache line, freed with its thread.</summary>
internal sealed unsafe class Scratch
{
    [ThreadStatic]
    private static Scratch? own;

    private void* memory;
    private nint size;

    ~Scratch() => NativeMemory.AlignedFree(memory);

    /// <summary>At least this many bytes, valid until this thread asks again.</summary>
    public static void* Rent(nint bytes)
    {
        Scratch scratch = own ??= new Scratch();
        if (bytes > scratch.size)
        {
            NativeMemory.AlignedFree(scratch.memory);
            scratch.memory = null;
            scratch.size = 0;
            nint rounded = (bytes + 4095) / 4096 * 4096;
            scratch.memory = NativeMemory.AlignedAlloc((nuint)rounded, 4096);
            scratch.size = rounded;
        }

        return scratch.memory;
    }
}
