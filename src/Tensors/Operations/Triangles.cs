namespace Onsager.Tensors;

/// <summary>Triangles and diagonals of matrices [..., rows, columns].</summary>
public readonly partial struct Tensor<T>
{
    /// <summary>The lower triangle of each matrix, up to the diagonal where the column is the row plus the offset; zeros above it.</summary>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    public Tensor<T> Tril(nint offset = 0) => Triangle(isLower: true, offset);

    /// <summary>The lower triangle into an existing tensor of this shape, which may be this one.</summary>
    /// <exception cref="ArgumentException">The rank is below 2, shape or device differ, or the destination overlaps this tensor otherwise than exactly.</exception>
    public void TrilInto(Tensor<T> destination, nint offset = 0) => TriangleInto(isLower: true, offset, destination);

    /// <summary>The upper triangle of each matrix, from the diagonal on where the column is the row plus the offset; zeros below it.</summary>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    public Tensor<T> Triu(nint offset = 0) => Triangle(isLower: false, offset);

    /// <summary>The upper triangle into an existing tensor of this shape, which may be this one.</summary>
    /// <exception cref="ArgumentException">The rank is below 2, shape or device differ, or the destination overlaps this tensor otherwise than exactly.</exception>
    public void TriuInto(Tensor<T> destination, nint offset = 0) => TriangleInto(isLower: false, offset, destination);

    /// <summary>Square matrices [..., n + |offset|, n + |offset|] with the vectors [..., n] on a diagonal, and zeros beside it.</summary>
    /// <exception cref="ArgumentException">The tensor is a scalar, or has 8 axes.</exception>
    public Tensor<T> DiagEmbed(nint offset = 0)
    {
        TensorNode x = Node;
        Tensor<T> y = Tensor.Zeros<T>(Triangles.Embedded(x.Layout.Shape, offset), x.Storage!.Device);
        Layout diagonal = y.Layout.Diagonal(y.Rank - 2, y.Rank - 1, offset);
        x.Storage.Device.Copy<T>(x.Operand(), new Operand(y.Node.Storage!, in diagonal));
        if (Tape.Records(x, x, x))
        {
            Tape.Record(new DiagEmbedRule<T>(offset), x, null, null, y.Node);
        }

        return y;
    }

    /// <summary>Square matrices with the vectors on a diagonal, into an existing tensor.</summary>
    /// <exception cref="ArgumentException">The tensor is a scalar, or has 8 axes; or the destination's shape or device differ, or it overlaps this tensor.</exception>
    public void DiagEmbedInto(Tensor<T> destination, nint offset = 0)
    {
        TensorNode x = Node, y = destination.Node;
        Indexing.CheckSeparate("diag embed", Triangles.Embedded(x.Layout.Shape, offset), y, x);
        y.Storage!.Device.Fill(default(T), y.Operand());
        Layout diagonal = y.Layout.Diagonal(y.Layout.Shape.Rank - 2, y.Layout.Shape.Rank - 1, offset);
        y.Storage.Device.Copy<T>(x.Operand(), new Operand(y.Storage, in diagonal));
    }

    private Tensor<T> Triangle(bool isLower, nint offset)
    {
        TensorNode x = Node;
        Triangles.CheckMatrix(isLower ? "tril" : "triu", x.Layout.Shape);
        TensorNode y = Tensor.NewNode<T>(in x.Layout.Extents, x.Storage!.Device);
        x.Storage.Device.Copy<T>(x.Operand(), y.Operand());
        Triangles.Clear<T>(y, isLower, offset);
        if ((typeof(T) == typeof(float) || typeof(T) == typeof(double)) && Tape.Records(x, x, x))
        {
            Tape.Record(new TriangleRule<T>(isLower, offset), x, null, null, y);
        }

        return new(y);
    }

    private void TriangleInto(bool isLower, nint offset, Tensor<T> destination)
    {
        string operation = isLower ? "tril" : "triu";
        TensorNode x = Node, y = destination.Node;
        Triangles.CheckMatrix(operation, x.Layout.Shape);
        Elementwise.CheckInto(operation, x.Layout.Shape, y, x);
        if (!(x.Storage == y.Storage && x.Layout.SameElements(in y.Layout)))
        {
            y.Storage!.Device.Copy<T>(x.Operand(), y.Operand());
        }

        Triangles.Clear<T>(y, isLower, offset);
    }
}

/// <summary>What triangles share.</summary>
internal static class Triangles
{
    public static void CheckMatrix(string operation, Shape shape)
    {
        if (shape.Rank < 2)
        {
            throw new ArgumentException($"{operation}: {shape} has rank {shape.Rank}; matrices are needed.");
        }
    }

    public static Shape Embedded(Shape shape, nint offset)
    {
        if (shape.Rank is 0 or Shape.MaxRank)
        {
            throw new ArgumentException($"diag embed: {shape} has rank {shape.Rank}; 1 to {Shape.MaxRank - 1} axes are supported.");
        }

        if (offset is > int.MaxValue or < -int.MaxValue)
        {
            throw new ArgumentException($"diag embed: with the offset {offset} there are more elements than memory can number.", nameof(offset));
        }

        nint extent = shape[-1] + nint.Abs(offset);
        return Indexing.Replace(shape, shape.Rank - 1, [extent, extent], "diag embed");
    }

    /// <summary>Zeros above the diagonal where the lower triangle is kept, and below it otherwise.</summary>
    public static void Clear<T>(TensorNode y, bool isLower, nint offset)
        where T : unmanaged
    {
        // Matrices without elements may have any number of rows.
        int rank = y.Layout.Shape.Rank;
        nint rows = y.Layout.Shape.Size == 0 ? 0 : y.Layout.Shape[rank - 2], columns = y.Layout.Shape[rank - 1];
        for (nint row = 0; row < rows; row++)
        {
            // The first column behind the diagonal, or the first on it. Neither sum can overflow: extents are counts of elements.
            nint edge = nint.Clamp(nint.Clamp(offset, -rows - 1, columns + 1) + row + (isLower ? 1 : 0), 0, columns);
            Layout line = y.Layout.Slice(rank - 2, row, 1, 1);
            Layout cleared = isLower ? line.Slice(rank - 1, edge, columns - edge, 1) : line.Slice(rank - 1, 0, edge, 1);
            if (cleared.Shape.Size > 0)
            {
                y.Storage!.Device.Fill(default(T), new Operand(y.Storage, in cleared));
            }
        }
    }
}
