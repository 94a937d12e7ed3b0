namespace Onsager.Tensors;

/// <summary>Elements repeated and moved around.</summary>
public readonly partial struct Tensor<T>
{
    /// <summary>The tensor repeated as a whole, so many times along each axis; with more numbers than axes it gets leading axes, with fewer the last axes are meant.</summary>
    /// <exception cref="ArgumentException">A number is negative, or there are more than 8.</exception>
    public Tensor<T> Tile(params ReadOnlySpan<nint> repeats)
    {
        Shape tiled = Repeating.Tiled(Node.Layout.Shape, repeats);
        using Tensor<T> packed = Contiguous();
        Shape own = Repeating.Leading(packed.Shape, tiled.Rank);
        Tensor<T> result = packed.Reshape(own.AsSpan());
        for (int axis = 0; axis < tiled.Rank; axis++)
        {
            if (own[axis] == tiled[axis])
            {
                continue;
            }

            using Tensor<T> narrow = result;
            (nint outer, nint inner) = Repeating.Around(narrow.Shape, axis);
            nint times = own[axis] == 0 ? 0 : tiled[axis] / own[axis];
            using Tensor<T> cut = narrow.Reshape(outer, 1, own[axis] * inner), wide = cut.Expand([outer, times, own[axis] * inner]), copy = wide.Clone();
            result = copy.Reshape(Indexing.Replace(narrow.Shape, axis, [tiled[axis]], "tile").AsSpan());
        }

        return OwnMemory(result);
    }

    /// <summary>The tensor repeated as a whole, into an existing tensor.</summary>
    /// <exception cref="ArgumentException">A number is negative, there are more than 8, or the destination's shape or device differ, or it overlaps this tensor.</exception>
    public void TileInto(Tensor<T> destination, params ReadOnlySpan<nint> repeats)
    {
        TensorNode x = Node, y = destination.Node;
        Indexing.CheckSeparate("tile", Repeating.Tiled(x.Layout.Shape, repeats), y, x);
        using Tensor<T> tiled = Tile(repeats);
        y.Storage!.Device.Copy<T>(tiled.Operand, y.Operand());
    }

    /// <summary>Each index of an axis so many times in a row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or the number is negative.</exception>
    public Tensor<T> RepeatInterleave(nint repeats, int axis)
    {
        Shape shape = Node.Layout.Shape;
        axis = shape.Axis(axis, "repeat interleave");
        if (repeats < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(repeats), repeats, $"repeat interleave: {repeats} repeats; none or more are needed.");
        }

        Shape result = Indexing.Replace(shape, axis, [Repeating.Times("repeat interleave", shape[axis], repeats)], "repeat interleave");
        (nint outer, nint inner) = Repeating.Around(shape, axis);
        using Tensor<T> packed = Contiguous(), cut = packed.Reshape(outer, shape[axis], 1, inner);
        using Tensor<T> wide = cut.Expand([outer, shape[axis], repeats, inner]), copy = wide.Clone();
        return copy.Reshape(result.AsSpan());
    }

    /// <summary>Each index of an axis as often in a row as a vector says.</summary>
    /// <exception cref="ArgumentException">The vector has not one number for each index.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or a number is negative.</exception>
    /// <exception cref="NotSupportedException">A tensor is not on the processor.</exception>
    public Tensor<T> RepeatInterleave(Tensor<int> repeats, int axis)
    {
        Shape shape = Node.Layout.Shape;
        axis = shape.Axis(axis, "repeat interleave");
        using Tensor<int> indices = Repeating.Indices(shape, axis, repeats);
        return Take(axis, indices);
    }

    /// <summary>Each index of an axis as often in a row as a vector says, into an existing tensor.</summary>
    /// <exception cref="ArgumentException">The vector has not one number for each index, the destination's shape or device differ, or it overlaps an input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or a number is negative.</exception>
    /// <exception cref="NotSupportedException">A tensor is not on the processor.</exception>
    public void RepeatInterleaveInto(Tensor<int> repeats, int axis, Tensor<T> destination)
    {
        Shape shape = Node.Layout.Shape;
        axis = shape.Axis(axis, "repeat interleave");
        using Tensor<int> indices = Repeating.Indices(shape, axis, repeats);
        Indexing.CheckSeparate(
            "repeat interleave", Indexing.Replace(shape, axis, [indices.Size], "repeat interleave"), destination.Node, Node, repeats.Node);
        TakeInto(axis, indices, destination);
    }

    /// <summary>Each index of an axis so many times in a row, into an existing tensor.</summary>
    /// <exception cref="ArgumentException">The destination's shape or device differ, or it overlaps this tensor.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or the number is negative.</exception>
    public void RepeatInterleaveInto(nint repeats, int axis, Tensor<T> destination)
    {
        TensorNode x = Node, y = destination.Node;
        Shape shape = x.Layout.Shape;
        axis = shape.Axis(axis, "repeat interleave");
        Indexing.CheckSeparate("repeat interleave", Indexing.Replace(shape, axis, [Repeating.Times("repeat interleave", shape[axis], nint.Max(0, repeats))], "repeat interleave"), y, x);
        using Tensor<T> repeated = RepeatInterleave(repeats, axis);
        y.Storage!.Device.Copy<T>(repeated.Operand, y.Operand());
    }

    /// <summary>The elements moved forward along an axis by so many places; what leaves at the end comes in at the front.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> Roll(nint shift, int axis)
    {
        TensorNode own = Node;
        axis = own.Layout.Shape.Axis(axis, "roll");
        nint extent = own.Layout.Shape[axis], moved = Repeating.Moved(shift, extent);
        using Tensor<T> tail = View(own.Layout.Slice(axis, extent - moved, moved, 1)), head = View(own.Layout.Slice(axis, 0, extent - moved, 1));
        return Tensor.Concatenate(axis, tail, head);
    }

    /// <summary>The elements moved forward along several axes, each by its number of places.</summary>
    /// <exception cref="ArgumentException">The numbers of shifts and axes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> Roll(ReadOnlySpan<nint> shifts, ReadOnlySpan<int> axes)
    {
        Repeating.CheckShifts(Node.Layout.Shape, shifts, axes);
        Tensor<T> result = Share();
        for (int i = 0; i < axes.Length; i++)
        {
            using Tensor<T> before = result;
            result = before.Roll(shifts[i], axes[i]);
        }

        return OwnMemory(result);
    }

    /// <summary>The elements moved forward along several axes, into an existing tensor of this shape.</summary>
    /// <exception cref="ArgumentException">The numbers of shifts and axes differ, the destination's shape or device differ, or it overlaps this tensor.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public void RollInto(ReadOnlySpan<nint> shifts, ReadOnlySpan<int> axes, Tensor<T> destination)
    {
        TensorNode y = destination.Node;
        Repeating.CheckShifts(Node.Layout.Shape, shifts, axes);
        Indexing.CheckSeparate("roll", Node.Layout.Shape, y, Node);
        using Tensor<T> rolled = Roll(shifts, axes);
        y.Storage!.Device.Copy<T>(rolled.Operand, y.Operand());
    }

    /// <summary>The elements moved forward along an axis, into an existing tensor of this shape.</summary>
    /// <exception cref="ArgumentException">The destination's shape or device differ, or it overlaps this tensor.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public void RollInto(nint shift, int axis, Tensor<T> destination)
    {
        TensorNode x = Node, y = destination.Node;
        Shape shape = x.Layout.Shape;
        axis = shape.Axis(axis, "roll");
        Indexing.CheckSeparate("roll", shape, y, x);
        nint extent = shape[axis], moved = Repeating.Moved(shift, extent);
        using Tensor<T> tail = View(x.Layout.Slice(axis, extent - moved, moved, 1)), head = View(x.Layout.Slice(axis, 0, extent - moved, 1));
        Joining.Copy<T>(axis, [tail, head], y);
    }

    /// <summary>A result of its own: a copy where it still is a view of this tensor.</summary>
    private Tensor<T> OwnMemory(Tensor<T> result)
    {
        if (result.Node.Storage != Node.Storage)
        {
            return result;
        }

        using (result)
        {
            return result.Clone();
        }
    }
}

