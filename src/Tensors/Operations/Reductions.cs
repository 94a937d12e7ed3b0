using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Reductions, always in the fixed order over the reduced axes in logical row-major order.</summary>
public readonly partial struct Tensor<T>
{
    /// <summary>The sum of all elements, a scalar; +0 for none.</summary>
    public Tensor<T> Sum()
    {
        TensorNode x = Node;
        TensorNode y = Tensor.NewNode<T>([], x.Storage!.Device);
        x.Storage.Device.Sum<T>(x.Operand(), y.Operand());
        Tape.Record(SumRule<T>.Instance, x, null, null, y);
        return new(y);
    }

    /// <summary>The sums along one axis, which disappears, or stays with extent 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> Sum(int axis, bool keepDimension = false)
    {
        TensorNode x = Node;
        axis = x.Layout.Shape.Axis(axis, "sum");
        Shape kept = x.Layout.Shape.Without(axis, keep: false);
        TensorNode y = Tensor.NewNode<T>(kept, x.Storage!.Device);
        Layout reordered = Reductions.AxisLast(in x.Layout, axis);
        x.Storage.Device.Sum<T>(new Operand(x.Storage, in reordered), y.Operand());

        // The kept axis is only a change of layout: y's elements lie the same.
        y.Layout = Layout.Contiguous(x.Layout.Shape.Without(axis, keep: true));
        Tape.Record(SumRule<T>.Instance, x, null, null, y);
        Tensor<T> result = new(y);
        if (keepDimension)
        {
            return result;
        }

        Tensor<T> dropped = result.Squeeze(axis);
        result.Dispose();
        return dropped;
    }

    /// <summary>The sum into an existing scalar.</summary>
    /// <exception cref="ArgumentException">The destination is not of shape [], or not on this device.</exception>
    public void SumInto(Tensor<T> destination)
    {
        TensorNode x = Node, y = destination.Node;
        Elementwise.CheckInto("sum", [], y, x);
        y.Storage!.Device.Sum<T>(x.Operand(), y.Operand());
    }

    /// <summary>The mean of all elements: the sum divided by their number.</summary>
    /// <exception cref="InvalidOperationException">There are no elements.</exception>
    public Tensor<T> Mean()
    {
        using Tensor<T> sum = Size > 0 ? Sum() : throw new InvalidOperationException($"mean: {Shape} has no elements.");
        return sum / Tensor.Constant<T>(Size);
    }

    /// <summary>The means along one axis.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="InvalidOperationException">The axis has no elements.</exception>
    public Tensor<T> Mean(int axis, bool keepDimension = false)
    {
        nint extent = Shape[axis];
        using Tensor<T> sum = extent > 0 ? Sum(axis, keepDimension) : throw new InvalidOperationException($"mean: axis {axis} of {Shape} has no elements.");
        return sum / Tensor.Constant<T>(extent);
    }

    /// <summary>The largest element; NaN wins.</summary>
    /// <exception cref="InvalidOperationException">There are no elements.</exception>
    /// <exception cref="NotSupportedException">The tensor is being differentiated.</exception>
    public T Max()
    {
        if (Size == 0)
        {
            throw new InvalidOperationException($"max: {Shape} has no elements.");
        }

        Tape.RefuseTracked(Node, "max");
        return IsContiguous && Device is CpuDevice ? Reduce.Max<T>(AsSpan()) : Reduce.Max<T>(ToArray());
    }

    /// <summary>The index of the largest element along the last axis, row by row; the first among equals, and the first NaN before all numbers.</summary>
    /// <param name="destination">One index per row: the product of all other extents.</param>
    /// <exception cref="ArgumentException">The destination has another length, the tensor is a scalar, or rows are empty.</exception>
    public void ArgMaxRows(Span<int> destination)
    {
        nint columns = Rank > 0 ? Shape[-1] : 0;
        if (columns == 0 || destination.Length != Size / columns)
        {
            throw new ArgumentException($"argmax: {Shape} has {(columns == 0 ? 0 : Size / columns)} rows of {columns}; the destination has {destination.Length} elements.", nameof(destination));
        }

        ReadOnlySpan<T> all = IsContiguous && Device is CpuDevice ? AsSpan() : ToArray();
        for (int row = 0; row < destination.Length; row++)
        {
            destination[row] = Reductions.ArgMax(all.Slice((int)(row * columns), (int)columns));
        }
    }
}

/// <summary>What reductions share.</summary>
internal static class Reductions
{
    /// <summary>The same elements with one axis moved to the end.</summary>
    public static Layout AxisLast(in Layout layout, int axis)
    {
        Span<int> order = stackalloc int[layout.Shape.Rank];
        for (int i = 0; i < order.Length - 1; i++)
        {
            order[i] = i < axis ? i : i + 1;
        }

        order[^1] = axis;
        return layout.Permute(order);
    }

    /// <summary>The sum of x over the axes along which the target, broadcast to x's shape, repeats itself.</summary>
    public static void SumTo<T>(TensorNode x, TensorNode target)
        where T : unmanaged
    {
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
        target.Storage!.Device.Sum<T>(new Operand(x.Storage!, in from), new Operand(target.Storage, in to));
    }

    public static int ArgMax<T>(ReadOnlySpan<T> row)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return ArgMaxOf(System.Runtime.InteropServices.MemoryMarshal.Cast<T, float>(row));
        }

        return typeof(T) == typeof(double)
            ? ArgMaxOf(System.Runtime.InteropServices.MemoryMarshal.Cast<T, double>(row))
            : throw new NotSupportedException($"argmax: the element type is {typeof(T).Name}; float (Single) and double (Double) are supported.");
    }

    private static int ArgMaxOf<T>(ReadOnlySpan<T> row)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        int best = 0;
        for (int i = 0; i < row.Length && !T.IsNaN(row[best]); i++)
        {
            if (row[i] > row[best] || T.IsNaN(row[i]))
            {
                best = i;
            }
        }

        return best;
    }
}
