namespace Onsager.Tensors;

/// <summary>An axis of a tensor whose places are named by 32-bit indices, as devices and their messages need it.</summary>
/// <param name="operation">The operation's name, for messages.</param>
/// <param name="axis">The axis, counted from the front.</param>
/// <param name="countsFromEnd">Whether negative indices count from the end; where not, they are outside.</param>
public readonly struct IndexedAxis(string operation, int axis, bool countsFromEnd = true)
{
    /// <summary>The operation's name.</summary>
    public string Operation { get; } = operation;

    /// <summary>The axis, counted from the front.</summary>
    public int Axis { get; } = axis;

    /// <summary>Whether negative indices count from the end.</summary>
    public bool CountsFromEnd { get; } = countsFromEnd;

    /// <summary>
    /// The tensor's first place along the axis as many times as the shape has indices: the axis is replaced by those behind it in the shape, whose
    /// strides are 0; element p of a layout then lies index(p) strides of the axis further.
    /// </summary>
    /// <param name="layout">The tensor's layout.</param>
    /// <param name="places">The layout's shape with one or more axes, or none, in the place of the axis.</param>
    public Layout Spread(ref readonly Layout layout, Shape places) => layout.Spread(Axis, places);

    /// <summary>True for an index of a place.</summary>
    public bool Contains(int index, nint extent) => index < extent && index >= (CountsFromEnd ? -extent : 0);

    /// <summary>What is said of an index that is none.</summary>
    public string Outside(int index, Shape shape) => $"{Operation}: index {index} is outside axis {Axis} of {shape}.";
}
