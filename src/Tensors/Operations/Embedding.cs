using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Rows of a table, taken by index.</summary>
public readonly partial struct Tensor<T>
{
    /// <summary>
    /// The rows of this table [count, width] that the indices [...] name: [..., width]. In the gradient, what belongs to the same row is added in the
    /// order of the indices.
    /// </summary>
    /// <exception cref="ArgumentException">This is no matrix.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not a row's.</exception>
    /// <exception cref="NotSupportedException">Table or indices are not on the processor.</exception>
    public Tensor<T> Embedding(Tensor<int> indices)
    {
        Tensor.CheckArithmetic<T>("embedding");
        Shape result = Rows.Check(Node, indices);
        using Tensor<int> picked = indices.IsContiguous ? indices.Share() : indices.Clone();
        Tensor<T> y = Rows.Take(this, picked, result);
        Tape.Record(EmbeddingRule<T>.Instance, Node, picked.Node, null, y.Node);
        return y;
    }

    /// <summary>The rows into an existing tensor [..., width], which does not overlap the table.</summary>
    /// <exception cref="ArgumentException">This is no matrix, or the destination's shape or device is not the result's, or it overlaps the table or itself.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not a row's.</exception>
    /// <exception cref="NotSupportedException">Table or indices are not on the processor.</exception>
    public void EmbeddingInto(Tensor<int> indices, Tensor<T> destination)
    {
        Tensor.CheckArithmetic<T>("embedding");
        TensorNode table = Node, y = destination.Node;
        Shape result = Rows.Check(table, indices);
        Elementwise.CheckDevices("embedding", y, table);
        if (y.Layout.Shape != result)
        {
            throw new ArgumentException($"embedding: the destination has shape {y.Layout.Shape}, the result {result}.", nameof(destination));
        }

        Products.CheckSeparate("embedding", y, table);
        Tape.RefuseTracked(table, "embedding");
        Elementwise.CheckDestination("embedding", y);
        using Tensor<int> picked = indices.IsContiguous ? indices.Share() : indices.Clone();
        using Tensor<T> rows = Rows.Take(this, picked, result);
        y.Storage!.Device.Copy<T>(rows.Operand, y.Operand());
    }
}

/// <summary>Rows by index, and its adjoint.</summary>
internal static class Rows
{
    /// <summary>The result's shape.</summary>
    public static Shape Check(TensorNode table, Tensor<int> indices)
    {
        Shape shape = table.Layout.Shape;
        if (shape.Rank != 2 || indices.Rank == Shape.MaxRank)
        {
            throw new ArgumentException($"embedding: a table [count, width] and indices of at most {Shape.MaxRank - 1} axes are needed; got {shape} and {indices.Shape}.");
        }

        if (table.Storage!.Device is not CpuDevice || indices.Device is not CpuDevice)
        {
            throw new NotSupportedException($"embedding: table and indices must be on the processor; they are on {table.Storage.Device} and {indices.Device}.");
        }

        using Tensor<int> picked = indices.Contiguous();
        foreach (int index in picked.AsSpan())
        {
            if ((uint)index >= (uint)shape[0])
            {
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"embedding: index {index} is not one of {shape[0]} rows.");
            }
        }

        Span<nint> extents = stackalloc nint[indices.Rank + 1];
        indices.Shape.AsSpan().CopyTo(extents);
        extents[^1] = shape[1];
        return Shape.Create(extents);
    }

    /// <summary>The rows of a table, one after the other.</summary>
    public static Tensor<T> Take<T>(Tensor<T> table, Tensor<int> indices, Shape shape)
        where T : unmanaged
    {
        using Tensor<T> rows = table.IsContiguous ? table.Share() : Pack(table);
        Tensor<T> y = Tensor.Empty<T>(shape);
        Span<T> from = rows.AsSpan(), to = y.AsSpan();
        int width = (int)table.Shape[1];
        foreach (int index in indices.AsSpan())
        {
            from.Slice(index * width, width).CopyTo(to);
            to = to[width..];
        }

        return y;
    }

    /// <summary>A table [count, width] of the sums of what belongs to each row, in the order of the indices, recorded.</summary>
    public static Tensor<T> Scatter<T>(Tensor<T> dy, Tensor<int> indices, Shape table)
        where T : unmanaged
    {
        using Tensor<T> parts = dy.IsContiguous ? dy.Share() : Pack(dy);
        Tensor<T> sums = Tensor.Zeros<T>(table);
        Span<T> from = parts.AsSpan(), to = sums.AsSpan();
        int width = (int)table[1];
        foreach (int index in indices.AsSpan())
        {
            Span<T> sum = to.Slice(index * width, width);
            Map.Binary<Add, T>(sum, from[..width], sum);
            from = from[width..];
        }

        Tape.Record(EmbeddingAdjointRule<T>.Instance, dy.Node, indices.Node, null, sums.Node);
        return sums;
    }

    /// <summary>A contiguous copy that is not recorded: what it is made for is.</summary>
    private static Tensor<T> Pack<T>(Tensor<T> x)
        where T : unmanaged
    {
        Tensor<T> packed = Tensor.Empty<T>(x.Shape, x.Device);
        x.Device.Copy<T>(x.Operand, packed.Operand);
        return packed;
    }
}
