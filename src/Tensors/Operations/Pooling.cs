using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// Pooling over windows of signals [batch, channels, length] and images [batch, channels, h, w]. A window's elements are taken in row-major
/// order: the largest by the rules of <see cref="Onsager.Simd.Maximum"/> (NaN wins), or a chain of additions that begins with the first and is
/// divided by the number of the kernel's elements.
/// </summary>
public readonly partial struct Tensor<T>
{
    /// <summary>
    /// The largest elements of windows: [batch, channels, floor((length + 2 padding - dilation (kernel - 1) - 1) / stride) + 1]. The stride is the
    /// kernel's size if none is given; the padding is -infinity. Equal maxima share the gradient, which PyTorch gives to the first.
    /// </summary>
    /// <exception cref="ArgumentException">The rank is not 3, the kernel does not fit, or the padding is more than half of it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Kernel, stride or dilation are below 1, or the padding is negative.</exception>
    public Tensor<T> MaxPool1d(int kernel, int? stride = null, int padding = 0, int dilation = 1)
    {
        PoolingForm form = PoolingForm.Of("max_pool1d", (1, kernel), (1, stride ?? kernel), (0, padding), (1, dilation));
        using Tensor<T> x = Pooling.AsImage("max_pool1d", this), y = Pooling.Max("max_pool1d", form, x);
        return y.Squeeze(2);
    }

    /// <summary>The largest elements of windows into an existing tensor, which does not overlap this one.</summary>
    /// <exception cref="ArgumentException">Ranks, shapes or devices do not fit, the padding is more than half the kernel, or the destination overlaps this tensor or itself.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Kernel, stride or dilation are below 1, or the padding is negative.</exception>
    public void MaxPool1dInto(int kernel, Tensor<T> destination, int? stride = null, int padding = 0, int dilation = 1)
    {
        PoolingForm form = PoolingForm.Of("max_pool1d", (1, kernel), (1, stride ?? kernel), (0, padding), (1, dilation));
        using Tensor<T> x = Pooling.AsImage("max_pool1d", this), y = Pooling.AsImage("max_pool1d", destination);
        Pooling.CheckInto<T>("max_pool1d", form, x.Node, y.Node);
        Pooling.RunMax<T>(in form, x.Node, y.Node);
    }

    /// <summary>
    /// The largest elements of windows: [batch, channels, oh, ow] with oh = floor((h + 2 padding - dilation (kernel - 1) - 1) / stride) + 1, and ow
    /// likewise. The stride is the kernel's size if none is given; the padding is -infinity. Equal maxima share the gradient, which PyTorch gives to the first.
    /// </summary>
    /// <exception cref="ArgumentException">The rank is not 4, the kernel does not fit, or the padding is more than half of it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Kernel, stride or dilation are below 1, or the padding is negative.</exception>
    public Tensor<T> MaxPool2d(Pair kernel, Pair? stride = null, Pair? padding = null, Pair? dilation = null) =>
        Pooling.Max("max_pool2d", PoolingForm.Of("max_pool2d", kernel, stride ?? kernel, padding ?? Pair.Zero, dilation ?? Pair.One), this);

    /// <summary>The largest elements of windows into an existing tensor, which does not overlap this one.</summary>
    /// <exception cref="ArgumentException">Ranks, shapes or devices do not fit, the padding is more than half the kernel, or the destination overlaps this tensor or itself.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Kernel, stride or dilation are below 1, or the padding is negative.</exception>
    public void MaxPool2dInto(Pair kernel, Tensor<T> destination, Pair? stride = null, Pair? padding = null, Pair? dilation = null)
    {
        PoolingForm form = PoolingForm.Of("max_pool2d", kernel, stride ?? kernel, padding ?? Pair.Zero, dilation ?? Pair.One);
        Pooling.CheckInto<T>("max_pool2d", form, Node, destination.Node);
        Pooling.RunMax<T>(in form, Node, destination.Node);
    }

    /// <summary>
    /// The means of windows: [batch, channels, floor((length + 2 padding - kernel) / stride) + 1]. The stride is the kernel's size if none is given;
    /// the zeros of the padding count.
    /// </summary>
    /// <exception cref="ArgumentException">The rank is not 3, the kernel does not fit, or the padding is more than half of it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Kernel or stride are below 1, or the padding is negative.</exception>
    public Tensor<T> AvgPool1d(int kernel, int? stride = null, int padding = 0)
    {
        PoolingForm form = PoolingForm.Of("avg_pool1d", (1, kernel), (1, stride ?? kernel), (0, padding), Pair.One);
        using Tensor<T> x = Pooling.AsImage("avg_pool1d", this), y = Pooling.Average("avg_pool1d", form, x);
        return y.Squeeze(2);
    }

    /// <summary>The means of windows into an existing tensor, which does not overlap this one.</summary>
    /// <exception cref="ArgumentException">Ranks, shapes or devices do not fit, the padding is more than half the kernel, or the destination overlaps this tensor or itself.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Kernel or stride are below 1, or the padding is negative.</exception>
    public void AvgPool1dInto(int kernel, Tensor<T> destination, int? stride = null, int padding = 0)
    {
        PoolingForm form = PoolingForm.Of("avg_pool1d", (1, kernel), (1, stride ?? kernel), (0, padding), Pair.One);
        using Tensor<T> x = Pooling.AsImage("avg_pool1d", this), y = Pooling.AsImage("avg_pool1d", destination);
        Pooling.CheckInto<T>("avg_pool1d", form, x.Node, y.Node);
        Pooling.RunAverage<T>(in form, x.Node, y.Node);
    }

    /// <summary>
    /// The means of windows: [batch, channels, oh, ow] with oh = floor((h + 2 padding - kernel) / stride) + 1, and ow likewise. The stride is the
    /// kernel's size if none is given; the zeros of the padding count.
    /// </summary>
    /// <exception cref="ArgumentException">The rank is not 4, the kernel does not fit, or the padding is more than half of it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Kernel or stride are below 1, or the padding is negative.</exception>
    public Tensor<T> AvgPool2d(Pair kernel, Pair? stride = null, Pair? padding = null) =>
        Pooling.Average("avg_pool2d", PoolingForm.Of("avg_pool2d", kernel, stride ?? kernel, padding ?? Pair.Zero, Pair.One), this);

    /// <summary>The means of windows into an existing tensor, which does not overlap this one.</summary>
    /// <exception cref="ArgumentException">Ranks, shapes or devices do not fit, the padding is more than half the kernel, or the destination overlaps this tensor or itself.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Kernel or stride are below 1, or the padding is negative.</exception>
    public void AvgPool2dInto(Pair kernel, Tensor<T> destination, Pair? stride = null, Pair? padding = null)
    {
        PoolingForm form = PoolingForm.Of("avg_pool2d", kernel, stride ?? kernel, padding ?? Pair.Zero, Pair.One);
        Pooling.CheckInto<T>("avg_pool2d", form, Node, destination.Node);
        Pooling.RunAverage<T>(in form, Node, destination.Node);
    }
}

