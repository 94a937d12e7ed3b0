namespace Onsager.Tensors;

/// <summary>
/// Transposed convolutions: what a convolution does to its input's gradient. By the contract on bits they are convolutions too, of the input
/// with stride - 1 zeros between its elements, by the kernels turned around: the product over (input channels of the group, kernel rows, kernel
/// columns of the turned kernel) in that order.
/// </summary>
public readonly partial struct Tensor<T>
{
    /// <summary>
    /// The transposed convolution of x [batch, in, length] with weights [in, out / groups, kernel] and, if given, a bias [out]: [batch, out, outputs],
    /// where outputs = (length - 1) stride - 2 padding + dilation (kernel - 1) + outputPadding + 1.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit, the devices differ, or the output padding is not below the stride.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A stride, a dilation or the groups are below 1, or the padding is negative.</exception>
    public Tensor<T> ConvTranspose1d(
        Tensor<T> weight, Tensor<T>? bias = null, int stride = 1, int padding = 0, int outputPadding = 0, int groups = 1, int dilation = 1)
    {
        ConvolutionForm form = ConvolutionForm.Of("conv_transpose1d", (1, stride), (0, padding), (1, dilation), groups);
        using Tensor<T> x = Convolution.AsImage("conv_transpose1d", this), w = Convolution.AsImage("conv_transpose1d", weight);
        using Tensor<T> y = TransposedConvolution.Apply("conv_transpose1d", form, x, w, bias, (0, outputPadding));
        return y.Squeeze(2);
    }

    /// <summary>The transposed convolution into an existing tensor [batch, out, outputs], which overlaps no operand.</summary>
    /// <exception cref="ArgumentException">Shapes or devices do not fit, or the destination overlaps an operand or itself.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A stride, a dilation or the groups are below 1, or the padding is negative.</exception>
    public void ConvTranspose1dInto(
        Tensor<T> weight, Tensor<T>? bias, Tensor<T> destination, int stride = 1, int padding = 0, int outputPadding = 0, int groups = 1, int dilation = 1)
    {
        ConvolutionForm form = ConvolutionForm.Of("conv_transpose1d", (1, stride), (0, padding), (1, dilation), groups);
        using Tensor<T> x = Convolution.AsImage("conv_transpose1d", this), w = Convolution.AsImage("conv_transpose1d", weight);
        using Tensor<T> y = Convolution.AsImage("conv_transpose1d", destination);
        TransposedConvolution.ApplyInto("conv_transpose1d", form, x, w, bias, (0, outputPadding), y);
    }

    /// <summary>
    /// The transposed convolution of x [batch, in, h, w] with weights [in, out / groups, kh, kw] and, if given, a bias [out]: [batch, out, oh, ow],
    /// where oh = (h - 1) stride - 2 padding + dilation (kh - 1) + outputPadding + 1, and ow likewise.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit, the devices differ, or the output padding is not below the stride.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A stride, a dilation or the groups are below 1, or the padding is negative.</exception>
    public Tensor<T> ConvTranspose2d(
        Tensor<T> weight, Tensor<T>? bias = null, Pair? stride = null, Pair? padding = null, Pair? outputPadding = null, int groups = 1, Pair? dilation = null) =>
        TransposedConvolution.Apply(
            "conv_transpose2d", ConvolutionForm.Of("conv_transpose2d", stride, padding, dilation, groups), this, weight, bias, outputPadding ?? Pair.Zero);

    /// <summary>The transposed convolution into an existing tensor [batch, out, oh, ow], which overlaps no operand.</summary>
    /// <exception cref="ArgumentException">Shapes or devices do not fit, or the destination overlaps an operand or itself.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A stride, a dilation or the groups are below 1, or the padding is negative.</exception>
    public void ConvTranspose2dInto(
        Tensor<T> weight, Tensor<T>? bias, Tensor<T> destination, Pair? stride = null, Pair? padding = null, Pair? outputPadding = null, int groups = 1, Pair? dilation = null) =>
        TransposedConvolution.ApplyInto(
            "conv_transpose2d", ConvolutionForm.Of("conv_transpose2d", stride, padding, dilation, groups), this, weight, bias, outputPadding ?? Pair.Zero, destination);
}