/// <summary>What repeating shares.</summary>
internal static class Repeating
{
    /// <summary>The shape with leading extents 1 up to a rank.</summary>
    public static Shape Leading(Shape shape, int rank)
    {
        Span<nint> extents = stackalloc nint[rank];
        extents.Fill(1);
        shape.AsSpan().CopyTo(extents[(rank - shape.Rank)..]);
        return Shape.Create(extents);
    }

    public static Shape Tiled(Shape shape, ReadOnlySpan<nint> repeats)
    {
        int rank = int.Max(shape.Rank, repeats.Length);
        if (rank > Shape.MaxRank)
        {
            throw new ArgumentException($"tile: the result would have {rank} axes; at most {Shape.MaxRank} are supported.", nameof(repeats));
        }

        Shape own = Leading(shape, rank);
        Span<nint> extents = stackalloc nint[rank];
        own.AsSpan().CopyTo(extents);
        for (int i = 0; i < repeats.Length; i++)
        {
            int axis = rank - repeats.Length + i;
            extents[axis] = repeats[i] >= 0
                ? Times("tile", extents[axis], repeats[i])
                : throw new ArgumentException($"tile: {repeats[i]} repeats of axis {axis}; none or more are needed.", nameof(repeats));
        }

        return Shape.Create(extents);
    }

