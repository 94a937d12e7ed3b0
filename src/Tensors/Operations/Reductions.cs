using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// Reductions over any axes, always in the fixed order over the reduced axes in logical row-major order. Sums begin at +0, so that the sum of
/// negative zeros is +0, where NumPy has -0.
/// </summary>
public readonly partial struct Tensor<T>
{
    /// <summary>The sum of all elements, a scalar. +0 for no elements.</summary>
    public Tensor<T> Sum() => Reduced<Total>(default, Reductions.AllAxes(Rank), keepDimensions: false);

    /// <summary>The sum along one axis, which disappears, or stays with extent 1. +0 for no elements.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> Sum(int axis, bool keepDimension = false) => Reduced<Total>(default, [axis], keepDimension);

    /// <summary>The sum over several axes, taken in row-major order. +0 for no elements.</summary>
    /// <exception cref="ArgumentException">An axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> Sum(ReadOnlySpan<int> axes, bool keepDimensions = false) => Reduced<Total>(default, axes, keepDimensions);

    /// <summary>The sum over some axes into an existing tensor, of the shape without them or with extents 1 there.</summary>
    /// <exception cref="ArgumentException">The destination's shape or device differ, it overlaps this tensor, or an axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public void SumInto(ReadOnlySpan<int> axes, Tensor<T> destination) => ReducedInto<Total>(default, axes, destination);

    /// <summary>The sum into an existing scalar.</summary>
    /// <exception cref="ArgumentException">The destination is not of shape [], or not on this device.</exception>
    public void SumInto(Tensor<T> destination)
    {
        TensorNode x = Node, y = destination.Node;
        Elementwise.CheckInto("sum", [], y, x);
        y.Storage!.Device.Sum<T>(x.Operand(), y.Operand());
    }

    /// <summary>The mean of all elements: the sum divided by their number; NaN for none.</summary>
    public Tensor<T> Mean() => Mean(Reductions.AllAxes(Rank));

    /// <summary>The means along one axis, which disappears, or stays with extent 1; NaN where it has no elements.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> Mean(int axis, bool keepDimension = false) => Mean([axis], keepDimension);

    /// <summary>The means over several axes; NaN where they have no elements.</summary>
    /// <exception cref="ArgumentException">An axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> Mean(ReadOnlySpan<int> axes, bool keepDimensions = false) => Reduced<Mean>(default, axes, keepDimensions);

    /// <summary>The means over some axes into an existing tensor, of the shape without them or with extents 1 there.</summary>
    /// <exception cref="ArgumentException">The destination's shape or device differ, it overlaps this tensor, or an axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public void MeanInto(ReadOnlySpan<int> axes, Tensor<T> destination) =>
        ReducedInto<Mean>(default, axes, destination);

    private Tensor<T> Reduced<TReduction>(TReduction reduction, ReadOnlySpan<int> axes, bool keepDimensions)
        where TReduction : struct, IReduction
    {
        Tensor.CheckArithmetic<T>(TReduction.Name);
        TensorNode x = Node;
        Layout lines = Reductions.AxesLast(in x.Layout, axes, TReduction.Name, out Shape kept, out Shape keptWithOnes);
        if (TReduction.Empty is null)
        {
            Reductions.CheckNotEmpty(TReduction.Name, x.Layout.Shape, axes, kept);
        }

        TensorNode y = Tensor.NewNode<T>(kept, x.Storage!.Device);
        try
        {
            Reductions.Run<TReduction, T>(reduction, new Operand(x.Storage, in lines), y.Operand());
        }
        catch
        {
            y.ReleaseHandle();
            throw;
        }

        // The kept axes are only a change of layout: y's elements lie the same. A scalar broadcasts as it is.
        if (kept.Rank == 0 && !keepDimensions)
        {
            keptWithOnes = kept;
        }

        y.Layout = Layout.Contiguous(keptWithOnes);
        Tape.Record(ReductionRules.For<TReduction, T>(reduction), x, null, null, y);
        Tensor<T> result = new(y);
        if (keepDimensions || kept == keptWithOnes)
        {
            return result;
        }

        using (result)
        {
            return result.View(Layout.Contiguous(kept, y.Layout.Offset));
        }
    }

    private void ReducedInto<TReduction>(TReduction reduction, ReadOnlySpan<int> axes, Tensor<T> destination)
        where TReduction : struct, IReduction
    {
        Tensor.CheckArithmetic<T>(TReduction.Name);
        TensorNode x = Node, y = destination.Node;
        Layout lines = Reductions.AxesLast(in x.Layout, axes, TReduction.Name, out Shape kept, out Shape keptWithOnes);
        if (TReduction.Empty is null)
        {
            Reductions.CheckNotEmpty(TReduction.Name, x.Layout.Shape, axes, kept);
        }

        Layout results = Reductions.CheckDestination(TReduction.Name, kept, keptWithOnes, y, x);
        Reductions.Run<TReduction, T>(reduction, new Operand(x.Storage!, in lines), new Operand(y.Storage!, in results));
    }
}

/// <summary>What reductions share.</summary>
internal static class Reductions
{
    private static readonly int[] Axes = [0, 1, 2, 3, 4, 5, 6, 7];

    /// <summary>All axes of a tensor.</summary>
    public static ReadOnlySpan<int> AllAxes(int rank) => Axes.AsSpan(0, rank);

    /// <summary>y = a reduction of x over its last axes.</summary>
    public static void Run<TReduction, T>(TReduction reduction, Operand x, Operand y)
        where TReduction : struct, IReduction
        where T : unmanaged => Run<TReduction, T>(y.Storage.Device, reduction, x, y);