/// <summary>The transposed convolution and the gradient of a convolution's weights.</summary>
internal static class TransposedConvolution
{
    /// <summary>y [n, out, oh, ow] from x [n, in, h, w] and w [in, out / groups, kh, kw], recorded.</summary>
    public static Tensor<T> Apply<T>(string operation, in ConvolutionForm form, Tensor<T> x, Tensor<T> weight, Tensor<T>? bias, Pair outputPadding)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(operation);
        Shape shape = form.TransposedShape(operation, x.Shape, weight.Shape, bias?.Node, outputPadding);
        Elementwise.CheckDevices(operation, x.Node, weight.Node, bias?.Node);
        return Apply(in form, x, weight, bias, shape);
    }

    /// <summary>The same where the result's shape is known: the gradient of a convolution with respect to its input of that shape.</summary>
    public static Tensor<T> Apply<T>(in ConvolutionForm form, Tensor<T> x, Tensor<T> weight, Tensor<T>? bias, Shape shape)
        where T : unmanaged
    {
        TensorNode input = x.Node, w = weight.Node, y = Tensor.NewNode<T>(shape, x.Device);
        TensorNode? b = bias?.Node;
        try
        {
            Run<T>(in form, input, w, b, y);
        }
        catch
        {
            y.ReleaseHandle();
            throw;
        }

        Tape.Record(TransposedConvolutionRule<T>.For(form), input, w, b, y);
        return new(y);
    }

    public static void ApplyInto<T>(
        string operation, in ConvolutionForm form, Tensor<T> x, Tensor<T> weight, Tensor<T>? bias, Pair outputPadding, Tensor<T> destination)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(operation);
        TensorNode input = x.Node, w = weight.Node, y = destination.Node;
        TensorNode? b = bias?.Node;
        Convolution.CheckInto(operation, form.TransposedShape(operation, input.Layout.Shape, w.Layout.Shape, b, outputPadding), y, input, w, b);
        Run<T>(in form, input, w, b, y);
    }

    /// <summary>dw [out, in / groups, kh, kw] from x [n, in, h, w] and dy [n, out, oh, ow], recorded: the product over (image, row, column) in that order.</summary>
    public static Tensor<T> WeightGradient<T>(in ConvolutionForm form, Tensor<T> x, Tensor<T> dy, Shape shape)
        where T : unmanaged
    {
        TensorNode input = x.Node, y = dy.Node, dw = Tensor.NewNode<T>(shape, x.Device);
        try
        {
            RunWeightGradient<T>(in form, input, y, dw);
        }
        catch
        {
            dw.ReleaseHandle();
            throw;
        }

        Tape.Record(WeightGradientRule<T>.For(form), input, y, null, dw);
        return new(dw);
    }

    /// <summary>y = the convolution, with stride 1, of x spread out, with the kernels turned around, plus b.</summary>
    private static void Run<T>(in ConvolutionForm form, TensorNode x, TensorNode w, TensorNode? b, TensorNode y)
        where T : unmanaged
    {
        Shape to = y.Layout.Shape, kernel = w.Layout.Shape;
        if (to.Size == 0)
        {
            return;
        }

        Pair reach = new(form.Dilation.Height * (kernel[2] - 1), form.Dilation.Width * (kernel[3] - 1));
        Pair first = new(reach.Height - form.Padding.Height, reach.Width - form.Padding.Width);
        using Tensor<T> spread = Windows.Place<T>(x, first, form.Stride, new(to[2] + reach.Height, to[3] + reach.Width), default);
        Layout windows = Windows.Of(spread.Layout, Pair.One, form.Dilation, form.Groups, new(kernel[2], kernel[3]), new(to[2], to[3]));

        // [in, out / g, kh, kw] as [g, out / g, in / g, kh, kw], turned around.
        nint inputs = kernel[0] / form.Groups;
        Layout turned = w.Layout.Slice(0, 0, inputs, 1).Prepend(form.Groups, inputs * w.Layout.Stride(0), w.Layout.Offset).Permute([0, 2, 1, 3, 4]).Reverse(3).Reverse(4);
        using Tensor<T> weights = Windows.Pack<T>(w.Storage!, in turned, [form.Groups, kernel[1], inputs * kernel[2] * kernel[3]]);
        Convolution.Multiply<T>(weights.Operand, new Operand(spread.Node.Storage!, in windows), b, y);
    }

    private static void RunWeightGradient<T>(in ConvolutionForm form, TensorNode x, TensorNode dy, TensorNode dw)
        where T : unmanaged
    {
        Shape from = x.Layout.Shape, to = dy.Layout.Shape, kernel = dw.Layout.Shape;
        nint images = to[0], outputs = to[1] / form.Groups, places = to[2] * to[3];
        using Tensor<T> input = Windows.Place<T>(x, form.Padding, Pair.One, new(from[2] + (2 * form.Padding.Height), from[3] + (2 * form.Padding.Width)), default);

        Layout windows = Windows.Of(input.Layout, form.Stride, form.Dilation, form.Groups, new(kernel[2], kernel[3]), new(to[2], to[3]));
        if (dw.Storage!.Device.TryWeightGradient<T>(new Operand(input.Node.Storage!, in windows), dy.Operand(), dw.Operand()))
        {
            return;
        }

        // Windows and results with the images behind the channels, so that (image, row, column) is one axis.
        windows = windows.Permute([1, 2, 3, 4, 0, 5, 6]);
        using Tensor<T> columns = Windows.Pack<T>(input.Node.Storage!, in windows, [form.Groups, kernel[1] * kernel[2] * kernel[3], images * places]);
        Layout byChannel = dy.Layout.Permute([1, 0, 2, 3]);
        using Tensor<T> rows = Windows.Pack<T>(dy.Storage!, in byChannel, [form.Groups, outputs, images * places]);
        Layout transposed = columns.Layout.Permute([0, 2, 1]), result = Layout.Contiguous([form.Groups, outputs, columns.Shape[1]], dw.Layout.Offset);
        Products.Run<T>(rows.Operand, new Operand(columns.Node.Storage!, in transposed), new Operand(dw.Storage!, in result));
    }
}