/// <summary>The windows of a pooling.</summary>
internal readonly record struct PoolingForm(Pair Kernel, Pair Stride, Pair Padding, Pair Dilation)
{
    /// <summary>The elements of a window.</summary>
    public nint Taps => Kernel.Height * Kernel.Width;

    public static PoolingForm Of(string operation, Pair kernel, Pair stride, Pair padding, Pair dilation)
    {
        bool valid = kernel.Height > 0 && kernel.Width > 0 && stride.Height > 0 && stride.Width > 0 && padding.Height >= 0 && padding.Width >= 0
            && dilation.Height > 0 && dilation.Width > 0;
        if (!valid)
        {
            throw new ArgumentOutOfRangeException(
                nameof(kernel), $"{operation}: kernel {Spoken.Of(operation, kernel)}, stride {Spoken.Of(operation, stride)}, padding {Spoken.Of(operation, padding)}, dilation {Spoken.Of(operation, dilation)}; needed: padding >= 0, the others >= 1.");
        }

        return 2 * padding.Height <= kernel.Height && 2 * padding.Width <= kernel.Width
            ? new(kernel, stride, padding, dilation)
            : throw new ArgumentException($"{operation}: padding {Spoken.Of(operation, padding)} is more than half of the kernel {Spoken.Of(operation, kernel)}.");
    }

    /// <summary>The result's shape for x [n, c, h, w].</summary>
    public Shape ResultShape(string operation, Shape x)
    {
        if (x.Rank != 4)
        {
            throw new ArgumentException($"{operation}: an input [batch, channels, h, w] is needed; got {x}.");
        }

        Pair outputs = new ConvolutionForm(Stride, Padding, Dilation, 1).Outputs(new(x[2], x[3]), Kernel);
        return outputs.Height > 0 && outputs.Width > 0
            ? [x[0], x[1], outputs.Height, outputs.Width]
            : throw new ArgumentException($"{operation}: a kernel {Spoken.Of(operation, Kernel)} with dilation {Spoken.Of(operation, Dilation)} does not fit into {Spoken.Of(operation, x)} with padding {Spoken.Of(operation, Padding)}.");
    }

    /// <summary>The extents of x [n, c, h, w] with its padding.</summary>
    public Pair Padded(Shape x) => new(x[2] + (2 * Padding.Height), x[3] + (2 * Padding.Width));

    /// <summary>The windows of a padded image [n, c, h, w]: [n, 1, c, kh, kw, oh, ow].</summary>
    public Layout Windows(in Layout image, Shape outputs) => Tensors.Windows.Of(in image, Stride, Dilation, 1, Kernel, new(outputs[2], outputs[3]));
}

