using System.Runtime.CompilerServices;

namespace Onsager.Tensors;

/// <content>Slices of several axes at once.</content>
public readonly partial struct Tensor<T>
{
    /// <summary>
    /// A view of parts of the axes, as <c>x[0, .., 1..3]</c>: an index takes its axis away, a range keeps it, <see cref="AxisSlice.Stepped"/>
    /// gives it a step, <see cref="AxisSlice.NewAxis"/> adds one, and axes behind the last part stay whole. What is assigned broadcasts to the
    /// view and is copied into it. With integers alone, one for each axis, see the element's indexer.
    /// </summary>
    /// <exception cref="ArgumentException">More parts than axes, several ellipses, or a result of more than 8 axes; on assignment: the value does not broadcast to the view, is on another device, or partly overlaps it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index or a range lies outside its axis.</exception>
    [IndexerName("Element")]
    public Tensor<T> this[params ReadOnlySpan<AxisSlice> parts]
    {
        get => View(Sliced(parts));

        set
        {
            using Tensor<T> target = View(Sliced(parts));
            using Tensor<T> spread = value.View(value.Node.Layout.Expand(target.Shape, "assignment"));
            Elementwise.CheckInto("assignment", target.Shape, target.Node, spread.Node);
            target.Device.Copy<T>(spread.Operand, target.Operand);
        }
    }

    /// <summary>A part of one axis, as <c>x.Slice(1, ^2..)</c>, as a view; an index takes the axis away.</summary>
    /// <exception cref="ArgumentException">The part is an ellipsis or a new axis.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or the part lies outside it.</exception>
    public Tensor<T> Slice(int axis, AxisSlice part)
    {
        Layout layout = Node.Layout;
        axis = layout.Shape.Axis(axis, "slice");
        if (part.What is not (AxisSlice.Kind.Range or AxisSlice.Kind.Index))
        {
            throw new ArgumentException($"slice: {part} is no part of one axis.", nameof(part));
        }

        (nint first, nint count, nint step) = part.On(layout.Shape, axis);
        Layout slice = layout.Slice(axis, first, count, step);
        return View(part.What == AxisSlice.Kind.Index ? slice.Drop(axis) : slice);
    }

    private Layout Sliced(ReadOnlySpan<AxisSlice> parts)
    {
        Layout layout = Node.Layout;
        Shape shape = layout.Shape;
        int named = 0, ellipses = 0, made = 0;
        foreach (AxisSlice part in parts)
        {
            named += part.What is AxisSlice.Kind.Range or AxisSlice.Kind.Index ? 1 : 0;
            ellipses += part.What == AxisSlice.Kind.Ellipsis ? 1 : 0;
            made += part.What == AxisSlice.Kind.NewAxis ? 1 : part.What == AxisSlice.Kind.Index ? -1 : 0;
        }

        if (named > shape.Rank || ellipses > 1)
        {
            throw new ArgumentException(ellipses > 1
                ? $"index: {ellipses} ellipses; one is allowed."
                : $"index: {named} parts for {shape} with rank {shape.Rank}.", nameof(parts));
        }

        if (shape.Rank + made > Shape.MaxRank)
        {
            throw new ArgumentException($"index: the result would have {shape.Rank + made} axes; at most {Shape.MaxRank} are supported.", nameof(parts));
        }

        // Axes that go away go first, so that new ones find room.
        int from = 0;
        Span<int> places = stackalloc int[Shape.MaxRank];
        foreach (AxisSlice part in parts)
        {
            switch (part.What)
            {
                case AxisSlice.Kind.Ellipsis:
                    from += shape.Rank - named;
                    break;
                case AxisSlice.Kind.Range or AxisSlice.Kind.Index:
                    (nint first, nint count, nint step) = part.On(shape, from);
                    layout = layout.Slice(from, first, count, step);
                    places[from++] = part.What == AxisSlice.Kind.Index ? 1 : 0;
                    break;
            }
        }

        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            layout = places[axis] == 1 ? layout.Drop(axis) : layout;
        }

        int to = 0;
        foreach (AxisSlice part in parts)
        {
            to += part.What == AxisSlice.Kind.Ellipsis ? shape.Rank - named : part.What == AxisSlice.Kind.Index ? 0 : 1;
            layout = part.What == AxisSlice.Kind.NewAxis ? layout.Insert(to - 1) : layout;
        }

        return layout;
    }
}
