using System.Diagnostics.CodeAnalysis;

namespace Onsager.Tensors;

/// <summary>Where a tensor's elements lie in its storage: element (i, j, ...) is number Offset + i * Strides[0] + j * Strides[1] + ...</summary>
public struct Layout
{
    private Shape.Extents strides;
    private Shape shape;

    /// <summary>The extents.</summary>
    public Shape Shape
    {
        readonly get => shape;
        internal set => shape = value;
    }

    /// <summary>The extents where they are: a shape is nine words long, and a copy of it shows in a small operation.</summary>
    [UnscopedRef]
    internal readonly ref readonly Shape Extents => ref shape;

    /// <summary>The storage's element that holds element (0, 0, ...).</summary>
    public nint Offset { get; internal set; }

    /// <summary>True when the elements lie one after the other in row-major order; empty tensors always do.</summary>
    public readonly bool IsContiguous
    {
        get
        {
            nint expected = 1;
            bool inOrder = true;
            for (int axis = shape.Rank - 1; axis >= 0; axis--)
            {
                nint extent = shape[axis];
                if (extent == 0)
                {
                    return true;
                }

                inOrder &= extent == 1 || strides[axis] == expected;
                expected *= extent;
            }

            return inOrder;
        }
    }

    /// <summary>The row-major layout of a shape.</summary>
    public static Layout Contiguous(Shape shape, nint offset = 0)
    {
        Layout layout = default;
        layout.Shape = shape;
        layout.Offset = offset;
        nint stride = 1;
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            layout.strides[axis] = stride;
            stride *= nint.Max(1, shape[axis]);
        }

        return layout;
    }

    /// <summary>Any layout.</summary>
    internal static Layout Strided(Shape shape, ReadOnlySpan<nint> strides, nint offset)
    {
        Layout layout = Contiguous(shape, offset);
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            layout.strides[axis] = strides[axis];
        }

        return layout;
    }

    /// <summary>Elements from one index to the next along an axis counted from the front; 0 where the axis is broadcast.</summary>
    public readonly nint Stride(int axis) => strides[axis];

    /// <summary>The first and one past the last storage element that this layout touches.</summary>
    internal readonly (nint First, nint End) Extent()
    {
        nint first = Offset, last = Offset;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (shape[axis] == 0)
            {
                return (Offset, Offset);
            }

            nint reach = (shape[axis] - 1) * strides[axis];
            first += nint.Min(0, reach);
            last += nint.Max(0, reach);
        }

        return (first, last + 1);
    }

    /// <summary>True when no two indices share an element: the strides, in order of size, each step over all smaller ones.</summary>
    internal readonly bool IsInjective()
    {
        if (IsContiguous)
        {
            return true;
        }

        Span<(nint Stride, nint Extent)> axes = stackalloc (nint, nint)[Shape.MaxRank];
        int count = 0;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (shape[axis] > 1)
            {
                axes[count++] = (nint.Abs(strides[axis]), shape[axis]);
            }
        }

        axes[..count].Sort(static (x, y) => x.Stride.CompareTo(y.Stride));
        nint reach = 0;
        foreach ((nint stride, nint extent) in axes[..count])
        {
            if (stride <= reach)
            {
                return false;
            }

            reach += stride * (extent - 1);
        }

        return true;
    }

    /// <summary>
    /// True when this layout and another have the same shape and their elements lie in row-major order without gaps: what most operations
    /// meet, and then no more than starts and a count. Empty and strided ones take the long way.
    /// </summary>
    internal readonly bool IsFlat(ref readonly Layout other, out nint count)
    {
        nint size = 1;
        bool flat = shape.Rank == other.shape.Rank;
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            nint extent = shape[axis];
            flat = flat && extent == other.shape[axis] && (extent == 1 || (strides[axis] == size && other.strides[axis] == size));
            size *= extent;
        }

        count = size;
        return flat && size > 0;
    }

    /// <summary>True when this layout and another name the same elements in the same order.</summary>
    public readonly bool SameElements(in Layout other)
    {
        if (Shape != other.Shape || Offset != other.Offset)
        {
            return false;
        }

        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (shape[axis] > 1 && strides[axis] != other.strides[axis])
            {
                return false;
            }
        }

        return true;
    }

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

            result.strides[axis] = extent == 1 ? 0 : strides[axis - shift];
        }

        return result;
    }

    internal readonly Layout Permute(ReadOnlySpan<int> axes)
    {
        Layout result = this;
        for (int axis = 0; axis < axes.Length; axis++)
        {
            result.strides[axis] = strides[axes[axis]];
            result.SetExtent(axis, shape[axes[axis]]);
        }

        return result;
    }

    internal readonly Layout Slice(int axis, nint start, nint count, nint step)
    {
        Layout result = this;
        result.strides[axis] *= step;
        result.SetExtent(axis, count);

        // An empty layout stays where it is: its start may lie behind the memory.
        result.Offset += result.Shape.Size == 0 ? 0 : start * strides[axis];
        return result;
    }

    internal readonly Layout Drop(int axis)
    {
        Layout result = this;
        result.Shape = Shape.Without(axis, keep: false);
        for (int i = axis; i < result.Shape.Rank; i++)
        {
            result.strides[i] = strides[i + 1];
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
            result.strides[i] = i < axis ? strides[i] : i == axis ? 0 : strides[i - 1];
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
            result.strides[i] = i < axis ? strides[i] : i <= axis + shift ? 0 : strides[i - shift];
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
            result.strides[before + axis] = strides[axis];
        }

        return result;
    }

    /// <summary>Each element once: axes that repeat others have extent 1.</summary>
    internal readonly Layout Distinct()
    {
        Layout result = this;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (strides[axis] == 0 && shape[axis] > 1)
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
        result.strides[0] = stride;
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
            start += at * strides[axis];
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

            bool joins = rank > 0 && result.strides[rank - 1] == strides[axis] * extent;
            int target = joins ? rank - 1 : rank++;
            extents[target] = joins ? extents[target] * extent : extent;
            result.strides[target] = strides[axis];
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
        result.strides[rest.Shape.Rank] = strides[first] + strides[second];
        result.Offset += result.Shape.Size == 0 ? 0 : offset >= 0 ? offset * strides[second] : -offset * strides[first];
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
                steps[rank++] = strides[axis];
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
                result.strides[axis] = stride;
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
