using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Onsager.Tensors;

/// <summary>Native memory, aligned to 64 bytes. Tensors that were dropped without being disposed are caught by the finalizer: memory is not leaked, only late.</summary>
internal sealed unsafe class CpuStorage : Storage
{
    private readonly byte* memory;

    public CpuStorage(CpuDevice device, nint byteCount, int sizeClass)
        : base(device, byteCount)
    {
        SizeClass = sizeClass;
        memory = (byte*)NativeMemory.AlignedAlloc((nuint)byteCount, 64);
        GC.AddMemoryPressure(byteCount);
    }

    ~CpuStorage()
    {
        // Null when the constructor ran out of memory: the finalizer runs nevertheless.
        if (memory is not null)
        {
            NativeMemory.AlignedFree(memory);
            GC.RemoveMemoryPressure(ByteCount);
            if (IsLent)
            {
                ((CpuDevice)Device).Lose(this);
            }
        }
    }

    /// <summary>The pool's shelf that this memory came from.</summary>
    public int SizeClass { get; }

    /// <summary>True between the pool's giving it and its coming back.</summary>
    public bool IsLent { get; set; }

    /// <summary>Consecutive elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Span<T>(nint offset, nint count)
        where T : unmanaged
    {
        if ((nuint)offset + (nuint)count > (nuint)ByteCount / (nuint)sizeof(T) || offset < 0 || count < 0)
        {
            Outside(offset, count, sizeof(T));
        }

        return new Span<T>((T*)memory + offset, checked((int)count));
    }

    private void Outside(nint offset, nint count, int size) =>
        throw new InvalidOperationException($"storage: elements {offset} to {offset + count} of {size} bytes lie outside {ByteCount} bytes.");
}
