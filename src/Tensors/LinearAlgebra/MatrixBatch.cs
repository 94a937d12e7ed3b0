namespace Onsager.Tensors;

/// <summary>Matrices [..., rows, columns] of the processor as the kernels of Onsager.Simd take them: rows, or columns, that are contiguous, and a leading dimension.</summary>
internal readonly struct MatrixBatch<T>
    where T : unmanaged
{
    private readonly Storage storage;
    private readonly Layout layout;

    private MatrixBatch(Storage storage, in Layout layout, bool isTurned)
    {
        this.storage = storage;
        this.layout = layout;
        IsTurned = isTurned;
        int rank = layout.Shape.Rank;
        (nint rows, nint columns) = isTurned ? (layout.Shape[rank - 1], layout.Shape[rank - 2]) : (layout.Shape[rank - 2], layout.Shape[rank - 1]);
        Rows = (int)rows;
        Columns = (int)columns;
        Leading = (int)nint.Max(nint.Max(1, columns), rows > 1 ? layout.Stride(isTurned ? rank - 1 : rank - 2) : 1);
    }

    /// <summary>Rows of the stored matrix.</summary>
    public int Rows { get; }

    /// <summary>Columns of the stored matrix.</summary>
    public int Columns { get; }

    /// <summary>Elements from one stored row to the next.</summary>
    public int Leading { get; }

    /// <summary>Whether the stored matrices are the transposed ones.</summary>
    public bool IsTurned { get; }

    /// <summary>Matrix number i.</summary>
    public Span<T> this[nint i] => Rows == 0 || Columns == 0 ? [] : CpuDevice.Memory<T>(storage, layout.MatrixStart(i), ((Rows - 1) * (nint)Leading) + Columns);

    /// <summary>A contiguous tensor's matrices.</summary>
    public static MatrixBatch<T> Of(TensorNode x) => new(x.Storage!, in x.Layout, isTurned: false);

    /// <summary>The matrices of a layout, where they can be taken as they lie.</summary>
    public static bool TryOf(Storage storage, in Layout layout, bool mayTurn, out MatrixBatch<T> batch)
    {
        int rank = layout.Shape.Rank;
        bool isPlain = Fits(in layout, rank - 2, rank - 1), isTurned = !isPlain && mayTurn && Fits(in layout, rank - 1, rank - 2);
        batch = isPlain || isTurned ? new(storage, in layout, isTurned) : default;
        return isPlain || isTurned;
    }

    /// <summary>Whether lines along an axis are contiguous and follow one another without overlap.</summary>
    private static bool Fits(in Layout layout, int lines, int along)
    {
        nint count = layout.Shape[lines], length = layout.Shape[along], step = layout.Stride(lines);
        return (length < 2 || layout.Stride(along) == 1) && (count < 2 || (step >= length && step <= int.MaxValue));
    }
}

/// <summary>A tensor's matrices, broadcast to a batch: where they lie, or a copy beside them.</summary>
internal readonly ref struct LaidMatrices<T>
    where T : unmanaged
{
    private readonly TensorNode source;
    private readonly TensorNode? copy;

    /// <param name="operation">Its name, for messages.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="batch">The shape of the leading axes.</param>
    /// <param name="mayTurn">Whether matrices stored by columns will do.</param>
    public LaidMatrices(string operation, TensorNode x, Shape batch, bool mayTurn = false)
    {
        source = x;
        Layout layout = x.Layout.Expand(SquareMatrices.Join(batch, x.Layout.Shape[-2], x.Layout.Shape[-1]), operation);
        if (MatrixBatch<T>.TryOf(x.Storage!, in layout, mayTurn, out MatrixBatch<T> found))
        {
            Matrices = found;
            return;
        }

        copy = Tensor.NewNode<T>(layout.Shape, x.Storage!.Device);
        x.Storage.Device.Copy<T>(new Operand(x.Storage, in layout), copy.Operand());
        Matrices = MatrixBatch<T>.Of(copy);
    }

    public MatrixBatch<T> Matrices { get; }

    public void Dispose()
    {
        copy?.ReleaseHandle();
        GC.KeepAlive(source);
    }
}

