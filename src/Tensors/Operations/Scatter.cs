namespace Onsager.Tensors;

/// <summary>
/// Elements written by index, always in the row-major order of the indices: of several for one place the last stays, and sums are added in
/// that order, whatever the number of threads. A device without such a kernel throws <see cref="NotSupportedException"/>.
/// </summary>
public readonly partial struct Tensor<T>
{
    /// <summary>A copy in which the source's slices were added to those at the indices of an axis: the transposed of <see cref="Take"/>.</summary>
    /// <exception cref="ArgumentException">The source's shape is not what Take would give, or the devices differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index lies outside it.</exception>
    /// <exception cref="NotSupportedException">The element type is none of float, double, int and long.</exception>
    public Tensor<T> IndexAdd(int axis, Tensor<int> indices, Tensor<T> source)
    {
        TensorNode x = Node, i = indices.Node, s = source.Node;
        axis = Scattering.CheckIndexAdd<T>(x, axis, i, s);
        using Scope scope = Scope.Begin();
        TensorNode y = Tensor.NewNode<T>(in x.Layout.Extents, x.Storage!.Device);
        Scattering.IndexAdd<T>(axis, x, i, s, y);
        Tape.Record(IndexAddRule<T>.For(axis), x, i, s, y);
        return scope.Keep(new Tensor<T>(y));
    }

    /// <summary>This tensor with the source's slices added, into an existing tensor of this shape, which may be this one.</summary>
    /// <exception cref="ArgumentException">The source's shape is not what Take would give, shapes or devices differ, or the destination overlaps an input otherwise.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index lies outside it.</exception>
    /// <exception cref="NotSupportedException">The element type is none of float, double, int and long.</exception>
    public void IndexAddInto(int axis, Tensor<int> indices, Tensor<T> source, Tensor<T> destination)
    {
        TensorNode x = Node, i = indices.Node, s = source.Node, y = destination.Node;
        axis = Scattering.CheckIndexAdd<T>(x, axis, i, s);
        Scattering.CheckInto("index add", x, i, s, y);
        Scattering.IndexAdd<T>(axis, x, i, s, y);
    }

    /// <summary>A copy in which along an axis the source's elements stand at the indices: of several for one place the last.</summary>
    /// <param name="axis">The axis that the indices count along.</param>
    /// <param name="indices">One index for each source element; it broadcasts against the source, and both against this tensor but for the axis.</param>
    /// <param name="source">The elements to write.</param>
    /// <exception cref="ArgumentException">Ranks or devices differ, or the shapes do not broadcast.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index lies outside it.</exception>
    public Tensor<T> Scatter(int axis, Tensor<int> indices, Tensor<T> source) => Scattered("scatter", isSum: false, axis, indices, source);

    /// <summary>This tensor with the source's elements at the indices, into an existing tensor of this shape, which may be this one.</summary>
    /// <exception cref="ArgumentException">Ranks, shapes or devices do not fit, or the destination overlaps an input otherwise.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index lies outside it.</exception>
    public void ScatterInto(int axis, Tensor<int> indices, Tensor<T> source, Tensor<T> destination) =>
        ScatteredInto("scatter", isSum: false, axis, indices, source, destination);

    /// <summary>A copy in which along an axis the source's elements were added at the indices, in their row-major order: the transposed of <see cref="TakeAlongAxis"/>.</summary>
    /// <param name="axis">The axis that the indices count along.</param>
    /// <param name="indices">One index for each source element; it broadcasts against the source, and both against this tensor but for the axis.</param>
    /// <param name="source">The elements to add.</param>
    /// <exception cref="ArgumentException">Ranks or devices differ, or the shapes do not broadcast.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index lies outside it.</exception>
    /// <exception cref="NotSupportedException">The element type is none of float, double, int and long.</exception>
    public Tensor<T> ScatterAdd(int axis, Tensor<int> indices, Tensor<T> source) => Scattered("scatter add", isSum: true, axis, indices, source);

    /// <summary>This tensor with the source's elements added at the indices, into an existing tensor of this shape, which may be this one.</summary>
    /// <exception cref="ArgumentException">Ranks, shapes or devices do not fit, or the destination overlaps an input otherwise.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index lies outside it.</exception>
    /// <exception cref="NotSupportedException">The element type is none of float, double, int and long.</exception>
    public void ScatterAddInto(int axis, Tensor<int> indices, Tensor<T> source, Tensor<T> destination) =>
        ScatteredInto("scatter add", isSum: true, axis, indices, source, destination);

    /// <summary>Writes values in place at numbers of elements counted in row-major order over the whole tensor; the values broadcast to the indices.</summary>
    /// <exception cref="ArgumentException">The values do not broadcast, devices differ, or an input overlaps this tensor, or it is an expanded view.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not one of this tensor's elements.</exception>
    public void Put(Tensor<int> indices, Tensor<T> values)
    {
        TensorNode own = Node;
        Layout spread = values.Node.Layout.Expand(indices.Shape, "put");
        Indexing.CheckSeparate("put", own.Layout.Shape, own, indices.Node, values.Node);
        using Packed<int> at = new("put", indices.Node);
        using Packed<T> from = new("put", values.Node, in spread);
        nint size = own.Layout.Shape.Size;
        foreach (int index in at.Elements)
        {
            if (index < -size || index >= size)
            {
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"put: index {index} is outside the {size} elements of {own.Layout.Shape}.");
            }
        }

        for (int i = 0; i < at.Elements.Length; i++)
        {
            int index = at.Elements[i];
            CpuDevice.Memory<T>(own.Storage!, own.Layout.Place(index < 0 ? index + size : index), 1)[0] = from.Elements[i];
        }
    }

    private Tensor<T> Scattered(string operation, bool isSum, int axis, Tensor<int> indices, Tensor<T> source)
    {
        TensorNode x = Node;
        axis = Scattering.Check<T>(operation, isSum, x, axis, indices.Node, source.Node, out Shape shape);
        using Tensor<int> i = indices.Expand(shape);
        using Tensor<T> s = source.Expand(shape);
        using Scope scope = Scope.Begin();
        TensorNode y = Tensor.NewNode<T>(in x.Layout.Extents, x.Storage!.Device);
        Device.Scatter<T>(new IndexedAxis(operation, axis), isSum, x.Operand(), i.Operand, s.Operand, y.Operand());
        Tape.Record(ScatterRule<T>.For(axis, isSum), x, i.Node, s.Node, y);
        return scope.Keep(new Tensor<T>(y));
    }

    private void ScatteredInto(string operation, bool isSum, int axis, Tensor<int> indices, Tensor<T> source, Tensor<T> destination)
    {
        TensorNode x = Node;
        axis = Scattering.Check<T>(operation, isSum, x, axis, indices.Node, source.Node, out Shape shape);
        using Tensor<int> i = indices.Expand(shape);
        using Tensor<T> s = source.Expand(shape);
        Scattering.CheckInto(operation, x, i.Node, s.Node, destination.Node);
        Device.Scatter<T>(new IndexedAxis(operation, axis), isSum, x.Operand(), i.Operand, s.Operand, destination.Operand);
    }
}

