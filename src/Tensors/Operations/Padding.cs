namespace Onsager.Tensors;

/// <summary>What stands in a tensor's margin.</summary>
public enum PadMode
{
    /// <summary>One value everywhere.</summary>
    Constant,

    /// <summary>The elements mirrored at the first and the last of an axis, which are not repeated.</summary>
    Reflect,

    /// <summary>The first and the last of an axis, repeated.</summary>
    Edge,

    /// <summary>The elements from the other end of the axis.</summary>
    Circular,
}

/// <summary>Margins.</summary>
public readonly partial struct Tensor<T>
{
    /// <summary>The tensor with a margin: so many elements before and behind each axis, filled with a value.</summary>
    /// <param name="widths">One pair for each axis.</param>
    /// <param name="value">What the margin holds.</param>
    /// <exception cref="ArgumentException">There is not one pair for each axis, or a width is negative.</exception>
    public Tensor<T> Pad(ReadOnlySpan<(nint Before, nint After)> widths, T value = default)
    {
        TensorNode x = Node;
        Shape shape = Padding.Padded(x.Layout.Shape, widths, PadMode.Constant);
        TensorNode y = Tensor.NewNode<T>(shape, x.Storage!.Device);
        Padding.Fill(x, widths, value, y);
        if (Tape.Records(x, x, x))
        {
            Tape.Record(new PadRule<T>(Padding.Before(widths)), x, null, null, y);
        }

        return new(y);
    }

    /// <summary>The tensor with a margin of its own elements; of zeros in constant mode.</summary>
    /// <param name="mode">Which elements stand in the margin.</param>
    /// <param name="widths">One pair for each axis.</param>
    /// <exception cref="ArgumentException">There is not one pair for each axis, a width is negative, or an axis has too few elements for the mode: as many as the width in circular mode, one more in reflect mode, one in edge mode.</exception>
    public Tensor<T> Pad(PadMode mode, params ReadOnlySpan<(nint Before, nint After)> widths)
    {
        if (mode == PadMode.Constant)
        {
            return Pad(widths);
        }

        Padding.Padded(Node.Layout.Shape, widths, mode);
        Tensor<T> y = Share();
        for (int axis = 0; axis < widths.Length; axis++)
        {
            if (widths[axis] == default)
            {
                continue;
            }

            using Tensor<T> narrow = y;
            using Tensor<T> left = narrow.View(Padding.Margin(narrow.Layout, mode, axis, widths[axis].Before, isBefore: true));
            using Tensor<T> right = narrow.View(Padding.Margin(narrow.Layout, mode, axis, widths[axis].After, isBefore: false));
            y = Tensor.Concatenate(axis, left, narrow, right);
        }

        // The result shares no memory with this tensor, also where nothing was added.
        if (y.Node.Storage != Node.Storage)
        {
            return y;
        }

        using (y)
        {
            return y.Clone();
        }
    }

    /// <summary>The tensor with a margin, into an existing tensor; the value is for constant mode.</summary>
    /// <exception cref="ArgumentException">As for Pad, or the destination's shape or device differ, or it overlaps this tensor.</exception>
    public void PadInto(PadMode mode, ReadOnlySpan<(nint Before, nint After)> widths, Tensor<T> destination, T value = default)
    {
        TensorNode x = Node, y = destination.Node;
        Indexing.CheckSeparate("pad", Padding.Padded(x.Layout.Shape, widths, mode), y, x);
        if (mode == PadMode.Constant)
        {
            Padding.Fill(x, widths, value, y);
            return;
        }

        nint[] before = Padding.Before(widths);

        // The tensor goes to its place; then each axis gets its margins from what is there, over the full width of the axes before it.
        Shape shape = x.Layout.Shape;
        CopyMargin(x.Storage!, Padding.Inner(y.Layout, before, shape), x.Layout);
        for (int axis = 0; axis < before.Length; axis++)
        {
            Layout wide = y.Layout;
            for (int later = axis + 1; later < before.Length; later++)
            {
                wide = wide.Slice(later, before[later], shape[later], 1);
            }

            Layout inner = wide.Slice(axis, before[axis], shape[axis], 1);
            nint after = widths[axis].After;
            CopyMargin(y.Storage!, wide.Slice(axis, 0, before[axis], 1), Padding.Margin(inner, mode, axis, before[axis], isBefore: true));
            CopyMargin(y.Storage!, wide.Slice(axis, before[axis] + shape[axis], after, 1), Padding.Margin(inner, mode, axis, after, isBefore: false));
        }

        void CopyMargin(Storage source, Layout to, Layout from)
        {
            if (to.Shape.Size > 0)
            {
                y.Storage!.Device.Copy<T>(new Operand(source, in from), new Operand(y.Storage, in to));
            }
        }
    }
}

