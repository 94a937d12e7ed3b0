namespace Onsager.Tensors;

/// <content>The same elements seen in another way.</content>
public partial struct Layout
{
    /// <summary>This layout seen with a larger shape: new and stretched axes have stride 0.</summary>
    /// <exception cref="ArgumentException">An axis has another extent than 1 and the shape's.</exception>
    public readonly Layout Broadcast(Shape target) => Expand(target, "broadcast");

    /// <summary>This layout seen with a larger shape: new and stretched axes have stride 0.</summary>
    internal readonly Layout Expand(Shape target, string operation)
    {
        if (target == Shape)
        {
            return this;
        }

        if (target.Rank < shape.Rank)
        {
            throw new ArgumentException($"{operation}: {Shape} cannot be expanded to {target}, which has fewer axes.");
        }

        Layout result = default;
        result.Shape = target;
        result.Offset = Offset;
        int shift = target.Rank - shape.Rank;
        for (int axis = shift; axis < target.Rank; axis++)
        {
            nint extent = shape[axis - shift];
            if (extent != target[axis] && extent != 1)
            {
                throw new ArgumentException($"{operation}: {Shape} cannot be expanded to {target}: axis {axis} has extent {extent}, not {target[axis]} or 1.");
            }

            result.strides.Set(axis, extent == 1 ? 0 : strides.At(axis - shift));
        }

        return result;
    }

    internal readonly Layout Permute(ReadOnlySpan<int> axes)
    {
        Layout result = this;
        for (int axis = 0; axis < axes.Length; axis++)
        {
            result.strides.Set(axis, strides.At(axes[axis]));
            result.SetExtent(axis, shape[axes[axis]]);
        }

        return result;
    }

    internal readonly Layout Slice(int axis, nint start, nint count, nint step)
    {
        Layout result = this;
        result.strides.Set(axis, result.strides.At(axis) * step);
        result.SetExtent(axis, count);

        // An empty layout stays where it is: its start may lie behind the memory.
        result.Offset += result.Shape.Size == 0 ? 0 : start * strides.At(axis);
        return result;
    }

    internal readonly Layout Drop(int axis)
    {
        Layout result = this;
        result.Shape = Shape.Without(axis, keep: false);
        for (int i = axis; i < result.Shape.Rank; i++)
        {
            result.strides.Set(i, strides.At(i + 1));
        }

        return result;
    }

    internal readonly Layout Insert(int axis)
    {
        Span<nint> extents = stackalloc nint[shape.Rank + 1];
        Layout result = this;
        for (int i = 0; i < extents.Length; i++)
        {
            extents[i] = i < axis ? shape[i] : i == axis ? 1 : shape[i - 1];
            result.strides.Set(i, i < axis ? strides.At(i) : i == axis ? 0 : strides.At(i - 1));
        }

        result.Shape = Shape.Create(extents);
        return result;
    }

    /// <summary>The first place along an axis, repeated: a shape with other axes in the place of this one, whose strides are 0.</summary>
    internal readonly Layout Spread(int axis, Shape places)
    {
        Layout result = default;
        result.Shape = places;
        result.Offset = Offset;
        int shift = places.Rank - shape.Rank;
        for (int i = 0; i < places.Rank; i++)
        {
            result.strides.Set(i, i < axis ? strides.At(i) : i <= axis + shift ? 0 : strides.At(i - shift));
        }

        return result;
    }

    /// <summary>This layout with axes of extent 1 before and behind its own.</summary>
    internal readonly Layout Surround(int before, int behind)
    {
        Span<nint> extents = stackalloc nint[before + shape.Rank + behind];
        extents.Fill(1);
        shape.AsSpan().CopyTo(extents[before..]);
        Layout result = default;
        result.Shape = Shape.Create(extents);
        result.Offset = Offset;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            result.strides.Set(before + axis, strides.At(axis));
        }