    /// <summary>The extents before and behind an axis, each multiplied out.</summary>
    public static (nint Outer, nint Inner) Around(Shape shape, int axis)
    {
        nint outer = 1, inner = 1;
        for (int i = 0; i < shape.Rank; i++)
        {
            outer *= i < axis ? shape[i] : 1;
            inner *= i > axis ? shape[i] : 1;
        }

        return (outer, inner);
    }

    /// <summary>An extent so many times.</summary>
    public static nint Times(string operation, nint extent, nint repeats) => extent == 0 || repeats <= nint.MaxValue / extent
        ? extent * repeats
        : throw new ArgumentException($"{operation}: {repeats} repeats of {extent} are more elements than memory can number.", nameof(repeats));

    /// <summary>A shift from 0 to below the extent.</summary>
    public static nint Moved(nint shift, nint extent) => extent == 0 ? 0 : ((shift % extent) + extent) % extent;

    public static void CheckShifts(Shape shape, ReadOnlySpan<nint> shifts, ReadOnlySpan<int> axes)
    {
        if (shifts.Length != axes.Length)
        {
            throw new ArgumentException($"roll: {shifts.Length} shifts for {axes.Length} axes.", nameof(shifts));
        }

        foreach (int axis in axes)
        {
            shape.Axis(axis, "roll");
        }
    }

    /// <summary>Index i as often as the vector says.</summary>
    public static Tensor<int> Indices(Shape shape, int axis, Tensor<int> repeats)
    {
        if (repeats.Rank != 1 || repeats.Shape[0] != shape[axis])
        {
            throw new ArgumentException($"repeat interleave: repeats of shape {repeats.Shape} for axis {axis} of {shape}; [{shape[axis]}] is needed.", nameof(repeats));
        }

        using Packed<int> counts = new("repeat interleave", repeats.Node);
        long sum = 0;
        foreach (int count in counts.Elements)
        {
            sum += count >= 0 ? count : throw new ArgumentOutOfRangeException(nameof(repeats), count, $"repeat interleave: {count} repeats; none or more are needed.");
        }

        Packed<int>.Check("repeat interleave", repeats.Device, [(nint)sum]);
        Tensor<int> indices = Tensor.Empty<int>([(nint)sum]);
        Span<int> rest = indices.AsSpan();
        for (int i = 0; i < counts.Elements.Length; i++)
        {
            rest[..counts.Elements[i]].Fill(i);
            rest = rest[counts.Elements[i]..];
        }

        return indices;
    }
}
