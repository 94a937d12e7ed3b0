using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>What is done along one axis and keeps the shape.</summary>
public readonly partial struct Tensor<T>
{
    /// <summary>Softmax along an axis: exp(x - max) / sum, the sum in the fixed order. A line with NaN or +infinity, or of -infinity alone, gives NaN.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> Softmax(int axis) => Along<SoftmaxAlong>(axis);

    /// <summary>Softmax along an axis, into an existing tensor of this shape, which may be this one.</summary>
    /// <exception cref="ArgumentException">Shape or device differ, or the destination overlaps this tensor otherwise than exactly.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public void SoftmaxInto(int axis, Tensor<T> destination) => AlongInto<SoftmaxAlong>(axis, destination);

    /// <summary>The logarithm of softmax along an axis: (x - max) - log(sum of exp(x - max)). A line with NaN or +infinity, or of -infinity alone, gives NaN.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> LogSoftmax(int axis) => Along<LogSoftmaxAlong>(axis);

    /// <summary>The logarithm of softmax along an axis, into an existing tensor of this shape, which may be this one.</summary>
    /// <exception cref="ArgumentException">Shape or device differ, or the destination overlaps this tensor otherwise than exactly.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public void LogSoftmaxInto(int axis, Tensor<T> destination) => AlongInto<LogSoftmaxAlong>(axis, destination);

    /// <summary>The cumulative sums along an axis: a chain inside blocks of 1,024 elements, plus the sum of what stands before the block.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor<T> CumulativeSum(int axis) => Along<CumulativeSumAlong>(axis);

    /// <summary>The cumulative sums along an axis, into an existing tensor of this shape, which may be this one.</summary>
    /// <exception cref="ArgumentException">Shape or device differ, or the destination overlaps this tensor otherwise than exactly.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public void CumulativeSumInto(int axis, Tensor<T> destination) => AlongInto<CumulativeSumAlong>(axis, destination);

    private Tensor<T> Along<TAlong>(int axis)
        where TAlong : struct, IAlong
    {
        Tensor.CheckArithmetic<T>(TAlong.Name);
        TensorNode x = Node;
        axis = x.Layout.Shape.Axis(axis, TAlong.Name);
        TensorNode y = Tensor.NewNode<T>(in x.Layout.Extents, x.Storage!.Device);
        try
        {
            Run<TAlong>(axis, x, y);
        }
        catch
        {
            y.ReleaseHandle();
            throw;
        }

        Tape.Record(AlongRule<TAlong, T>.For(axis), x, null, null, y);
        return new(y);
    }

    private void AlongInto<TAlong>(int axis, Tensor<T> destination)
        where TAlong : struct, IAlong
    {
        Tensor.CheckArithmetic<T>(TAlong.Name);
        TensorNode x = Node, y = destination.Node;
        axis = x.Layout.Shape.Axis(axis, TAlong.Name);
        Elementwise.CheckInto(TAlong.Name, x.Layout.Shape, y, x);
        Run<TAlong>(axis, x, y);
    }

    private static void Run<TAlong>(int axis, TensorNode x, TensorNode y)
        where TAlong : struct, IAlong
    {
        Layout from = Reductions.AxesLast(in x.Layout, [axis], TAlong.Name, out _, out _), to = Reductions.AxesLast(in y.Layout, [axis], TAlong.Name, out _, out _);
        TAlong.Run<T>(new Operand(x.Storage!, in from), new Operand(y.Storage!, in to));
    }
}

/// <summary>Work along the last axis, and its reverse rule.</summary>
internal interface IAlong
{
    static abstract string Name { get; }

    static abstract void Run<T>(Operand x, Operand y)
        where T : unmanaged;

    /// <summary>dx from the result and its gradient.</summary>
    static abstract void Vjp<T>(int axis, TensorNode y, Tensor<T> dy, Tensor<T> dx)
        where T : unmanaged;

    /// <summary>The same made of recorded operations.</summary>
    static abstract Tensor<T> Composed<T>(int axis, Tensor<T> y, Tensor<T> dy)
        where T : unmanaged;
}

internal readonly struct SoftmaxAlong : IAlong
{
    public static string Name => "softmax";

    public static void Run<T>(Operand x, Operand y)
        where T : unmanaged => y.Storage.Device.Softmax<T>(isLogarithm: false, x, y);

    /// <summary>dx = y (dy - the sum of y dy).</summary>
    public static void Vjp<T>(int axis, TensorNode y, Tensor<T> dy, Tensor<T> dx)
        where T : unmanaged
    {
        using Tensor<T> product = Tensor.Empty<T>(dy.Shape, dy.Device), sum = Tensor.Empty<T>(dy.Shape.Without(axis, keep: true), dy.Device);
        Elementwise.Run<Multiply, T>(y, dy.Node, product.Node);
        Reductions.SumTo<T>(product.Node, sum.Node);
        Elementwise.Run<SoftmaxVjp, T>(y, dy.Node, sum.Node, dx.Node);
    }

    public static Tensor<T> Composed<T>(int axis, Tensor<T> y, Tensor<T> dy)
        where T : unmanaged
    {
        using Tensor<T> product = y * dy, sum = product.Sum(axis, keepDimension: true);
        return y.Ternary<SoftmaxVjp>(dy, sum);
    }
}

internal readonly struct LogSoftmaxAlong : IAlong
{
    public static string Name => "log-softmax";

    public static void Run<T>(Operand x, Operand y)
        where T : unmanaged => y.Storage.Device.Softmax<T>(isLogarithm: true, x, y);

    /// <summary>dx = dy - exp(y) times the sum of dy.</summary>
    public static void Vjp<T>(int axis, TensorNode y, Tensor<T> dy, Tensor<T> dx)
        where T : unmanaged
    {
        using Tensor<T> sum = Tensor.Empty<T>(dy.Shape.Without(axis, keep: true), dy.Device);
        Reductions.SumTo<T>(dy.Node, sum.Node);
        Elementwise.Run<LogSoftmaxVjp, T>(y, dy.Node, sum.Node, dx.Node);
    }

    public static Tensor<T> Composed<T>(int axis, Tensor<T> y, Tensor<T> dy)
        where T : unmanaged
    {
        using Tensor<T> sum = dy.Sum(axis, keepDimension: true);
        return y.Ternary<LogSoftmaxVjp>(dy, sum);
    }
}

internal readonly struct CumulativeSumAlong : IAlong
{
    public static string Name => "cumulative sum";

    public static void Run<T>(Operand x, Operand y)
        where T : unmanaged => y.Storage.Device.CumulativeSum<T>(x, y);

    /// <summary>dx = the cumulative sums of dy from the end.</summary>
    public static void Vjp<T>(int axis, TensorNode y, Tensor<T> dy, Tensor<T> dx)
        where T : unmanaged
    {
        Layout from = Reductions.AxesLast(dy.Layout.Reverse(axis), [axis], Name, out _, out _);
        Layout to = Reductions.AxesLast(dx.Layout.Reverse(axis), [axis], Name, out _, out _);
        dy.Device.CumulativeSum<T>(new Operand(dy.Node.Storage!, in from), new Operand(dx.Node.Storage!, in to));
    }

    public static Tensor<T> Composed<T>(int axis, Tensor<T> y, Tensor<T> dy)
        where T : unmanaged
    {
        using Tensor<T> reversed = dy.View(dy.Layout.Reverse(axis)), sums = reversed.CumulativeSum(axis);
        return sums.View(sums.Layout.Reverse(axis));
    }
}
