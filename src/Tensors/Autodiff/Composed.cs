namespace Onsager.Tensors;

/// <summary>What rules in their composed form share: recorded operations on whole tensors.</summary>
internal static class Composed
{
    /// <summary>The sum of a tensor over the axes along which a shape, broadcast to its shape, repeats itself.</summary>
    public static Tensor<T> SumTo<T>(Tensor<T> x, Shape shape)
        where T : unmanaged
    {
        if (x.Shape == shape)
        {
            return x.Share();
        }

        if (shape.Size == 1 && x.Size == 1 && x.Rank < shape.Rank)
        {
            return x.Expand(shape);
        }

        Span<int> axes = stackalloc int[x.Rank];
        int count = 0, shift = x.Rank - shape.Rank;
        for (int axis = 0; axis < axes.Length; axis++)
        {
            if (axis < shift || (shape[axis - shift] == 1 && x.Shape[axis] != 1))
            {
                axes[count++] = axis;
            }
        }

        using Tensor<T> sum = x.Sum(axes[..count], keepDimensions: true);
        return sum.Reshape(shape.AsSpan());
    }

    /// <summary>The number of elements of x that were reduced to each of a result with kept axes.</summary>
    public static double Count(TensorNode x, TensorNode result) => x.Layout.Shape.Size / nint.Max(1, result.Layout.Shape.Size);
}
