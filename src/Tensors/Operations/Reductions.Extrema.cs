using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Extrema and their smooth form. Elements that share an extremum share its gradient equally, as PyTorch's amax has it.</summary>
public readonly partial struct Tensor<T>
{
    /// <summary>The largest element of all elements, a scalar. By IEEE 754-2019: NaN wins, +0 is above -0.</summary>
    /// <exception cref="InvalidOperationException">There are no elements to choose from.</exception>
    public Tensor<T> Max() => Reduced<Largest>(default, Reductions.AllAxes(Rank), keepDimensions: false);

    /// <summary>The largest element along one axis, which disappears, or stays with extent 1. By IEEE 754-2019: NaN wins, +0 is above -0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="InvalidOperationException">There are no elements to choose from.</exception>
    public Tensor<T> Max(int axis, bool keepDimension = false) => Reduced<Largest>(default, [axis], keepDimension);

    /// <summary>The largest element over several axes, taken in row-major order. By IEEE 754-2019: NaN wins, +0 is above -0.</summary>
    /// <exception cref="ArgumentException">An axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="InvalidOperationException">There are no elements to choose from.</exception>
    public Tensor<T> Max(ReadOnlySpan<int> axes, bool keepDimensions = false) => Reduced<Largest>(default, axes, keepDimensions);

    /// <summary>The largest element over some axes into an existing tensor, of the shape without them or with extents 1 there.</summary>
    /// <exception cref="ArgumentException">The destination's shape or device differ, it overlaps this tensor, or an axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="InvalidOperationException">There are no elements to choose from.</exception>
    public void MaxInto(ReadOnlySpan<int> axes, Tensor<T> destination) => ReducedInto<Largest>(default, axes, destination);

    /// <summary>The smallest element of all elements, a scalar. By IEEE 754-2019: NaN wins, -0 is below +0.</summary>
    /// <exception cref="InvalidOperationException">There are no elements to choose from.</exception>
    public Tensor<T> Min() => Reduced<Smallest>(default, Reductions.AllAxes(Rank), keepDimensions: false);

    /// <summary>The smallest element along one axis, which disappears, or stays with extent 1. By IEEE 754-2019: NaN wins, -0 is below +0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="InvalidOperationException">There are no elements to choose from.</exception>
    public Tensor<T> Min(int axis, bool keepDimension = false) => Reduced<Smallest>(default, [axis], keepDimension);

    /// <summary>The smallest element over several axes, taken in row-major order. By IEEE 754-2019: NaN wins, -0 is below +0.</summary>
    /// <exception cref="ArgumentException">An axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="InvalidOperationException">There are no elements to choose from.</exception>
    public Tensor<T> Min(ReadOnlySpan<int> axes, bool keepDimensions = false) => Reduced<Smallest>(default, axes, keepDimensions);

    /// <summary>The smallest element over some axes into an existing tensor, of the shape without them or with extents 1 there.</summary>
    /// <exception cref="ArgumentException">The destination's shape or device differ, it overlaps this tensor, or an axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="InvalidOperationException">There are no elements to choose from.</exception>
    public void MinInto(ReadOnlySpan<int> axes, Tensor<T> destination) => ReducedInto<Smallest>(default, axes, destination);

    /// <summary>The logarithm of the sum of exponentials of all elements, a scalar. The maximum is subtracted first, so nothing overflows; -infinity for no elements and for -infinity alone (whose gradient is NaN).</summary>
    public Tensor<T> LogSumExp() => Reduced<LogSumExp>(default, Reductions.AllAxes(Rank), keepDimensions: false);

    /// <summary>The logarithm of the sum of exponentials along one axis, which disappears, or stays with extent 1. The maximum is subtracted first, so nothing overflows; -infinity for no elements and for -infinity alone (whose gradient is NaN).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> LogSumExp(int axis, bool keepDimension = false) => Reduced<LogSumExp>(default, [axis], keepDimension);

    /// <summary>The logarithm of the sum of exponentials over several axes, taken in row-major order. The maximum is subtracted first, so nothing overflows; -infinity for no elements and for -infinity alone (whose gradient is NaN).</summary>
    /// <exception cref="ArgumentException">An axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> LogSumExp(ReadOnlySpan<int> axes, bool keepDimensions = false) => Reduced<LogSumExp>(default, axes, keepDimensions);

    /// <summary>The logarithm of the sum of exponentials over some axes into an existing tensor, of the shape without them or with extents 1 there.</summary>
    /// <exception cref="ArgumentException">The destination's shape or device differ, it overlaps this tensor, or an axis is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public void LogSumExpInto(ReadOnlySpan<int> axes, Tensor<T> destination) => ReducedInto<LogSumExp>(default, axes, destination);

    /// <summary>The place, in row-major order, of the largest element: the first NaN, or the first of equals (-0 equals +0). It has no derivative.</summary>
    /// <exception cref="InvalidOperationException">There are no elements.</exception>
    public Tensor<int> ArgMax() => Places(true, Reductions.AllAxes(Rank), keepDimensions: false);

    /// <summary>The places of the largest elements along one axis, which disappears, or stays with extent 1: the first NaN, or the first of equals.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="InvalidOperationException">The axis has no elements.</exception>
    public Tensor<int> ArgMax(int axis, bool keepDimension = false) => Places(true, [axis], keepDimension);

    /// <summary>The same into an existing tensor of integers, of the shape without the axis or with extent 1 there.</summary>
    /// <exception cref="ArgumentException">The destination's shape or device differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="InvalidOperationException">The axis has no elements.</exception>
    public void ArgMaxInto(int axis, Tensor<int> destination) => PlacesInto(true, axis, destination);

    /// <summary>The place, in row-major order, of the smallest element: the first NaN, or the first of equals (-0 equals +0). It has no derivative.</summary>
    /// <exception cref="InvalidOperationException">There are no elements.</exception>
    public Tensor<int> ArgMin() => Places(false, Reductions.AllAxes(Rank), keepDimensions: false);

    /// <summary>The places of the smallest elements along one axis, which disappears, or stays with extent 1: the first NaN, or the first of equals.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="InvalidOperationException">The axis has no elements.</exception>
    public Tensor<int> ArgMin(int axis, bool keepDimension = false) => Places(false, [axis], keepDimension);

    /// <summary>The same into an existing tensor of integers, of the shape without the axis or with extent 1 there.</summary>
    /// <exception cref="ArgumentException">The destination's shape or device differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="InvalidOperationException">The axis has no elements.</exception>
    public void ArgMinInto(int axis, Tensor<int> destination) => PlacesInto(false, axis, destination);

    /// <summary>The index of the largest element along the last axis, row by row; the first among equals, and the first NaN before all numbers.</summary>
    /// <param name="destination">One index per row: the product of all other extents.</param>
    /// <exception cref="ArgumentException">The destination has another length, the tensor is a scalar, or rows are empty.</exception>
    public void ArgMaxRows(Span<int> destination)
    {
        Tensor.CheckArithmetic<T>("argmax");
        nint columns = Rank > 0 ? Shape[-1] : 0;
        if (columns == 0 || destination.Length != Size / columns)
        {
            throw new ArgumentException($"argmax: {Shape} has {(columns == 0 ? 0 : Size / columns)} rows of {columns}; the destination has {destination.Length} elements.", nameof(destination));
        }

        ReadOnlySpan<T> all = IsContiguous && Device is CpuDevice ? AsSpan() : ToArray();
        ArgReduce.MaxRows(all, destination.Length, (int)columns, (int)columns, destination);
        GC.KeepAlive(Node);
    }

    private Tensor<int> Places(bool isLargest, ReadOnlySpan<int> axes, bool keepDimensions)
    {
        string operation = isLargest ? "argmax" : "argmin";
        Tensor.CheckArithmetic<T>(operation);
        TensorNode x = Node;
        Layout lines = Reductions.AxesLast(in x.Layout, axes, operation, out Shape kept, out Shape keptWithOnes);
        Reductions.CheckNotEmpty(operation, x.Layout.Shape, axes, kept);
        TensorNode y = Tensor.NewNode<int>(kept, x.Storage!.Device);
        try
        {
            x.Storage.Device.ArgExtreme<T>(isLargest, new Operand(x.Storage, in lines), y.Operand());
        }
        catch
        {
            y.ReleaseHandle();
            throw;
        }

        y.Layout = Layout.Contiguous(keepDimensions ? keptWithOnes : kept);
        return new(y);
    }

    private void PlacesInto(bool isLargest, int axis, Tensor<int> destination)
    {
        string operation = isLargest ? "argmax" : "argmin";
        Tensor.CheckArithmetic<T>(operation);
        TensorNode x = Node, y = destination.Node;
        Layout lines = Reductions.AxesLast(in x.Layout, [axis], operation, out Shape kept, out Shape keptWithOnes);
        Reductions.CheckNotEmpty(operation, x.Layout.Shape, [axis], kept);
        Layout results = Reductions.CheckDestination(operation, kept, keptWithOnes, y, x);
        x.Storage!.Device.ArgExtreme<T>(isLargest, new Operand(x.Storage, in lines), new Operand(y.Storage!, in results));
    }
}