/// <summary>
/// What poolings share. The elements that one element of the kernel meets in all windows are brought together, a tensor of the result's shape
/// for each, so that whatever is done with them is an elementwise pass.
/// </summary>
internal static class Pooling
{
    public static Tensor<T> AsImage<T>(string operation, Tensor<T> x)
        where T : unmanaged => x.Rank == 3
        ? x.Unsqueeze(2)
        : throw new ArgumentException($"{operation}: a tensor [batch, channels, length] is needed; got {x.Shape}.");

    public static void CheckInto<T>(string operation, in PoolingForm form, TensorNode x, TensorNode y)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(operation);
        Shape shape = form.ResultShape(operation, x.Layout.Shape);
        Elementwise.CheckDevices(operation, y, x);
        if (y.Layout.Shape != shape)
        {
            throw new ArgumentException($"{operation}: the destination has shape {Spoken.Of(operation, y.Layout.Shape)}, the result {Spoken.Of(operation, shape)}.");
        }

        Products.CheckSeparate(operation, y, x);
        Tape.RefuseTracked(x, operation);
        Elementwise.CheckDestination(operation, y);
    }

    /// <summary>The largest elements of windows, recorded.</summary>
    public static Tensor<T> Max<T>(string operation, in PoolingForm form, Tensor<T> x)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(operation);
        TensorNode input = x.Node, y = Tensor.NewNode<T>(form.ResultShape(operation, input.Layout.Shape), x.Device);
        try
        {
            RunMax<T>(in form, input, y);
        }
        catch
        {
            y.ReleaseHandle();
            throw;
        }

        Tape.Record(MaxPoolRule<T>.For(form), input, null, null, y);
        return new(y);
    }

    /// <summary>The means of windows, recorded.</summary>
    public static Tensor<T> Average<T>(string operation, in PoolingForm form, Tensor<T> x)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(operation);
        TensorNode input = x.Node, y = Tensor.NewNode<T>(form.ResultShape(operation, input.Layout.Shape), x.Device);
        try
        {
            RunAverage<T>(in form, input, y);
        }
        catch
        {
            y.ReleaseHandle();
            throw;
        }

        Tape.Record(AveragePoolRule<T>.For(form), input, null, null, y);
        return new(y);
    }

    public static void RunMax<T>(in PoolingForm form, TensorNode x, TensorNode y)
        where T : unmanaged
    {
        using Tensor<T> taps = Gather<T>(in form, x, y.Layout.Shape, Tensor.Constant<T>(double.NegativeInfinity));
        Fold<Maximum, T>(taps, y);
    }

    public static void RunAverage<T>(in PoolingForm form, TensorNode x, TensorNode y)
        where T : unmanaged
    {
        using Tensor<T> taps = Gather<T>(in form, x, y.Layout.Shape, default), number = Tensor.Scalar(Tensor.Constant<T>(form.Taps), y.Storage!.Device);
        Fold<Add, T>(taps, y);
        Elementwise.Run<Divide, T>(y, number.Node, y);
    }

    /// <summary>dx from dy by the adjoint of the means, recorded: every window's share goes to all its elements, in the order of the kernel.</summary>
    public static Tensor<T> AverageAdjoint<T>(in PoolingForm form, Tensor<T> dy, Shape shape)
        where T : unmanaged
    {
        Shape outputs = dy.Shape;
        using Tensor<T> number = Tensor.Scalar(Tensor.Constant<T>(form.Taps), dy.Device), share = Tensor.Empty<T>(outputs, dy.Device);
        using Tensor<T> parts = Tensor.Empty<T>([form.Taps, outputs[0], outputs[1], outputs[2], outputs[3]], dy.Device);
        Elementwise.Run<Divide, T>(dy.Node, number.Node, share.Node);
        Layout spread = share.Layout.Expand(parts.Shape, "avg_pool");
        dy.Device.Copy<T>(new Operand(share.Node.Storage!, in spread), parts.Operand);
        Tensor<T> dx = Scatter(in form, parts, shape);
        Tape.Record(AverageAdjointRule<T>.For(form), dy.Node, null, null, dx.Node);
        return dx;
    }

    /// <summary>dx from dy where x had its largest elements, recorded: maxima that are equal share dy.</summary>
    public static Tensor<T> MaxAdjoint<T>(in PoolingForm form, Tensor<T> x, Tensor<T> y, Tensor<T> dy)
        where T : unmanaged
    {
        using Tensor<T> taps = Gather<T>(in form, x.Node, y.Shape, Tensor.Constant<T>(double.NegativeInfinity));
        using Tensor<T> share = Tensor.Empty<T>(y.Shape, y.Device), count = Count(taps, y);
        Elementwise.Run<Divide, T>(dy.Node, count.Node, share.Node);
        Elementwise.Run<WhereMaximum, T>(taps.Node, y.Node, share.Node, taps.Node);
        Tensor<T> dx = Scatter(in form, taps, x.Shape);
        Tape.Record(MaxAdjointRule<T>.For(form), dy.Node, x.Node, y.Node, dx.Node);
        return dx;
    }

    /// <summary>The adjoint of <see cref="MaxAdjoint"/>, recorded: the means of g over the places where x had its windows' largest elements.</summary>
    public static Tensor<T> MaxGather<T>(in PoolingForm form, Tensor<T> x, Tensor<T> y, Tensor<T> g)
        where T : unmanaged
    {
        using Tensor<T> taps = Gather<T>(in form, x.Node, y.Shape, Tensor.Constant<T>(double.NegativeInfinity)), parts = Gather<T>(in form, g.Node, y.Shape, default);
        using Tensor<T> count = Count(taps, y);
        Elementwise.Run<WhereMaximum, T>(taps.Node, y.Node, parts.Node, parts.Node);
        Tensor<T> result = Tensor.Empty<T>(y.Shape, y.Device);
        Fold<Add, T>(parts, result.Node);
        Elementwise.Run<Divide, T>(result.Node, count.Node, result.Node);
        Tape.Record(MaxGatherRule<T>.For(form), g.Node, x.Node, y.Node, result.Node);
        return result;
    }

    /// <summary>What each element of the kernel meets: [taps, n, c, oh, ow].</summary>
    private static Tensor<T> Gather<T>(in PoolingForm form, TensorNode x, Shape outputs, T filling)
        where T : unmanaged
    {
        using Tensor<T> image = Windows.Place<T>(x, form.Padding, Pair.One, form.Padded(x.Layout.Shape), filling);
        Layout byTap = form.Windows(image.Layout, outputs).Permute([3, 4, 1, 0, 2, 5, 6]);
        return Windows.Pack<T>(image.Node.Storage!, in byTap, [form.Taps, outputs[0], outputs[1], outputs[2], outputs[3]]);
    }

    /// <summary>The adjoint of gathering: an image [n, c, h, w] of the sums of what its elements gave, in the order of the kernel.</summary>
    private static Tensor<T> Scatter<T>(in PoolingForm form, Tensor<T> parts, Shape shape)
        where T : unmanaged
    {
        Pair padded = form.Padded(shape);
        Shape outputs = [shape[0], shape[1], parts.Shape[3], parts.Shape[4]];
        Device device = parts.Device;
        Tensor<T> image = Tensor.Zeros<T>([shape[0], shape[1], padded.Height, padded.Width], device);
        Layout windows = form.Windows(image.Layout, outputs);
        device.AddWindows<T>(parts.Operand, new Operand(image.Node.Storage!, in windows));
        if (form.Padding == Pair.Zero)
        {
            return image;
        }

        using (image)
        {
            Tensor<T> dx = Tensor.Empty<T>(shape, device);
            Layout inner = image.Layout.Slice(2, form.Padding.Height, shape[2], 1).Slice(3, form.Padding.Width, shape[3], 1);
            device.Copy<T>(new Operand(image.Node.Storage!, in inner), dx.Operand);
            return dx;
        }
    }

    /// <summary>y = the elements of each window, combined in the order of the kernel.</summary>
    private static void Fold<TOp, T>(Tensor<T> taps, TensorNode y)
        where TOp : struct, IBinaryOp
        where T : unmanaged
    {
        Storage from = taps.Node.Storage!;
        Device device = taps.Device;
        Layout all = taps.Layout, first = all.Slice(0, 0, 1, 1).Drop(0);
        if (taps.Shape[0] == 1)
        {
            device.Copy<T>(new Operand(from, in first), y.Operand());
            return;
        }

        for (nint tap = 1; tap < taps.Shape[0]; tap++)
        {
            Layout next = all.Slice(0, tap, 1, 1).Drop(0);
            device.Binary<TOp, T>(tap == 1 ? new Operand(from, in first) : y.Operand(), new Operand(from, in next), y.Operand());
        }
    }

    /// <summary>For the formulas inside the gradients, which are differentiated as a whole.</summary>
    public static NotSupportedException NoDerivative() => new("max_pool: the choice of the maxima is not differentiated.");

    /// <summary>How many elements of each window are its largest.</summary>
    private static Tensor<T> Count<T>(Tensor<T> taps, Tensor<T> y)
        where T : unmanaged
    {
        Tensor<T> count = Tensor.Zeros<T>(y.Shape, y.Device);
        Layout all = taps.Layout;
        for (nint tap = 0; tap < taps.Shape[0]; tap++)
        {
            Layout part = all.Slice(0, tap, 1, 1).Drop(0);
            y.Device.Ternary<CountMaximum, T>(new Operand(taps.Node.Storage!, in part), y.Operand, count.Operand, count.Operand);
        }

        return count;
    }
}

/// <summary>z where x is the largest of its window, y; 0 elsewhere; NaN for all elements of a window with NaN.</summary>
internal readonly struct WhereMaximum : ITernaryOp
{
    public static string Name => "max_pool";

    public static double MaxUlpSingle => 0;

    public static double MaxUlpDouble => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.SelectEqual(x, y, z, V.SelectEqual(y, y, V.Of(0), y));

    public static V DerivativeX<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw Pooling.NoDerivative();

    public static V DerivativeY<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw Pooling.NoDerivative();

    public static V DerivativeZ<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw Pooling.NoDerivative();
}

/// <summary>z + 1 where x is the largest of its window, y; z elsewhere.</summary>
internal readonly struct CountMaximum : ITernaryOp
{
    public static string Name => "max_pool";

    public static double MaxUlpSingle => 0;

    public static double MaxUlpDouble => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.SelectEqual(x, y, z + V.Of(1), z);

    public static V DerivativeX<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw Pooling.NoDerivative();

    public static V DerivativeY<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw Pooling.NoDerivative();

    public static V DerivativeZ<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw Pooling.NoDerivative();
}
