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
        using Tensor<T> image = Windows.Place<T>(x, form.Padding, Pair.One, form.Padded(x.Layout.Shape), Tensor.Constant<T>(double.NegativeInfinity));
        Layout windows = form.Windows(image.Layout, y.Layout.Shape);
        if (y.Storage!.Device.TryPool<T>(new Operand(image.Node.Storage!, in windows), y.Operand(), isMax: true))
        {
            return;
        }

        using Tensor<T> taps = Gather<T>(in form, image, y.Layout.Shape);
        Fold<Maximum, T>(taps, y);
    }

    public static void RunAverage<T>(in PoolingForm form, TensorNode x, TensorNode y)
        where T : unmanaged
    {
        using Tensor<T> image = Windows.Place<T>(x, form.Padding, Pair.One, form.Padded(x.Layout.Shape), default);
        Layout windows = form.Windows(image.Layout, y.Layout.Shape);
        if (y.Storage!.Device.TryPool<T>(new Operand(image.Node.Storage!, in windows), y.Operand(), isMax: false))
        {
            return;
        }

        using Tensor<T> taps = Gather<T>(in form, image, y.Layout.Shape), number = Tensor.Scalar(Tensor.Constant<T>(form.Taps), y.Storage.Device);
        Fold<Add, T>(taps, y);
        Elementwise.Run<Divide, T>(y, number.Node, y);
    }

    /// <summary>dx from dy by the adjoint of the means, recorded: every window's share goes to all its elements, in the order of the kernel.</summary>
    public static Tensor<T> AverageAdjoint<T>(in PoolingForm form, Tensor<T> dy, Shape shape)
        where T : unmanaged
    {
        TensorNode dx = Tensor.NewNode<T>(shape, dy.Device);
        try
        {
            RunAverageAdjoint<T>(in form, dy.Node, dx);
        }
        catch
        {
            dx.ReleaseHandle();
            throw;
        }

        Tape.Record(AverageAdjointRule<T>.For(form), dy.Node, null, null, dx);
        return new(dx);
    }

    /// <summary>The same into an existing tensor.</summary>
    public static void RunAverageAdjoint<T>(in PoolingForm form, TensorNode dy, TensorNode dx)
        where T : unmanaged
    {
        using Tensor<T> shares = Windows.Packed<T>(dy), image = Outside<T>(in form, dx);
        Layout target = form.Windows(image.Layout, shares.Shape);
        if (!image.Node.Storage!.Device.TryAverageAdjoint<T>(shares.Operand, new Operand(image.Node.Storage, in target), image.Operand))
        {
            using Tensor<T> number = Tensor.Scalar(Tensor.Constant<T>(form.Taps), image.Device), share = Tensor.Empty<T>(shares.Shape, image.Device);
            using Tensor<T> parts = Tensor.Empty<T>(form.TapShape(shares.Shape), image.Device);
            Elementwise.Run<Divide, T>(shares.Node, number.Node, share.Node);
            Layout spread = share.Layout.Expand(parts.Shape, "avg_pool");
            parts.Device.Copy<T>(new Operand(share.Node.Storage!, in spread), parts.Operand);
            Scatter(in form, parts, image);
        }

        BringInside(in form, image, dx);
    }

    /// <summary>dx from dy where x had its largest elements, recorded: maxima that are equal share dy.</summary>
    public static Tensor<T> MaxAdjoint<T>(in PoolingForm form, Tensor<T> x, Tensor<T> y, Tensor<T> dy)
        where T : unmanaged
    {
        TensorNode dx = Tensor.NewNode<T>(x.Shape, dy.Device);
        try
        {
            RunMaxAdjoint<T>(in form, x.Node, y.Node, dy.Node, dx);
        }
        catch
        {
            dx.ReleaseHandle();
            throw;
        }

        Tape.Record(MaxAdjointRule<T>.For(form), dy.Node, x.Node, y.Node, dx);
        return new(dx);
    }

    /// <summary>The same into an existing tensor.</summary>
    public static void RunMaxAdjoint<T>(in PoolingForm form, TensorNode x, TensorNode y, TensorNode dy, TensorNode dx)
        where T : unmanaged
    {
        using Tensor<T> padded = Windows.Place<T>(x, form.Padding, Pair.One, form.Padded(x.Layout.Shape), Tensor.Constant<T>(double.NegativeInfinity));
        using Tensor<T> largest = Windows.Packed<T>(y), given = Windows.Packed<T>(dy), image = Outside<T>(in form, dx);
        Layout windows = form.Windows(padded.Layout, largest.Shape), target = form.Windows(image.Layout, largest.Shape);
        bool isDone = image.Node.Storage!.Device.TryMaxAdjoint<T>(
            new Operand(padded.Node.Storage!, in windows), largest.Operand, given.Operand, new Operand(image.Node.Storage!, in target), image.Operand);
        if (!isDone)
        {
            using Tensor<T> taps = Gather<T>(in form, padded, largest.Shape), share = Tensor.Empty<T>(largest.Shape, image.Device), count = Count(taps, largest);
            Elementwise.Run<Divide, T>(given.Node, count.Node, share.Node);
            Elementwise.Run<WhereMaximum, T>(taps.Node, largest.Node, share.Node, taps.Node);
            Scatter(in form, taps, image);
        }

        BringInside(in form, image, dx);
    }

    /// <summary>The adjoint of <see cref="MaxAdjoint"/>, recorded: the means of g over the places where x had its windows' largest elements.</summary>
    public static Tensor<T> MaxGather<T>(in PoolingForm form, Tensor<T> x, Tensor<T> y, Tensor<T> g)
        where T : unmanaged
    {
        using Tensor<T> image = Windows.Place<T>(x.Node, form.Padding, Pair.One, form.Padded(x.Shape), Tensor.Constant<T>(double.NegativeInfinity));
        using Tensor<T> other = Windows.Place<T>(g.Node, form.Padding, Pair.One, form.Padded(x.Shape), default), largest = Windows.Packed<T>(y.Node);
        Layout windows = form.Windows(image.Layout, y.Shape), others = form.Windows(other.Layout, y.Shape);
        Tensor<T> result = Tensor.Empty<T>(y.Shape, y.Device);
        bool isDone = result.Node.Storage!.Device.TryMaxGather<T>(
            new Operand(image.Node.Storage!, in windows), largest.Operand, new Operand(other.Node.Storage!, in others), result.Operand);
        if (!isDone)
        {
            using Tensor<T> taps = Gather<T>(in form, image, y.Shape), parts = Gather<T>(in form, other, y.Shape), count = Count(taps, y);
            Elementwise.Run<WhereMaximum, T>(taps.Node, y.Node, parts.Node, parts.Node);
            Fold<Add, T>(parts, result.Node);
            Elementwise.Run<Divide, T>(result.Node, count.Node, result.Node);
        }

        Tape.Record(MaxGatherRule<T>.For(form), g.Node, x.Node, y.Node, result.Node);
        return result;
    }

    /// <summary>What each element of the kernel meets of a padded image: [taps, n, c, oh, ow].</summary>
    private static Tensor<T> Gather<T>(in PoolingForm form, Tensor<T> image, Shape outputs)
        where T : unmanaged
    {
        Layout byTap = form.Windows(image.Layout, outputs).Permute([3, 4, 1, 0, 2, 5, 6]);
        return Windows.Pack<T>(image.Node.Storage!, in byTap, form.TapShape(outputs));
    }

    /// <summary>The adjoint of gathering: the sums of what a padded image's elements gave, in the order of the kernel.</summary>
    private static void Scatter<T>(in PoolingForm form, Tensor<T> parts, Tensor<T> image)
        where T : unmanaged
    {
        Shape outputs = [image.Shape[0], image.Shape[1], parts.Shape[3], parts.Shape[4]];
        Device device = parts.Device;
        Layout windows = form.Windows(image.Layout, outputs);
        device.Fill<T>(default, image.Operand);
        for (nint tap = 0; tap < form.Taps; tap++)
        {
            Layout place = windows.Slice(3, tap / form.Kernel.Width, 1, 1).Slice(4, tap % form.Kernel.Width, 1, 1).Drop(4).Drop(3).Drop(1);
            Layout part = parts.Layout.Slice(0, tap, 1, 1).Drop(0);
            Operand sum = new(image.Node.Storage!, in place);
            device.Binary<Add, T>(sum, new Operand(parts.Node.Storage!, in part), sum);
        }
    }

    /// <summary>A tensor [n, c, h, w] itself, where it has no padding and no gaps; otherwise memory for it with its padding.</summary>
    private static Tensor<T> Outside<T>(in PoolingForm form, TensorNode x)
        where T : unmanaged => form.Padding == Pair.Zero && x.Layout.IsContiguous
            ? Gradients.View<T>(x)
            : Tensor.Empty<T>(form.PaddedShape(x.Layout.Shape), x.Storage!.Device);

    /// <summary>Copies a padded image without its padding, unless it is the tensor itself.</summary>
    private static void BringInside<T>(in PoolingForm form, Tensor<T> image, TensorNode x)
        where T : unmanaged
    {
        if (image.Node.Storage != x.Storage)
        {
            Shape shape = x.Layout.Shape;
            Layout place = image.Layout.Slice(2, form.Padding.Height, shape[2], 1).Slice(3, form.Padding.Width, shape[3], 1);
            image.Device.Copy<T>(new Operand(image.Node.Storage!, in place), x.Operand());
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
