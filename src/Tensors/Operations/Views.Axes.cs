namespace Onsager.Tensors;

/// <content>Views with other axes.</content>
public readonly partial struct Tensor<T>
{
    /// <summary>One axis moved to another place; the others keep their order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> MoveAxis(int source, int destination) => MoveAxis([source], [destination]);

    /// <summary>Several axes moved to other places; the others keep their order.</summary>
    /// <exception cref="ArgumentException">The numbers of sources and destinations differ, or one of them is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> MoveAxis(ReadOnlySpan<int> source, ReadOnlySpan<int> destination)
    {
        Shape shape = Node.Layout.Shape;
        if (source.Length != destination.Length)
        {
            throw new ArgumentException($"move axis: {source.Length} sources and {destination.Length} destinations.", nameof(destination));
        }

        Span<int> order = stackalloc int[shape.Rank];
        order.Fill(-1);
        int moved = 0;
        for (int i = 0; i < source.Length; i++)
        {
            int from = shape.Axis(source[i], "move axis"), to = shape.Axis(destination[i], "move axis");
            if ((moved & (1 << from)) != 0 || order[to] >= 0)
            {
                throw new ArgumentException($"move axis: axis {(order[to] >= 0 ? destination[i] : source[i])} of {shape} is given twice.", nameof(source));
            }

            moved |= 1 << from;
            order[to] = from;
        }

        int next = 0;
        foreach (ref int axis in order)
        {
            while ((moved & (1 << next)) != 0)
            {
                next++;
            }

            axis = axis < 0 ? next++ : axis;
        }

        return View(Node.Layout.Permute(order));
    }

    /// <summary>The axes from first to last as one axis; the strides must allow it.</summary>
    /// <exception cref="ArgumentException">first is behind last, or the strides cannot express it (use Contiguous first).</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> Flatten(int first, int last)
    {
        Shape shape = Node.Layout.Shape;
        int from = shape.Axis(first, "flatten"), to = shape.Axis(last, "flatten");
        if (from > to)
        {
            throw new ArgumentException($"flatten: axis {first} of {shape} is behind axis {last}.", nameof(first));
        }

        nint size = 1;
        for (int axis = from; axis <= to; axis++)
        {
            size *= shape[axis];
        }

        Shape flat = shape;
        for (int axis = to; axis > from; axis--)
        {
            flat = flat.Without(axis, keep: false);
        }

        return Reshape(Indexing.Replace(flat, from, [size], "flatten").AsSpan());
    }

    /// <summary>One axis cut into several of the same product; one extent may be -1 and is inferred.</summary>
    /// <exception cref="ArgumentException">The extents' product is not the axis's extent, or more than 8 axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> Unflatten(int axis, params ReadOnlySpan<nint> extents)
    {
        Shape shape = Node.Layout.Shape;
        axis = shape.Axis(axis, "unflatten");
        Shape part = Infer([shape[axis]], extents);
        return Reshape(Indexing.Replace(shape, axis, part.AsSpan(), "unflatten").AsSpan());
    }

    /// <summary>Without all axes of extent 1.</summary>
    public Tensor<T> Squeeze()
    {
        Layout layout = Node.Layout;
        for (int axis = layout.Shape.Rank - 1; axis >= 0; axis--)
        {
            layout = layout.Shape[axis] == 1 ? layout.Drop(axis) : layout;
        }

        return View(layout);
    }

    /// <summary>The elements in the opposite order along these axes.</summary>
    /// <exception cref="ArgumentException">An axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> Flip(params ReadOnlySpan<int> axes)
    {
        Layout layout = Node.Layout;
        int seen = 0;
        foreach (int given in axes)
        {
            int axis = layout.Shape.Axis(given, "flip");
            if ((seen & (1 << axis)) != 0)
            {
                throw new ArgumentException($"flip: axis {given} of {layout.Shape} is given twice.", nameof(axes));
            }

            seen |= 1 << axis;
            layout = layout.Reverse(axis);
        }

        return View(layout);
    }

    /// <summary>Turned by so many quarters in the plane of two axes, from the first toward the second.</summary>
    /// <exception cref="ArgumentException">The axes are the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> Rot90(int quarters = 1, int firstAxis = 0, int secondAxis = 1)
    {
        Layout layout = Node.Layout;
        int first = layout.Shape.Axis(firstAxis, "rot90"), second = layout.Shape.Axis(secondAxis, "rot90");
        if (first == second)
        {
            throw new ArgumentException($"rot90: axis {secondAxis} of {layout.Shape} is given twice.", nameof(secondAxis));
        }

        int turns = ((quarters % 4) + 4) % 4;
        if (turns == 2)
        {
            return View(layout.Reverse(first).Reverse(second));
        }

        if (turns == 0)
        {
            return View(layout);
        }

        using Tensor<T> turned = View(turns == 1 ? layout.Reverse(second) : layout.Reverse(first));
        return turned.SwapAxes(first, second);
    }

    /// <summary>
    /// The diagonal of the matrices of two axes, as a view: the elements whose second index is the first plus the offset. Its axis comes
    /// last, in the place of both.
    /// </summary>
    /// <exception cref="ArgumentException">The axes are the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> Diagonal(nint offset = 0, int firstAxis = 0, int secondAxis = 1)
    {
        Layout layout = Node.Layout;
        int first = layout.Shape.Axis(firstAxis, "diagonal"), second = layout.Shape.Axis(secondAxis, "diagonal");
        return first != second
            ? View(layout.Diagonal(first, second, offset))
            : throw new ArgumentException($"diagonal: axis {secondAxis} of {layout.Shape} is given twice.", nameof(secondAxis));
    }

    /// <summary>Parts along an axis of these extents, which add up to the axis's, as views.</summary>
    /// <exception cref="ArgumentException">The extents do not add up, or one is negative.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T>[] Split(int axis, params ReadOnlySpan<nint> extents)
    {
        Layout layout = Node.Layout;
        axis = layout.Shape.Axis(axis, "split");
        nint sum = 0;
        bool isNegative = false;
        foreach (nint extent in extents)
        {
            isNegative |= extent < 0 || extent > layout.Shape[axis];
            sum += isNegative ? 0 : extent;
        }

        if (isNegative || sum != layout.Shape[axis])
        {
            throw new ArgumentException($"split: [{string.Join(", ", extents.ToArray())}] does not add up to axis {axis} of {layout.Shape}.", nameof(extents));
        }

        Tensor<T>[] parts = new Tensor<T>[extents.Length];
        nint start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = View(layout.Slice(axis, start, extents[i], 1));
            start += extents[i];
        }

        return parts;
    }

    /// <summary>So many parts along an axis, as views; where they cannot be equal the first ones have one index more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or fewer than one part is wanted.</exception>
    public Tensor<T>[] Chunk(int axis, int parts)
    {
        Shape shape = Node.Layout.Shape;
        axis = shape.Axis(axis, "chunk");
        if (parts < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(parts), parts, $"chunk: {parts} parts; at least one is needed.");
        }

        nint[] extents = new nint[parts];
        for (int i = 0; i < parts; i++)
        {
            extents[i] = (shape[axis] / parts) + (i < shape[axis] % parts ? 1 : 0);
        }

        return Split(axis, extents);
    }

    /// <summary>The slices at every index of an axis, without it, as views.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T>[] Unstack(int axis = 0)
    {
        Layout layout = Node.Layout;
        axis = layout.Shape.Axis(axis, "unstack");
        Tensor<T>[] parts = new Tensor<T>[layout.Shape[axis]];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = View(layout.Slice(axis, i, 1, 1).Drop(axis));
        }

        return parts;
    }
}
