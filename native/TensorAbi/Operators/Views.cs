using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>The same memory with another layout, copies, and other element types.</summary>
internal static class ViewOperators
{
    public static IEnumerable<Operator> All =>
    [
        new ShareOperator(),
        new MovementOperator<ReshapeMovement>("reshape", "x; shape: integers, copy: flag = where the strides need it"),
        new MovementOperator<PermuteMovement>("permute", "x; axes: integers"),
        new MovementOperator<ExpandMovement>("expand", "x; shape: integers"),
        new MovementOperator<SliceMovement>("slice", "x; starts: integers, counts: integers, steps: integers"),
        new MovementOperator<SqueezeMovement>("squeeze", "x; axes: integers"),
        new MovementOperator<UnsqueezeMovement>("unsqueeze", "x; axes: integers"),
        new MovementOperator<FlipMovement>("flip", "x; axes: integers = all"),
        new MovementOperator<DiagonalMovement>("diagonal", "x; offset: integer = 0, first: integer = 0, second: integer = 1"),
        new MovementOperator<CopyMovement>("copy", "x"),
        new MovementOperator<ContiguousMovement>("contiguous", "x"),
        new CastOperator(),
        new MovementOperator<RollMovement>("roll", "x; shifts: integers, axes: integers"),
        new MovementOperator<TileMovement>("tile", "x; repeats: integers"),
        new MovementOperator<RepeatMovement>("repeat", "x; repeats: integer, axis: integer"),
        new MovementOperator<ConcatenateMovement>("concatenate", "x...; axis: integer = 0"),
        new MovementOperator<StackMovement>("stack", "x...; axis: integer = 0"),
    ];
}

/// <summary>Another handle to the same tensor.</summary>
internal sealed class ShareOperator() : Operator("share", "x", 0)
{
    public override string Types => Every;

    protected override void Run(Call call, ElementType type) => call.ReturnInput(0);
}

internal readonly struct ReshapeMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged
    {
        // A view where the strides allow it and copy is not 1; where they do not, a copy unless copy is 0.
        Tensor<T> x = call.Moved<T>(0);
        bool mayCopy = call.Flag("copy", otherwise: true), mustCopy = call.Has("copy") && mayCopy;
        Tensor<T> source = mustCopy || (mayCopy && !x.Layout.TryReshape(Shape.Create([x.Size]), out _)) ? x.Clone() : x;
        return source.Reshape(call.Integers("shape"));
    }
}

internal readonly struct PermuteMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged => call.Moved<T>(0).Permute(call.Axes());
}

internal readonly struct ExpandMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged => call.Moved<T>(0).Expand(Shape.Create(call.Integers("shape")));
}

/// <summary>For every axis its first index, how many there are, and the step from one to the next, which may be negative.</summary>
internal readonly struct SliceMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged
    {
        Tensor<T> x = call.Moved<T>(0);
        nint[] starts = call.Integers("starts"), counts = call.Integers("counts"), steps = call.Integers("steps");
        Shape shape = x.Shape;
        if (starts.Length != shape.Rank || counts.Length != shape.Rank || steps.Length != shape.Rank)
        {
            throw new ArgumentException($"slice: {starts.Length} starts, {counts.Length} counts and {steps.Length} steps for {shape} with rank {shape.Rank}");
        }

        Layout layout = x.Layout;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            (nint extent, nint start, nint count) = (shape[axis], starts[axis], counts[axis]);

            // The step of fewer than two indices says nothing.
            nint step = count < 2 ? 1 : steps[axis];
            Int128 last = start + ((Int128)(count - 1) * step);
            bool isInside = count > 0 && start >= 0 && start < extent && last >= 0 && last < extent && step != 0;
            if (count != 0 && !isInside)
            {
                throw new ArgumentException($"slice: {count} indices from {start} by {step} are not all inside axis {axis} of {shape}");
            }

            layout = layout.Slice(axis, start, count, step);
        }

        return x.View(layout);
    }
}

internal readonly struct SqueezeMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged
    {
        Tensor<T> x = call.Moved<T>(0);
        foreach (int axis in Counted.FromTheEnd(call.Axes(), x.Rank, call.Name))
        {
            x = x.Squeeze(axis);
        }

        return x;
    }
}

/// <summary>New axes of extent 1, at these places of the result.</summary>
internal readonly struct UnsqueezeMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged
    {
        Tensor<T> x = call.Moved<T>(0);
        int[] axes = call.Axes();
        foreach (int axis in Counted.FromTheEnd(axes, x.Rank + axes.Length, call.Name).Reverse())
        {
            x = x.Unsqueeze(axis);
        }

        return x;
    }
}

internal readonly struct FlipMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged => call.Moved<T>(0).Flip(call.Axes());
}

internal readonly struct DiagonalMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged
    {
        Tensor<T> x = call.Moved<T>(0);
        int first = x.Shape.Axis(call.Small("first"), call.Name), second = x.Shape.Axis(call.Small("second", 1), call.Name);

        // Beyond the corners there is nothing.
        nint offset = nint.Clamp((nint)call.Integer("offset"), -x.Shape[first], x.Shape[second]);
        return x.Diagonal(offset, first, second);
    }
}

internal readonly struct CopyMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged => call.Moved<T>(0).Clone();
}

internal readonly struct ContiguousMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged => call.Moved<T>(0).Contiguous();
}

internal readonly struct RollMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged => call.Moved<T>(0).Roll(call.Integers("shifts"), call.Axes());
}

internal readonly struct TileMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged => call.Moved<T>(0).Tile(call.Integers("repeats"));
}

internal readonly struct RepeatMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged => call.Moved<T>(0).RepeatInterleave((nint)call.Integer("repeats"), call.Small("axis"));
}

internal readonly struct ConcatenateMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged => Tensor.Concatenate(call.Small("axis"), (ReadOnlySpan<Tensor<T>>)call.MovedFrom<T>(0));
}

internal readonly struct StackMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged => Tensor.Stack(call.Small("axis"), (ReadOnlySpan<Tensor<T>>)call.MovedFrom<T>(0));
}

/// <summary>Lists of axes.</summary>
internal static class Counted
{
    /// <summary>Axes counted from the front, the last one first.</summary>
    /// <exception cref="ArgumentException">One does not exist or is given twice.</exception>
    public static int[] FromTheEnd(int[] axes, int rank, string operation)
    {
        int[] counted = [.. axes.Select(axis => axis < 0 ? axis + rank : axis).OrderDescending()];
        for (int i = 0; i < counted.Length; i++)
        {
            if (counted[i] < 0 || counted[i] >= rank || (i > 0 && counted[i] == counted[i - 1]))
            {
                throw new ArgumentException($"{operation}: [{string.Join(", ", axes)}] are not axes of a tensor of rank {rank}, each once");
            }
        }

        return counted;
    }
}