        return result;
    }

    /// <summary>Each element once: axes that repeat others have extent 1.</summary>
    internal readonly Layout Distinct()
    {
        Layout result = this;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (strides.At(axis) == 0 && shape[axis] > 1)
            {
                result.SetExtent(axis, 1);
            }
        }

        return result;
    }

    /// <summary>This layout repeated along a new first axis, from another place on.</summary>
    internal readonly Layout Prepend(nint extent, nint stride, nint offset)
    {
        Layout result = Insert(0);
        result.SetExtent(0, extent);
        result.strides.Set(0, stride);
        result.Offset = offset;
        return result;
    }

    /// <summary>Where matrix number index begins: the last two axes are a matrix, the others count in row-major order.</summary>
    internal readonly nint MatrixStart(nint index)
    {
        nint start = Offset;
        for (int axis = shape.Rank - 3; axis >= 0; axis--)
        {
            (index, nint at) = nint.DivRem(index, shape[axis]);
            start += at * strides.At(axis);
        }

        return start;
    }

    /// <summary>Matrix number index as a layout of its own.</summary>
    internal readonly Layout Matrix(nint index)
    {
        Layout matrix = this;
        while (matrix.Shape.Rank > 2)
        {
            matrix = matrix.Drop(0);
        }

        matrix.Offset = MatrixStart(index);
        return matrix;
    }

    /// <summary>The same elements in the same order with as few axes as can say so.</summary>
    internal readonly Layout Merged()
    {
        Layout result = default;
        result.Offset = Offset;
        Span<nint> extents = stackalloc nint[Shape.MaxRank];
        int rank = 0;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            nint extent = shape[axis];
            if (extent == 1)
            {
                continue;
            }

            bool joins = rank > 0 && result.strides.At(rank - 1) == strides.At(axis) * extent;
            int target = joins ? rank - 1 : rank++;
            extents[target] = joins ? extents[target] * extent : extent;
            result.strides.Set(target, strides.At(axis));
        }

        result.Shape = Shape.Create(extents[..rank]);
        return result;
    }

    /// <summary>The same elements in the opposite order along an axis.</summary>
    internal readonly Layout Reverse(int axis) => Slice(axis, nint.Max(0, shape[axis] - 1), shape[axis], -1);

    /// <summary>The elements whose second index is the first plus an offset, along a new last axis in the place of both.</summary>
    internal readonly Layout Diagonal(int first, int second, nint offset)
    {
        nint length = offset >= 0 ? nint.Min(Shape[first], Shape[second] - offset) : nint.Min(Shape[first] + offset, Shape[second]);
        Layout rest = Drop(int.Max(first, second)).Drop(int.Min(first, second)), result = rest.Insert(rest.Shape.Rank);
        result.SetExtent(rest.Shape.Rank, nint.Max(0, length));
        result.strides.Set(rest.Shape.Rank, strides.At(first) + strides.At(second));
        result.Offset += result.Shape.Size == 0 ? 0 : offset >= 0 ? offset * strides.At(second) : -offset * strides.At(first);
        return result;
    }

    /// <summary>The same elements in another shape, when strides can say so without moving any.</summary>
    internal readonly bool TryReshape(Shape target, out Layout result)
    {
        if (IsContiguous)
        {
            result = Contiguous(target, Offset);
            return true;
        }

        // Runs of axes that lie contiguously within each other may be cut anew; the cuts of both shapes must meet. The strides of axes of
        // extent 1 say nothing, so they are left out.
        Span<nint> extents = stackalloc nint[Shape.MaxRank], steps = stackalloc nint[Shape.MaxRank];
        int rank = 0;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (shape[axis] != 1)
            {
                extents[rank] = shape[axis];
                steps[rank++] = strides.At(axis);
            }
        }

        result = default;
        result.Shape = target;
        result.Offset = Offset;
        int from = 0, to = 0;
        while (from < rank || to < target.Rank)
        {
            nint sizeFrom = from < rank ? extents[from] : 1, sizeTo = to < target.Rank ? target[to] : 1;
            int endFrom = int.Min(from + 1, rank), endTo = int.Min(to + 1, target.Rank);
            while (sizeFrom != sizeTo)
            {
                if (sizeFrom < sizeTo)
                {
                    sizeFrom *= extents[endFrom++];
                }
                else
                {
                    sizeTo *= target[endTo++];
                }
            }

            for (int axis = from; axis + 1 < endFrom; axis++)
            {
                if (steps[axis] != steps[axis + 1] * extents[axis + 1])
                {
                    return false;
                }
            }

            nint stride = endFrom > from ? steps[endFrom - 1] : 1;
            for (int axis = endTo - 1; axis >= to; axis--)
            {
                result.strides.Set(axis, stride);
                stride *= target[axis];
            }

            from = endFrom;
            to = endTo;
        }

        return true;
    }

    private void SetExtent(int axis, nint extent)
    {
        shape[axis] = extent;
    }
}
