using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Onsager.Tensors;

/// <summary>
/// Native memory, aligned to 64 bytes, or memory that somebody lends. Tensors that were dropped without being disposed are caught by the
/// finalizer: memory is not leaked, only late.
/// </summary>
internal sealed unsafe class CpuStorage : Storage
{
    private readonly IDisposable? lender;
    private byte* memory;

    public CpuStorage(CpuDevice device, nint byteCount, int sizeClass)
        : base(device, byteCount)
    {
        SizeClass = sizeClass;
        memory = (byte*)NativeMemory.AlignedAlloc((nuint)byteCount, 64);
        GC.AddMemoryPressure(byteCount);
    }

    /// <summary>Memory that is not the pool's; its lender is disposed when no tensor uses it any more.</summary>
    public CpuStorage(CpuDevice device, byte* memory, nint byteCount, IDisposable lender)
        : base(device, byteCount)
    {
        this.memory = memory;
        this.lender = lender;
    }

    ~CpuStorage()
    {
        // Null when the constructor ran out of memory: the finalizer runs nevertheless.
        if (memory is null)
        {
            return;
        }

        if (lender is not null)
        {
            lender.Dispose();
            return;
        }

        NativeMemory.AlignedFree(memory);
        GC.RemoveMemoryPressure(ByteCount);
        if (IsLent)
        {
            ((CpuDevice)Device).Lose(this);
        }
    }

    /// <summary>The pool's shelf that this memory came from.</summary>
    public int SizeClass { get; }

    /// <summary>True between the pool's giving it and its coming back.</summary>
    public bool IsLent { get; set; }

    /// <summary>True for memory that is not the pool's.</summary>
    public bool IsBorrowed => lender is not null;

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

    /// <summary>The elements of a layout without negative strides, where they are.</summary>
    public TensorSpan<T> TensorSpan<T>(in Layout layout)
        where T : unmanaged
    {
        (nint first, nint end) = layout.Extent();
        if ((nuint)end > (nuint)ByteCount / (nuint)sizeof(T) || first < 0 || end < first)
        {
            Outside(first, end - first, sizeof(T));
        }

        // A rank of 0 would mean one axis of all elements. Axes of extent 0 or 1 have the stride 0 there.
        int rank = layout.Shape.Rank;
        Span<nint> lengths = stackalloc nint[int.Max(rank, 1)], strides = stackalloc nint[int.Max(rank, 1)];
        lengths[0] = 1;
        strides.Clear();
        bool isEmpty = layout.Shape.Size == 0;
        for (int axis = 0; axis < rank; axis++)
        {
            lengths[axis] = layout.Shape[axis];
            strides[axis] = isEmpty || lengths[axis] < 2 ? 0 : layout.Stride(axis);
        }

        return new TensorSpan<T>((T*)memory + first, end - first, lengths, isEmpty ? [] : strides);
    }

    /// <summary>Tells the lender that the memory is not used any more.</summary>
    public void GiveBack()
    {
        memory = null;
        lender!.Dispose();
    }

    private void Outside(nint offset, nint count, int size) =>
        throw new InvalidOperationException($"storage: elements {offset} to {offset + count} of {size} bytes lie outside {ByteCount} bytes.");
}