/// <summary>What margins share.</summary>
internal static class Padding
{
    /// <summary>The shape with its margins.</summary>
    public static Shape Padded(Shape shape, ReadOnlySpan<(nint Before, nint After)> widths, PadMode mode)
    {
        if (widths.Length != shape.Rank)
        {
            throw new ArgumentException($"pad: {widths.Length} pairs of widths for {shape} with rank {shape.Rank}.", nameof(widths));
        }

        Span<nint> extents = stackalloc nint[widths.Length];
        for (int axis = 0; axis < widths.Length; axis++)
        {
            (nint before, nint after) = widths[axis];
            if (before < 0 || after < 0)
            {
                throw new ArgumentException($"pad: axis {axis} has the negative width {nint.Min(before, after)}.", nameof(widths));
            }

            nint widest = nint.Max(before, after), needed = mode switch { PadMode.Reflect => widest + 1, PadMode.Edge => 1, PadMode.Circular => widest, _ => 0 };
            if (widest > 0 && shape[axis] < needed)
            {
                throw new ArgumentException($"pad: a margin of {widest} needs {needed} elements along axis {axis} of {shape} in mode {mode}.", nameof(widths));
            }

            // A quarter each cannot overflow; what is too large together the shape refuses.
            extents[axis] = widest <= nint.MaxValue / 4
                ? shape[axis] + before + after
                : throw new ArgumentException($"pad: with a margin of {widest} there are more elements than memory can number.", nameof(widths));
        }

        return Shape.Create(extents);
    }

    public static nint[] Before(ReadOnlySpan<(nint Before, nint After)> widths)
    {
        nint[] before = new nint[widths.Length];
        for (int axis = 0; axis < before.Length; axis++)
        {
            before[axis] = widths[axis].Before;
        }

        return before;
    }

    /// <summary>The part of a padded tensor that holds the elements of this shape.</summary>
    public static Layout Inner(Layout padded, nint[] before, Shape shape)
    {
        for (int axis = 0; axis < before.Length; axis++)
        {
            padded = padded.Slice(axis, before[axis], shape[axis], 1);
        }

        return padded;
    }

    /// <summary>The elements that stand in a margin of an axis.</summary>
    public static Layout Margin(Layout layout, PadMode mode, int axis, nint width, bool isBefore)
    {
        nint extent = layout.Shape[axis];
        if (width == 0)
        {
            return layout.Slice(axis, 0, 0, 1);
        }

        switch (mode)
        {
            case PadMode.Reflect:
                return isBefore ? layout.Slice(axis, width, width, -1) : layout.Slice(axis, extent - 2, width, -1);
            case PadMode.Circular:
                return layout.Slice(axis, isBefore ? extent - width : 0, width, 1);
            default:
                return layout.Slice(axis, isBefore ? 0 : extent - 1, width, 0);
        }
    }

    public static void Fill<T>(TensorNode x, ReadOnlySpan<(nint Before, nint After)> widths, T value, TensorNode y)
        where T : unmanaged
    {
        Device device = y.Storage!.Device;
        device.Fill(value, y.Operand());
        if (x.Layout.Shape.Size > 0)
        {
            Layout inner = y.Layout;
            for (int axis = 0; axis < widths.Length; axis++)
            {
                inner = inner.Slice(axis, widths[axis].Before, x.Layout.Shape[axis], 1);
            }

            device.Copy<T>(x.Operand(), new Operand(y.Storage, in inner));
        }
    }
}