    /// <summary>The same on a device that is known.</summary>
    public static void Run<TReduction, T>(Device device, TReduction reduction, Operand x, Operand y)
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        if (device is CpuDevice processor)
        {
            // A call that the compiler knows: a generic method of an unknown class is looked for at each call.
            processor.Reduce<TReduction, T>(reduction, x, y);
        }
        else
        {
            device.Reduce<TReduction, T>(reduction, x, y);
        }
    }

    /// <summary>The same elements with the reduced axes moved to the end, in their order, and the shape without them and with extents 1 there.</summary>
    public static Layout AxesLast(in Layout layout, ReadOnlySpan<int> axes, string operation, out Shape kept, out Shape keptWithOnes)
    {
        Shape shape = layout.Shape;
        int reduced = Mask(shape, axes, operation), place = 0;
        if (axes.Length == shape.Rank)
        {
            kept = [];
            keptWithOnes = shape;
            for (int axis = 0; axis < axes.Length; axis++)
            {
                keptWithOnes[axis] = 1;
            }

            return layout;
        }

        Span<int> order = stackalloc int[shape.Rank];
        kept = keptWithOnes = shape;
        for (int axis = 0; axis < order.Length; axis++)
        {
            if ((reduced & (1 << axis)) == 0)
            {
                order[place++] = axis;
            }
        }

        int keptRank = place;
        for (int axis = 0; axis < order.Length; axis++)
        {
            if ((reduced & (1 << axis)) != 0)
            {
                kept = kept.Without(axis - (place - keptRank), keep: false);
                keptWithOnes = keptWithOnes.Without(axis, keep: true);
                order[place++] = axis;
            }
        }

        return layout.Permute(order);
    }

    /// <summary>The number of elements of which each result is made.</summary>
    public static nint Count(Shape shape, ReadOnlySpan<int> axes, string operation)
    {
        int reduced = Mask(shape, axes, operation);
        nint count = 1;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            count *= (reduced & (1 << axis)) != 0 ? shape[axis] : 1;
        }

        return count;
    }

    /// <summary>Refuses to choose from no elements.</summary>
    public static void CheckNotEmpty(string operation, Shape shape, ReadOnlySpan<int> axes, Shape kept)
    {
        if (kept.Size > 0 && Count(shape, axes, operation) == 0)
        {
            throw new InvalidOperationException(axes.Length == shape.Rank
                ? $"{operation}: {shape} has no elements."
                : $"{operation}: {(axes.Length == 1 ? "axis" : "axes")} {string.Join(", ", axes.ToArray())} of {shape} {(axes.Length == 1 ? "has" : "have")} no elements.");
        }
    }

    /// <summary>A destination has the kept axes' shape, with or without the reduced ones, and memory apart from the input's; its layout without the reduced axes.</summary>
    public static Layout CheckDestination(string operation, Shape kept, Shape keptWithOnes, TensorNode destination, TensorNode x)
    {
        Elementwise.CheckInto(operation, destination.Layout.Shape.Rank == keptWithOnes.Rank ? keptWithOnes : kept, destination, x);
        if (destination.Storage == x.Storage)
        {
            Products.CheckSeparate(operation, destination, x);
        }

        // Axes of extent 1 hold one place each, so it does not matter which of them are dropped.
        Layout results = destination.Layout;
        for (int axis = results.Shape.Rank - 1, matched = kept.Rank - 1; axis >= 0 && results.Shape.Rank > kept.Rank; axis--)
        {
            if (matched >= 0 && results.Shape[axis] == kept[matched])
            {
                matched--;
            }
            else
            {
                results = results.Drop(axis);
            }
        }

        return results;
    }

    /// <summary>The sum of x over the axes along which the target, broadcast to x's shape, repeats itself.</summary>
    public static void SumTo<T>(TensorNode x, TensorNode target)
        where T : unmanaged
    {
        if (x.Layout.Extents.Rank == 2 && target.Layout.Extents.Rank == 1 && target.Layout.Extents[0] == x.Layout.Extents[1])
        {
            // The gradient of a bias.
            Layout columns = x.Layout.Permute([1, 0]);
            Run<Total, T>(default, new Operand(x.Storage!, in columns), target.Operand());
            return;
        }

        Layout spread = target.Layout.Expand(x.Layout.Shape, "sum");
        int shift = x.Layout.Shape.Rank - target.Layout.Shape.Rank;
        Span<int> order = stackalloc int[x.Layout.Shape.Rank];
        int kept = 0, reduced = order.Length;
        for (int axis = order.Length - 1; axis >= 0; axis--)
        {
            bool repeats = axis < shift || (target.Layout.Shape[axis - shift] == 1 && x.Layout.Shape[axis] != 1);
            if (repeats)
            {
                order[--reduced] = axis;
            }
        }

        Layout to = spread;
        for (int axis = 0, dropped = 0; axis < order.Length; axis++)
        {
            if (order[reduced..].Contains(axis))
            {
                to = to.Drop(axis - dropped++);
            }
            else
            {
                order[kept++] = axis;
            }
        }

        Layout from = x.Layout.Permute(order);
        Run<Total, T>(default, new Operand(x.Storage!, in from), new Operand(target.Storage!, in to));
    }

    private static int Mask(Shape shape, ReadOnlySpan<int> axes, string operation)
    {
        int mask = 0;
        foreach (int axis in axes)
        {
            int bit = 1 << shape.Axis(axis, operation);
            if ((mask & bit) != 0)
            {
                throw new ArgumentException($"{operation}: axis {axis} of {shape} is given twice.", nameof(axes));
            }

            mask |= bit;
        }

        return mask;
    }
}
