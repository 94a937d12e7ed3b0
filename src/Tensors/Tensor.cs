using System.Runtime.CompilerServices;

namespace Onsager.Tensors;

/// <summary>
/// A dense array of numbers on a device: a small handle to memory and layout. Views share memory; nothing copies silently. A tensor lives
/// until it is disposed, or until the <see cref="Scope"/> that it was made in ends; a handle used later throws
/// <see cref="ObjectDisposedException"/>.
/// </summary>
/// <typeparam name="T">The element: float or double for arithmetic; any unmanaged type for storage, views and copies.</typeparam>
public readonly partial struct Tensor<T> : IDisposable
    where T : unmanaged
{
    private readonly TensorNode? node;
    private readonly int generation;

    internal Tensor(TensorNode node)
    {
        this.node = node;
        generation = node.Generation;
    }

    /// <summary>The extents.</summary>
    public Shape Shape => Node.Layout.Shape;

    /// <summary>The number of axes.</summary>
    public int Rank => Node.Layout.Shape.Rank;

    /// <summary>The number of elements.</summary>
    public nint Size => Node.Layout.Shape.Size;

    /// <summary>Where the elements lie in the storage.</summary>
    public Layout Layout => Node.Layout;

    /// <summary>The device that holds the elements.</summary>
    public Device Device => Node.Storage!.Device;

    /// <summary>True when the elements lie one after the other in row-major order.</summary>
    public bool IsContiguous => Node.Layout.IsContiguous;

    /// <summary>True when the handle's tensor is gone, or never was.</summary>
    public bool IsDisposed => node is null || node.Generation != generation;

    internal TensorNode Node
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            TensorNode? own = node;
            if (own is null || own.Generation != generation)
            {
                Gone();
            }

            return own!;
        }
    }

    internal Operand Operand => Node.Operand();

    /// <summary>One element; negative indices count from the end.</summary>
    /// <exception cref="ArgumentException">The number of indices is not the rank; on assignment: the tensor is an expanded view.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside its axis.</exception>
    [IndexerName("Element")]
    public T this[params ReadOnlySpan<nint> indices]
    {
        get
        {
            Tape.NoteRead(Node);
            T value = default;
            Device.CopyToHost(Node.Storage!, ElementAt(indices), new Span<T>(ref value));
            return value;
        }

        set
        {
            Elementwise.CheckDestination("element assignment", Node);
            Device.CopyFromHost(new ReadOnlySpan<T>(ref value), Node.Storage!, ElementAt(indices));
        }
    }

    /// <summary>Releases the tensor; its memory goes back to the pool when no view of it is left. Disposing twice does nothing.</summary>
    public void Dispose()
    {
        if (!IsDisposed)
        {
            node!.ReleaseHandle();
        }
    }

    /// <summary>The only element of a tensor of size 1.</summary>
    /// <exception cref="InvalidOperationException">The size is not 1.</exception>
    public T Item()
    {
        if (Size != 1)
        {
            throw new InvalidOperationException($"item: {Shape} has {Size} elements, not 1.");
        }

        Tape.NoteRead(Node);
        T value = default;
        Device.CopyToHost(Node.Storage!, Node.Layout.Offset, new Span<T>(ref value));
        return value;
    }

    /// <summary>The only element, which leaves a function that is being differentiated and perhaps recorded.</summary>
    internal T Value()
    {
        if (Recorder.Current is not { } recorder)
        {
            return Item();
        }

        Tape.NoteRead(Node);
        return recorder.Value<T>(Node);
    }

    /// <summary>The elements as a span over the memory itself; valid while the tensor is neither disposed nor forgotten.</summary>
    /// <exception cref="InvalidOperationException">The tensor is not contiguous or not on the processor.</exception>
    public Span<T> AsSpan()
    {
        Tape.NoteRead(Node);
        return Memory();
    }

    /// <summary>The same for operations of our own, whose results are recorded.</summary>
    internal Span<T> Memory()
    {
        TensorNode own = Node;
        Device device = own.Storage!.Device;
        if (Recorder.Current is { } recorder)
        {
            recorder.Fill(own.Storage);
            device = ((RecordingDevice)device).Inner;
        }

        if (device is not CpuDevice || !own.Layout.IsContiguous)
        {
            throw new InvalidOperationException($"span: a contiguous tensor on the processor is needed; this one is {(IsContiguous ? "contiguous" : "strided")} on {Device}.");
        }

        return CpuDevice.Memory<T>(own.Storage, own.Layout.Offset, own.Layout.Shape.Size);
    }

    /// <summary>Copies the elements, in row-major order, into a span of their number.</summary>
    /// <exception cref="ArgumentException">The span's length is not the tensor's size.</exception>
    public void CopyTo(Span<T> destination)
    {
        if (destination.Length != Size)
        {
            throw new ArgumentException($"copy: {Shape} has {Size} elements, the destination {destination.Length}.", nameof(destination));
        }

        Tape.NoteRead(Node);
        if (IsContiguous)
        {
            Device.CopyToHost(Node.Storage!, Node.Layout.Offset, destination);
            return;
        }

        TensorNode packed = Tensor.NewNode<T>(Shape, Device);
        Device.Copy<T>(Operand, packed.Operand());
        Device.CopyToHost(packed.Storage!, 0, destination);
        packed.ReleaseHandle();
    }

    /// <summary>Copies a span of as many elements, in row-major order, into the tensor.</summary>
    /// <exception cref="ArgumentException">The span's length is not the tensor's size, or the tensor is an expanded view.</exception>
    public void CopyFrom(ReadOnlySpan<T> source)
    {
        if (source.Length != Size)
        {
            throw new ArgumentException($"copy: {Shape} has {Size} elements, the source {source.Length}.", nameof(source));
        }

        Elementwise.CheckDestination("copy", Node);
        if (IsContiguous)
        {
            Device.CopyFromHost(source, Node.Storage!, Node.Layout.Offset);
            return;
        }

        using Tensor<T> packed = Tensor.From(source, Shape, Device);
        Device.Copy<T>(packed.Operand, Operand);
    }

    /// <summary>The elements in row-major order.</summary>
    public T[] ToArray()
    {
        T[] elements = new T[Size];
        CopyTo(elements);
        return elements;
    }

    /// <summary>
    /// Type, shape, device and the elements, in rows and aligned columns; of more than 1,000 elements the first and last three of each axis.
    /// Numbers have six decimals at most.
    /// </summary>
    public override string ToString() => IsDisposed ? $"Tensor<{typeof(T).Name}> (disposed)" : TensorText.Of(this);

    private nint ElementAt(ReadOnlySpan<nint> indices)
    {
        Layout layout = Node.Layout;
        if (indices.Length != layout.Shape.Rank)
        {
            throw new ArgumentException($"element: {indices.Length} indices for {layout.Shape} with rank {layout.Shape.Rank}.", nameof(indices));
        }

        nint at = layout.Offset;
        for (int axis = 0; axis < indices.Length; axis++)
        {
            nint extent = layout.Shape[axis], index = indices[axis] < 0 ? indices[axis] + extent : indices[axis];
            if (index < 0 || index >= extent)
            {
                throw new ArgumentOutOfRangeException(nameof(indices), indices[axis], $"element: index {indices[axis]} is outside axis {axis} of {layout.Shape}.");
            }

            at += index * layout.Stride(axis);
        }

        return at;
    }

    private static void Gone() => throw new ObjectDisposedException($"Tensor<{typeof(T).Name}>", "The tensor was disposed, or its scope has ended; keep what must live on with Scope.Keep.");
}
