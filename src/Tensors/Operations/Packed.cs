namespace Onsager.Tensors;

/// <summary>
/// A tensor's elements on the processor in row-major order, for work that goes by index: the tensor's own memory where it is contiguous,
/// a copy beside it otherwise.
/// </summary>
internal readonly ref struct Packed<T>
    where T : unmanaged
{
    private readonly TensorNode source;
    private readonly TensorNode? copy;

    public Packed(string operation, TensorNode x)
        : this(operation, x, in x.Layout)
    {
    }

    /// <summary>The elements of a view of x.</summary>
    /// <exception cref="NotSupportedException">x is not on the processor, or has more elements than a span can number.</exception>
    public Packed(string operation, TensorNode x, in Layout layout)
    {
        Check(operation, x.Storage!.Device, layout.Shape);
        source = x;
        if (layout.IsContiguous)
        {
            Elements = CpuDevice.Memory<T>(x.Storage, layout.Offset, layout.Shape.Size);
            return;
        }

        copy = Tensor.NewNode<T>(layout.Shape, x.Storage.Device);
        x.Storage.Device.Copy<T>(new Operand(x.Storage, in layout), copy.Operand());
        Elements = CpuDevice.Memory<T>(copy.Storage!, 0, layout.Shape.Size);
    }

    /// <summary>The elements; valid until this is disposed.</summary>
    public ReadOnlySpan<T> Elements { get; }

    /// <summary>Refuses other devices and sizes, before anything is made.</summary>
    public static void Check(string operation, Device device, Shape shape)
    {
        if (device is not CpuDevice)
        {
            throw new NotSupportedException($"{operation}: not available on {device}.");
        }

        if (shape.Size > int.MaxValue)
        {
            throw new NotSupportedException($"{operation}: {shape} has {shape.Size} elements; at most {int.MaxValue} are supported.");
        }
    }

    public void Dispose()
    {
        copy?.ReleaseHandle();

        // The memory must outlive the span over it.
        GC.KeepAlive(source);
    }
}

/// <summary>
/// Where results are written in row-major order: the destination's own memory where it is contiguous; otherwise memory beside it, which
/// <see cref="Finish"/> copies.
/// </summary>
internal readonly ref struct Unpacked<T>
    where T : unmanaged
{
    private readonly TensorNode target;
    private readonly TensorNode? copy;

    public Unpacked(string operation, TensorNode y)
    {
        Packed<T>.Check(operation, y.Storage!.Device, y.Layout.Shape);
        target = y;
        copy = y.Layout.IsContiguous ? null : Tensor.NewNode<T>(in y.Layout.Extents, y.Storage.Device);
        Elements = copy is null
            ? CpuDevice.Memory<T>(y.Storage, y.Layout.Offset, y.Layout.Shape.Size)
            : CpuDevice.Memory<T>(copy.Storage!, 0, y.Layout.Shape.Size);
    }

    /// <summary>The elements to write; valid until this is disposed.</summary>
    public Span<T> Elements { get; }

    /// <summary>The elements as matrices [..., rows, columns].</summary>
    public MatrixBatch<T> Matrices => MatrixBatch<T>.Of(copy ?? target);

    /// <summary>Begins with the elements of an operand of the same shape.</summary>
    public void CopyFrom(Operand x) => target.Storage!.Device.Copy<T>(x, (copy ?? target).Operand());

    /// <summary>Brings what was written to its place.</summary>
    public void Finish()
    {
        if (copy is not null)
        {
            target.Storage!.Device.Copy<T>(copy.Operand(), target.Operand());
        }
    }

    public void Dispose()
    {
        copy?.ReleaseHandle();
        GC.KeepAlive(target);
    }
}

/// <summary>Checks of work that goes by index, and what it knows of element types.</summary>
internal static class Indexing
{
    /// <summary>The destination has the result's shape, and memory apart from every input's.</summary>
    public static void CheckSeparate(string operation, Shape shape, TensorNode destination, TensorNode x, TensorNode? y = null, TensorNode? z = null)
    {
        Elementwise.CheckInto(operation, shape, destination, x, y, z);
        Products.CheckSeparate(operation, destination, x);
        if (y is not null)
        {
            Products.CheckSeparate(operation, destination, y);
        }

        if (z is not null)
        {
            Products.CheckSeparate(operation, destination, z);
        }
    }

    /// <summary>Indices whose axes stand in the place of an axis of x, among axes of extent 1 for the others.</summary>
    public static Layout Beside(int axis, TensorNode x, TensorNode indices) => indices.Layout.Surround(axis, x.Layout.Shape.Rank - 1 - axis);

    /// <summary>The extents before an axis, of it, and behind it, each multiplied out.</summary>
    public static (int Outer, int Extent, int Inner) Cut(Shape shape, int axis)
    {
        nint outer = 1, inner = 1;
        for (int i = 0; i < shape.Rank; i++)
        {
            outer *= i < axis ? shape[i] : 1;
            inner *= i > axis ? shape[i] : 1;
        }

        return shape.Size == 0 ? (0, 0, 0) : ((int)outer, (int)shape[axis], (int)inner);
    }

    /// <summary>A shape with other extents in the place of one axis.</summary>
    public static Shape Replace(Shape shape, int axis, ReadOnlySpan<nint> extents, string operation)
    {
        int rank = shape.Rank - 1 + extents.Length;
        if (rank > Shape.MaxRank)
        {
            throw new ArgumentException($"{operation}: the result would have {rank} axes; at most {Shape.MaxRank} are supported.");
        }

        Span<nint> result = stackalloc nint[Shape.MaxRank];
        shape.AsSpan()[..axis].CopyTo(result);
        extents.CopyTo(result[axis..]);
        shape.AsSpan()[(axis + 1)..].CopyTo(result[(axis + extents.Length)..]);
        return Shape.Create(result[..rank]);
    }
}
