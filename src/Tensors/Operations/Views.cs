namespace Onsager.Tensors;

/// <summary>Views: the same memory with another layout. None of these copies.</summary>
public readonly partial struct Tensor<T>
{
    /// <summary>The same elements in another shape of the same size; one extent may be -1 and is inferred.</summary>
    /// <exception cref="ArgumentException">The sizes differ, or the strides cannot express the shape (use Contiguous first).</exception>
    public Tensor<T> Reshape(params ReadOnlySpan<nint> extents)
    {
        TensorNode own = Node;
        Shape target = Infer(own.Layout.Shape, extents);
        if (!own.Layout.TryReshape(target, out Layout layout))
        {
            throw new ArgumentException($"reshape: the strides of this view of shape {own.Layout.Shape} cannot express {target}; call Contiguous() first.");
        }

        return View(layout);
    }

    /// <summary>A part of a contiguous tensor's elements, from a number on, in a shape of its own.</summary>
    /// <param name="start">The number of the first element in row-major order.</param>
    /// <param name="shape">The part's shape.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part reaches outside.</exception>
    /// <exception cref="ArgumentException">The tensor is not contiguous.</exception>
    public Tensor<T> Segment(nint start, Shape shape)
    {
        TensorNode own = Node;
        nint size = own.Layout.Extents.Size, count = shape.Size;
        if (start < 0 || start > size - count)
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, $"segment: {count} elements from {start} on are not all inside {own.Layout.Shape}.");
        }

        if (!own.Layout.IsContiguous)
        {
            throw new ArgumentException($"segment: a contiguous tensor is needed; this view of shape {own.Layout.Shape} has gaps.");
        }

        return new(TensorNode.CreateContiguous(own.Storage!, in shape, own.Layout.Offset + start));
    }

    /// <summary>All elements along one axis; the strides must allow it.</summary>
    public Tensor<T> Flatten() => Reshape(Size);

    /// <summary>The last two axes exchanged.</summary>
    /// <exception cref="InvalidOperationException">The rank is below 2.</exception>
    public Tensor<T> Transpose()
    {
        int rank = Rank;
        return rank < 2
            ? throw new InvalidOperationException($"transpose: {Shape} has rank {rank}; two axes are needed.")
            : SwapAxes(rank - 2, rank - 1);
    }

    /// <summary>Two axes exchanged.</summary>
    public Tensor<T> SwapAxes(int first, int second)
    {
        TensorNode own = Node;
        first = own.Layout.Shape.Axis(first, "swap axes");
        second = own.Layout.Shape.Axis(second, "swap axes");
        Span<int> axes = stackalloc int[own.Layout.Shape.Rank];
        for (int i = 0; i < axes.Length; i++)
        {
            axes[i] = i == first ? second : i == second ? first : i;
        }

        return View(own.Layout.Permute(axes));
    }

    /// <summary>The axes in another order: axis i of the result is axis axes[i] of this tensor.</summary>
    /// <exception cref="ArgumentException">axes is not a permutation of 0 .. rank - 1.</exception>
    public Tensor<T> Permute(params ReadOnlySpan<int> axes)
    {
        TensorNode own = Node;
        int rank = own.Layout.Shape.Rank, seen = 0;
        Span<int> counted = stackalloc int[Shape.MaxRank];
        bool valid = axes.Length == rank;
        for (int i = 0; valid && i < rank; i++)
        {
            counted[i] = axes[i] < 0 ? axes[i] + rank : axes[i];
            valid = counted[i] >= 0 && counted[i] < rank;
            seen |= valid ? 1 << counted[i] : 0;
        }

        return valid && seen == (1 << rank) - 1
            ? View(own.Layout.Permute(counted[..rank]))
            : throw new ArgumentException($"permute: [{string.Join(", ", axes.ToArray())}] is not a permutation of the {rank} axes of {own.Layout.Shape}.", nameof(axes));
    }

    /// <summary>
    /// Indices start, start + step, ... before stop along an axis; negative start and stop count from the end, and a negative step goes
    /// backwards. Where start or stop is open, see <see cref="AxisSlice.Stepped"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The axis does not exist, step is 0, or start or stop lie outside the axis.</exception>
    public Tensor<T> Slice(int axis, nint start, nint stop, nint step = 1)
    {
        TensorNode own = Node;
        axis = own.Layout.Shape.Axis(axis, "slice");
        (nint first, nint count, nint stride) = AxisSlice.Stepped(step, start, stop).On(own.Layout.Shape, axis);
        return View(own.Layout.Slice(axis, first, count, stride));
    }

    /// <summary>The slice at one index of an axis, without that axis; a negative index counts from the end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The axis or the index does not exist.</exception>
    public Tensor<T> Select(int axis, nint index)
    {
        TensorNode own = Node;
        axis = own.Layout.Shape.Axis(axis, "select");
        nint extent = own.Layout.Shape[axis], counted = index < 0 ? index + extent : index;
        return counted >= 0 && counted < extent
            ? View(own.Layout.Slice(axis, counted, 1, 1).Drop(axis))
            : throw new ArgumentOutOfRangeException(nameof(index), index, $"select: index {index} is outside axis {axis} of {own.Layout.Shape}.");
    }

    /// <summary>Repeated along axes of extent 1 and along new leading axes, without copying.</summary>
    /// <exception cref="ArgumentException">An axis is neither 1 nor the wanted extent.</exception>
    public Tensor<T> Expand(Shape shape) => View(Node.Layout.Expand(shape, "expand"));

    /// <summary>A new axis of extent 1 at this place; negative places count from the end of the result.</summary>
    public Tensor<T> Unsqueeze(int axis)
    {
        int rank = Rank, counted = axis < 0 ? axis + rank + 1 : axis;
        return counted >= 0 && counted <= rank && rank < Shape.MaxRank
            ? View(Node.Layout.Insert(counted))
            : throw new ArgumentOutOfRangeException(nameof(axis), axis, $"unsqueeze: there is no place {axis} for a new axis in {Shape}.");
    }

    /// <summary>Without an axis of extent 1.</summary>
    /// <exception cref="ArgumentException">The axis has another extent.</exception>
    public Tensor<T> Squeeze(int axis)
    {
        TensorNode own = Node;
        axis = own.Layout.Shape.Axis(axis, "squeeze");
        return own.Layout.Shape[axis] == 1
            ? View(own.Layout.Drop(axis))
            : throw new ArgumentException($"squeeze: axis {axis} of {own.Layout.Shape} has extent {own.Layout.Shape[axis]}, not 1.", nameof(axis));
    }

    /// <summary>This tensor as another handle with its own lifetime: same memory, same layout.</summary>
    public Tensor<T> Share() => View(Node.Layout);

    internal Tensor<T> View(in Layout layout) => new(TensorNode.Create(Node.Storage!, in layout));

    private static Shape Infer(Shape from, ReadOnlySpan<nint> extents)
    {
        nint known = 1;
        int inferred = -1;
        for (int axis = 0; axis < extents.Length; axis++)
        {
            if (extents[axis] == -1 && inferred < 0)
            {
                inferred = axis;
            }
            else
            {
                known *= extents[axis];
            }
        }

        if (inferred >= 0)
        {
            Span<nint> complete = stackalloc nint[extents.Length];
            extents.CopyTo(complete);
            complete[inferred] = known > 0 && from.Size % known == 0
                ? from.Size / known
                : throw new ArgumentException($"reshape: {from} with {from.Size} elements does not divide into [{string.Join(", ", extents.ToArray())}].");
            return Shape.Create(complete);
        }

        Shape target = Shape.Create(extents);
        return target.Size == from.Size
            ? target
            : throw new ArgumentException($"reshape: {from} has {from.Size} elements, {target} has {target.Size}.");
    }
}
