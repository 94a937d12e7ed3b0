using System.Runtime.CompilerServices;

namespace Onsager.Tensors;

/// <summary>One recorded call of a device: what it reads and writes, and how to do it again.</summary>
internal abstract class Call
{
    /// <summary>What the call reads.</summary>
    public Place[] Reads { get; init; } = [];

    /// <summary>What the call writes; it also reads what stands among <see cref="Reads"/>.</summary>
    public Place[] Writes { get; init; } = [];

    /// <summary>Whether the same inputs give the same outputs, each time.</summary>
    public virtual bool IsRepeatable => true;

    /// <summary>Does the work, on the device that it was recorded on.</summary>
    public abstract void Run(Device device);

    /// <summary>This call with an elementwise one after it, as one; null where the device knows no such kernel.</summary>
    public virtual Call? Then<TOp, T>(UnaryCall<TOp, T> next)
        where TOp : struct, Simd.IUnaryOp
        where T : unmanaged => null;
}

/// <summary>Elements in memory, which may be bound to other memory of the same shape.</summary>
internal sealed class Place
{
    /// <summary>Where the elements lie.</summary>
    public Layout Layout;

    private Place(Storage storage, in Layout layout, int elementSize)
    {
        Storage = storage;
        Layout = layout;
        ElementSize = elementSize;
    }

    /// <summary>The memory.</summary>
    public Storage Storage { get; private set; }

    /// <summary>Bytes of an element.</summary>
    public int ElementSize { get; }

    /// <summary>The first element in the memory beside a tile, where the elements live no longer than that; -1 otherwise.</summary>
    public nint Beside { get; set; } = -1;

    /// <summary>The place as devices take it.</summary>
    public Operand Operand => new(Storage, in Layout);

    /// <summary>Whether one element stands for all.</summary>
    public bool IsScalar
    {
        get
        {
            bool isScalar = Layout.Extents.Size > 0;
            for (int axis = 0; axis < Layout.Extents.Rank; axis++)
            {
                isScalar &= Layout.Extents[axis] == 1 || Layout.Stride(axis) == 0;
            }

            return isScalar;
        }
    }

    public static Place Of<T>(Operand operand)
        where T : unmanaged => new(operand.Storage, in operand.Layout, Unsafe.SizeOf<T>());

    public static Place Of<T>(TensorNode node)
        where T : unmanaged => new(node.Storage!, in node.Layout, Unsafe.SizeOf<T>());

    /// <summary>Moves the place to other memory.</summary>
    public void Bind(Storage storage, nint offset)
    {
        Storage = storage;
        Layout.Offset = offset;
    }

    /// <summary>Consecutive elements on the processor: those from a number on, or what is beside the tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Memory<T>(nint start, nint count, Storage? beside)
        where T : unmanaged => Beside < 0 ? CpuDevice.Memory<T>(Storage, Layout.Offset + start, count) : CpuDevice.Memory<T>(beside!, Beside, count);

    /// <summary>The first element, on the processor.</summary>
    public T First<T>()
        where T : unmanaged => CpuDevice.Memory<T>(Storage, Layout.Offset, 1)[0];
}