/// <summary>What operations that write by index share.</summary>
internal static class Scattering
{
    /// <summary>The axis from the front, and the shape of indices and source broadcast against each other and the tensor.</summary>
    public static int Check<T>(string operation, bool isSum, TensorNode x, int axis, TensorNode indices, TensorNode source, out Shape shape)
        where T : unmanaged
    {
        Shape own = x.Layout.Shape;
        axis = own.Axis(axis, operation);
        CheckSum<T>(operation, isSum);
        Elementwise.CheckDevices(operation, x, indices, source);
        if (indices.Layout.Shape.Rank != own.Rank || source.Layout.Shape.Rank != own.Rank)
        {
            throw new ArgumentException($"{operation}: shapes of the same rank are needed; got {own}, {indices.Layout.Shape} and {source.Layout.Shape}.");
        }

        Shape pair = Shape.Broadcast(indices.Layout.Shape, source.Layout.Shape, operation);
        shape = Indexing.Replace(own, axis, [pair[axis]], operation);
        return Shape.Broadcast(shape, pair, operation) == shape
            ? axis
            : throw new ArgumentException($"{operation}: indices {indices.Layout.Shape} and source {source.Layout.Shape} do not broadcast to {shape}.");
    }

    public static int CheckIndexAdd<T>(TensorNode x, int axis, TensorNode indices, TensorNode source)
        where T : unmanaged
    {
        Shape own = x.Layout.Shape;
        axis = own.Axis(axis, "index add");
        CheckSum<T>("index add", isSum: true);
        Elementwise.CheckDevices("index add", x, indices, source);
        Shape shape = Indexing.Replace(own, axis, indices.Layout.Shape.AsSpan(), "index add");
        if (source.Layout.Shape != shape)
        {
            throw new ArgumentException($"index add: the source has shape {source.Layout.Shape}; axis {axis} of {own} and indices {indices.Layout.Shape} need {shape}.", nameof(source));
        }

        return axis;
    }

    /// <summary>The destination is the tensor itself or apart from it, and apart from indices and source.</summary>
    public static void CheckInto(string operation, TensorNode x, TensorNode indices, TensorNode source, TensorNode y)
    {
        Products.CheckSeparate(operation, y, indices, source);
        Tape.RefuseTracked(source, operation);
        Elementwise.CheckInto(operation, x.Layout.Shape, y, x);
    }

    /// <summary>y = x with the source's slices added at the indices, whose axes stand in the place of the axis.</summary>
    public static void IndexAdd<T>(int axis, TensorNode x, TensorNode indices, TensorNode source, TensorNode y)
        where T : unmanaged
    {
        Layout at = Indexing.Beside(axis, x, indices);
        y.Storage!.Device.Scatter<T>(new IndexedAxis("index add", axis), isSum: true, x.Operand(), new Operand(indices.Storage!, in at), source.Operand(), y.Operand());
    }

    private static void CheckSum<T>(string operation, bool isSum)
    {
        if (isSum && typeof(T) != typeof(float) && typeof(T) != typeof(double) && typeof(T) != typeof(int) && typeof(T) != typeof(long))
        {
            throw new NotSupportedException($"{operation}: the element type is {typeof(T).Name}; float, double, int and long are supported.");
        }
    }
}
