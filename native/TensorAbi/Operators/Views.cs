using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>The same memory with another layout, copies, and other element types.</summary>
internal static class ViewOperators
{
    public static IEnumerable<Operator> All =>
    [
        new AnyOperator<ShareAction>("share", "x"),
        new AnyOperator<ReshapeAction>("reshape", "x; shape: integers, copy: flag = where the strides need it"),
        new AnyOperator<PermuteAction>("permute", "x; axes: integers"),
        new AnyOperator<ExpandAction>("expand", "x; shape: integers"),
        new AnyOperator<SliceAction>("slice", "x; starts: integers, counts: integers, steps: integers"),
        new AnyOperator<SqueezeAction>("squeeze", "x; axes: integers"),
        new AnyOperator<UnsqueezeAction>("unsqueeze", "x; axes: integers"),
        new AnyOperator<FlipAction>("flip", "x; axes: integers = all"),
        new AnyOperator<DiagonalAction>("diagonal", "x; offset: integer = 0, first: integer = 0, second: integer = 1"),
        new AnyOperator<CopyAction>("copy", "x"),
        new AnyOperator<ContiguousAction>("contiguous", "x"),
        new AnyOperator<CastAction>("cast", "x; dtype: type"),
        new AnyOperator<RollAction>("roll", "x; shifts: integers, axes: integers"),
        new AnyOperator<TileAction>("tile", "x; repeats: integers"),
        new AnyOperator<RepeatAction>("repeat", "x; repeats: integer, axis: integer"),
        new AnyOperator<ConcatenateAction>("concatenate", "x...; axis: integer = 0"),
        new AnyOperator<StackAction>("stack", "x...; axis: integer = 0"),
    ];
}

internal readonly struct ShareAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.ReturnInput(0);
}

internal readonly struct ReshapeAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged
    {
        // A view where the strides allow it and copy is not 1; where they do not, a copy unless copy is 0.
        Tensor<T> x = call.Input<T>(0);
        bool mayCopy = call.Flag("copy", otherwise: true), mustCopy = call.Has("copy") && mayCopy;
        Tensor<T> source = mustCopy || (mayCopy && !x.Layout.TryReshape(Shape.Create([x.Size]), out _)) ? x.Clone() : x;
        call.Return(source.Reshape(call.Integers("shape")));
    }
}

internal readonly struct PermuteAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).Permute(call.Axes()));
}

internal readonly struct ExpandAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).Expand(Shape.Create(call.Integers("shape"))));
}

/// <summary>For every axis its first index, how many there are, and the step from one to the next, which may be negative.</summary>
internal readonly struct SliceAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged
    {
        Tensor<T> x = call.Input<T>(0);
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

        call.Return(x.View(layout));
    }
}

internal readonly struct SqueezeAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged
    {
        Tensor<T> x = call.Input<T>(0);
        foreach (int axis in Counted.FromTheEnd(call.Axes(), x.Rank, call.Name))
        {
            x = x.Squeeze(axis);
        }

        call.Return(x);
    }
}

/// <summary>New axes of extent 1, at these places of the result.</summary>
internal readonly struct UnsqueezeAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged
    {
        Tensor<T> x = call.Input<T>(0);
        int[] axes = call.Axes();
        foreach (int axis in Counted.FromTheEnd(axes, x.Rank + axes.Length, call.Name).Reverse())
        {
            x = x.Unsqueeze(axis);
        }

        call.Return(x);
    }
}

internal readonly struct FlipAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).Flip(call.Axes()));
}

internal readonly struct DiagonalAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged
    {
        Tensor<T> x = call.Input<T>(0);
        int first = x.Shape.Axis(call.Small("first"), call.Name), second = x.Shape.Axis(call.Small("second", 1), call.Name);

        // Beyond the corners there is nothing.
        nint offset = nint.Clamp((nint)call.Integer("offset"), -x.Shape[first], x.Shape[second]);
        call.Return(x.Diagonal(offset, first, second));
    }
}

internal readonly struct CopyAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).Clone());
}

internal readonly struct ContiguousAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).Contiguous());
}

/// <summary>The elements in another type; float16 and bfloat16 go by way of float32 from and to all but floating-point types.</summary>
internal readonly struct CastAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Type().Apply<To<T>, bool>(new(call));

    private readonly struct To<TFrom>(Call call) : IForType<bool>
        where TFrom : unmanaged
    {
        public bool With<T>()
            where T : unmanaged
        {
            Tensor<TFrom> x = call.Input<TFrom>(0);
            if (typeof(T) == typeof(TFrom))
            {
                call.Return(x.Clone());
            }
            else if (IsShort<TFrom>() ? !IsReal<T>() : IsShort<T>() && !IsReal<TFrom>())
            {
                call.Return(x.Cast<float>().Cast<T>());
            }
            else
            {
                call.Return(x.Cast<T>());
            }

            return true;
        }

        private static bool IsShort<T>() => ElementTypes.Of<T>() is ElementType.Float16 or ElementType.BFloat16;

        private static bool IsReal<T>() => ElementTypes.Of<T>() is ElementType.Float32 or ElementType.Float64;
    }
}

internal readonly struct RollAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).Roll(call.Integers("shifts"), call.Axes()));
}

internal readonly struct TileAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).Tile(call.Integers("repeats")));
}

internal readonly struct RepeatAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).RepeatInterleave((nint)call.Integer("repeats"), call.Small("axis")));
}

internal readonly struct ConcatenateAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(Tensor.Concatenate(call.Small("axis"), (ReadOnlySpan<Tensor<T>>)call.InputsFrom<T>(0)));
}

internal readonly struct StackAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(Tensor.Stack(call.Small("axis"), (ReadOnlySpan<Tensor<T>>)call.InputsFrom<T>(0)));
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
