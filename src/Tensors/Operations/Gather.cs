namespace Onsager.Tensors;

/// <summary>
/// Elements taken by index. Indices are 32-bit, as <see cref="ArgMax()"/> gives them; negative ones count from the end. A device without
/// such a kernel throws <see cref="NotSupportedException"/>.
/// </summary>
public readonly partial struct Tensor<T>
{
    /// <summary>The slices at the indices of an axis: the indices' axes take the place of that axis.</summary>
    /// <exception cref="ArgumentException">The devices differ, or the result would have more than 8 axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index lies outside it.</exception>
    public Tensor<T> Take(int axis, Tensor<int> indices)
    {
        TensorNode x = Node, i = indices.Node;
        Elementwise.CheckDevices("take", x, i);
        axis = x.Layout.Shape.Axis(axis, "take");
        Shape shape = Indexing.Replace(x.Layout.Shape, axis, i.Layout.Shape.AsSpan(), "take");
        using Scope scope = Scope.Begin();
        TensorNode y = Tensor.NewNode<T>(shape, x.Storage!.Device);
        Gathering.Take<T>(new IndexedAxis("take", axis), x, i, y);
        Tape.Record(TakeRule<T>.For(axis), x, i, null, y);
        return scope.Keep(new Tensor<T>(y));
    }

    /// <summary>The slices at the indices of an axis, into an existing tensor.</summary>
    /// <exception cref="ArgumentException">The devices differ, the destination has not the result's shape or overlaps an input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index lies outside it.</exception>
    public void TakeInto(int axis, Tensor<int> indices, Tensor<T> destination)
    {
        TensorNode x = Node, i = indices.Node, y = destination.Node;
        axis = x.Layout.Shape.Axis(axis, "take");
        Indexing.CheckSeparate("take", Indexing.Replace(x.Layout.Shape, axis, i.Layout.Shape.AsSpan(), "take"), y, x, i);
        Gathering.Take<T>(new IndexedAxis("take", axis), x, i, y);
    }

    /// <summary>The slices at the indices of an axis, given by a vector: what PyTorch calls index_select.</summary>
    /// <exception cref="ArgumentException">The indices are no vector, or the devices differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index lies outside it.</exception>
    public Tensor<T> IndexSelect(int axis, Tensor<int> indices) => indices.Rank == 1
        ? Take(axis, indices)
        : throw new ArgumentException($"index select: the indices have shape {indices.Shape}; one axis is needed.", nameof(indices));

    /// <summary>
    /// Along an axis the elements at indices of their own for each line, as <see cref="ArgSort"/> and its kin give them: what PyTorch calls
    /// gather. Axes but this one broadcast.
    /// </summary>
    /// <exception cref="ArgumentException">The ranks or devices differ, or the other axes do not broadcast.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index lies outside it.</exception>
    public Tensor<T> TakeAlongAxis(int axis, Tensor<int> indices)
    {
        Elementwise.CheckDevices("take along axis", Node, indices.Node);
        axis = Node.Layout.Shape.Axis(axis, "take along axis");
        using Tensor<T> x = View(Gathering.Spread("take along axis", Node, axis, indices.Shape));
        using Tensor<int> i = indices.View(Gathering.Spread("take along axis", indices.Node, axis, x.Shape));
        using Scope scope = Scope.Begin();
        TensorNode y = Tensor.NewNode<T>(i.Shape, Device);
        Device.Gather<T>(new IndexedAxis("take along axis", axis), x.Operand, i.Operand, y.Operand());
        Tape.Record(TakeAlongAxisRule<T>.For(axis), x.Node, i.Node, null, y);
        return scope.Keep(new Tensor<T>(y));
    }

    /// <summary>Along an axis the elements at indices of their own for each line, into an existing tensor.</summary>
    /// <exception cref="ArgumentException">The ranks or devices differ, the other axes do not broadcast, the destination has not the result's shape or overlaps an input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index lies outside it.</exception>
    public void TakeAlongAxisInto(int axis, Tensor<int> indices, Tensor<T> destination)
    {
        axis = Node.Layout.Shape.Axis(axis, "take along axis");
        using Tensor<T> x = View(Gathering.Spread("take along axis", Node, axis, indices.Shape));
        using Tensor<int> i = indices.View(Gathering.Spread("take along axis", indices.Node, axis, x.Shape));
        Indexing.CheckSeparate("take along axis", i.Shape, destination.Node, x.Node, i.Node);
        Device.Gather<T>(new IndexedAxis("take along axis", axis), x.Operand, i.Operand, destination.Operand);
    }
}

/// <summary>What operations that read by index share.</summary>
internal static class Gathering
{
    /// <summary>A layout with every axis but one broadcast against another shape's.</summary>
    public static Layout Spread(string operation, TensorNode x, int axis, Shape other)
    {
        Shape own = x.Layout.Shape;
        if (own.Rank != other.Rank)
        {
            throw new ArgumentException($"{operation}: shapes of the same rank are needed; got {own} and {other}.");
        }

        Shape target = Shape.Broadcast(own.Without(axis, keep: true), other.Without(axis, keep: true), operation);
        return x.Layout.Expand(Indexing.Replace(target, axis, [own[axis]], operation), operation);
    }

    /// <summary>y = the slices of x at the indices, whose axes take the place of the axis.</summary>
    public static void Take<T>(IndexedAxis axis, TensorNode x, TensorNode indices, TensorNode y)
        where T : unmanaged
    {
        Layout at = Indexing.Beside(axis.Axis, x, indices);
        y.Storage!.Device.Gather<T>(axis, x.Operand(), new Operand(indices.Storage!, in at), y.Operand());
    }
}