/// <summary>Checks and shapes of matrices in batches.</summary>
internal static class SquareMatrices
{
    /// <summary>The number of rows of square matrices [..., n, n] on the processor.</summary>
    /// <exception cref="ArgumentException">They are not square.</exception>
    /// <exception cref="NotSupportedException">They are elsewhere, have more elements than a span can number, or elements without arithmetic.</exception>
    public static int Check<T>(string operation, TensorNode a)
    {
        int n = CheckSquare<T>(operation, a);
        CheckPlace(operation, a);
        return n;
    }

    /// <summary>The number of rows of square matrices [..., n, n] on any device.</summary>
    /// <exception cref="ArgumentException">They are not square.</exception>
    /// <exception cref="NotSupportedException">They have more elements than a span can number, or elements without arithmetic.</exception>
    public static int CheckSquare<T>(string operation, TensorNode a)
    {
        Tensor.CheckArithmetic<T>(operation);
        Shape shape = a.Layout.Shape;
        if (shape.Rank < 2 || shape[-1] != shape[-2])
        {
            throw new ArgumentException($"{operation}: a square matrix is needed; got {shape}.");
        }

        CheckSize(operation, in shape);
        return (int)shape[-1];
    }

    /// <summary>Matrices are on the processor and not too large.</summary>
    public static void CheckPlace(string operation, TensorNode x)
    {
        if (x.Storage!.Device is not CpuDevice)
        {
            throw new NotSupportedException($"{operation}: the matrix must be on the processor; it is on {x.Storage.Device}.");
        }

        CheckSize(operation, in x.Layout.Extents);
    }

    private static void CheckSize(string operation, in Shape shape)
    {
        if (shape.Rank >= 2 && (double)shape[-1] * shape[-2] > int.MaxValue)
        {
            throw new NotSupportedException($"{operation}: a matrix of {shape} has {shape[-1] * shape[-2]} elements; at most {int.MaxValue} are supported.");
        }
    }

    /// <summary>The shape [..., rows, columns] of the right sides that matrices [..., n, n] have after broadcasting.</summary>
    /// <exception cref="ArgumentException">The right sides have not n rows, or the leading axes do not broadcast.</exception>
    public static Shape RightSide(string operation, TensorNode a, TensorNode b)
    {
        Shape matrix = a.Layout.Shape, right = b.Layout.Shape;
        if (right.Rank < 2 || right[-2] != matrix[-1])
        {
            throw new ArgumentException($"{operation}: the matrix has shape {matrix}; the right side {right} must be [{matrix[-1]}] or [..., {matrix[-1]}, columns].", nameof(b));
        }

        Elementwise.CheckDevices(operation, a, b);
        CheckSize(operation, in right);
        return Join(Shape.Broadcast(Batch(matrix), Batch(right), operation), right[-2], right[-1]);
    }

    /// <summary>A vector [n] as a column; everything else as it is.</summary>
    public static Tensor<T> Column<T>(string operation, Tensor<T> a, Tensor<T> b)
        where T : unmanaged
    {
        if (b.Rank == 1 && a.Rank >= 2 && b.Shape[0] == a.Shape[-1])
        {
            return b.Unsqueeze(1);
        }

        return b.Rank >= 2
            ? b.Share()
            : throw new ArgumentException($"{operation}: the matrix has shape {a.Shape}; the right side {b.Shape} must be [{(a.Rank == 0 ? 0 : a.Shape[-1])}] or [..., {(a.Rank == 0 ? 0 : a.Shape[-1])}, columns].", nameof(b));
    }

    /// <summary>The axes before the last two.</summary>
    public static Shape Batch(Shape shape) => Shape.Create(shape.AsSpan()[..^2]);

    /// <summary>The number of matrices.</summary>
    public static nint Count(Shape shape) => Batch(shape).Size;

    /// <summary>A shape of matrices.</summary>
    public static Shape Join(Shape batch, nint rows, nint columns)
    {
        Span<nint> extents = stackalloc nint[batch.Rank + 2];
        batch.AsSpan().CopyTo(extents);
        extents[^2] = rows;
        extents[^1] = columns;
        return Shape.Create(extents);
    }

    /// <summary>How messages name matrix i of a tensor: "the matrix", or "matrix 3 of [8, 5, 5]".</summary>
    public static string Name(nint i, nint batch, int n) => batch == 1 ? "the matrix" : $"matrix {i} of {batch} [{n}, {n}]";
}
