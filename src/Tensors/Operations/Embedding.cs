namespace Onsager.Tensors;

/// <summary>Rows of a table, taken by index.</summary>
public readonly partial struct Tensor<T>
{
    /// <summary>
    /// The rows of this table [count, width] that the indices [...] name: [..., width]. In the gradient, what belongs to the same row is added in the
    /// order of the indices. Unlike <see cref="Take"/>, no index counts from the end.
    /// </summary>
    /// <exception cref="ArgumentException">This is no matrix, or the devices differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not a row's.</exception>
    /// <exception cref="NotSupportedException">The device has no such kernel.</exception>
    public Tensor<T> Embedding(Tensor<int> indices)
    {
        TensorNode table = Node, i = indices.Node;
        Shape result = Rows.Check<T>(table, i);
        using Scope scope = Scope.Begin();
        TensorNode y = Tensor.NewNode<T>(result, table.Storage!.Device);
        Gathering.Take<T>(Rows.Axis, table, i, y);
        Tape.Record(TakeRule<T>.For(0), table, i, null, y);
        return scope.Keep(new Tensor<T>(y));
    }

    /// <summary>The rows into an existing tensor [..., width], which overlaps neither table nor indices.</summary>
    /// <exception cref="ArgumentException">This is no matrix, or the destination's shape or device is not the result's, or it overlaps an input or itself.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not a row's.</exception>
    /// <exception cref="NotSupportedException">The device has no such kernel.</exception>
    public void EmbeddingInto(Tensor<int> indices, Tensor<T> destination)
    {
        TensorNode table = Node, i = indices.Node, y = destination.Node;
        Indexing.CheckSeparate("embedding", Rows.Check<T>(table, i), y, table, i);
        Gathering.Take<T>(Rows.Axis, table, i, y);
    }
}

/// <summary>Rows by index.</summary>
internal static class Rows
{
    /// <summary>The axis that counts the rows.</summary>
    public static readonly IndexedAxis Axis = new("embedding", 0, countsFromEnd: false);

    /// <summary>The result's shape.</summary>
    public static Shape Check<T>(TensorNode table, TensorNode indices)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>("embedding");
        Shape shape = table.Layout.Shape;
        if (shape.Rank != 2 || indices.Layout.Shape.Rank == Shape.MaxRank)
        {
            throw new ArgumentException($"embedding: a table [count, width] and indices of at most {Shape.MaxRank - 1} axes are needed; got {shape} and {indices.Layout.Shape}.");
        }

        Elementwise.CheckDevices("embedding", table, indices);
        return Indexing.Replace(shape, 0, indices.Layout.Shape.AsSpan(), "embedding");
    }
}
