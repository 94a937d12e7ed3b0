using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// Convolutions as the field calls them, that is cross-correlations. By the contract on bits each element is the product over (input channels
/// of its group, kernel rows, kernel columns) in that order: one chain of fused multiply-adds, cut at multiples of 512, in which the zeros of
/// the padding take part; the bias follows with a rounding of its own.
/// </summary>
public readonly partial struct Tensor<T>
{
    /// <summary>
    /// The convolution of x [batch, in, length] with weights [out, in / groups, kernel] and, if given, a bias [out]: [batch, out, outputs], where
    /// outputs = floor((length + 2 padding - dilation (kernel - 1) - 1) / stride) + 1.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or the devices differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A stride, a dilation or the groups are below 1, or the padding is negative.</exception>
    public Tensor<T> Conv1d(Tensor<T> weight, Tensor<T>? bias = null, int stride = 1, int padding = 0, int dilation = 1, int groups = 1)
    {
        ConvolutionForm form = ConvolutionForm.Of("conv1d", (1, stride), (0, padding), (1, dilation), groups);
        using Tensor<T> x = Convolution.AsImage("conv1d", this), w = Convolution.AsImage("conv1d", weight);
        using Tensor<T> y = Convolution.Apply("conv1d", form, x, w, bias);
        return y.Squeeze(2);
    }

    /// <summary>The convolution into an existing tensor [batch, out, outputs], which overlaps no operand.</summary>
    /// <exception cref="ArgumentException">Shapes or devices do not fit, or the destination overlaps an operand or itself.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A stride, a dilation or the groups are below 1, or the padding is negative.</exception>
    public void Conv1dInto(Tensor<T> weight, Tensor<T>? bias, Tensor<T> destination, int stride = 1, int padding = 0, int dilation = 1, int groups = 1)
    {
        ConvolutionForm form = ConvolutionForm.Of("conv1d", (1, stride), (0, padding), (1, dilation), groups);
        using Tensor<T> x = Convolution.AsImage("conv1d", this), w = Convolution.AsImage("conv1d", weight), y = Convolution.AsImage("conv1d", destination);
        Convolution.ApplyInto("conv1d", form, x, w, bias, y);
    }

    /// <summary>
    /// The convolution of x [batch, in, h, w] with weights [out, in / groups, kh, kw] and, if given, a bias [out]: [batch, out, oh, ow], where
    /// oh = floor((h + 2 padding - dilation (kh - 1) - 1) / stride) + 1, and ow likewise.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or the devices differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A stride, a dilation or the groups are below 1, or the padding is negative.</exception>
    public Tensor<T> Conv2d(Tensor<T> weight, Tensor<T>? bias = null, Pair? stride = null, Pair? padding = null, Pair? dilation = null, int groups = 1) =>
        Convolution.Apply("conv2d", ConvolutionForm.Of("conv2d", stride, padding, dilation, groups), this, weight, bias);

    /// <summary>The convolution into an existing tensor [batch, out, oh, ow], which overlaps no operand.</summary>
    /// <exception cref="ArgumentException">Shapes or devices do not fit, or the destination overlaps an operand or itself.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A stride, a dilation or the groups are below 1, or the padding is negative.</exception>
    public void Conv2dInto(Tensor<T> weight, Tensor<T>? bias, Tensor<T> destination, Pair? stride = null, Pair? padding = null, Pair? dilation = null, int groups = 1) =>
        Convolution.ApplyInto("conv2d", ConvolutionForm.Of("conv2d", stride, padding, dilation, groups), this, weight, bias, destination);
}

/// <summary>
/// What convolutions share. The three bilinear maps between an input x, weights w and a result y (x, w to y; y, w to x; x, y to w) are closed
/// under differentiation: each one's gradients are the other two.
/// </summary>
internal static class Convolution
{
    /// <summary>A signal [batch, channels, length] or its kernels as images one row high.</summary>
    public static Tensor<T> AsImage<T>(string operation, Tensor<T> x)
        where T : unmanaged => x.Rank == 3
        ? x.Unsqueeze(2)
        : throw new ArgumentException($"{operation}: tensors of three axes are needed, [batch, channels, length] and [out, in / groups, kernel]; got {x.Shape}.");

    /// <summary>y [n, out, oh, ow] from x [n, in, h, w] and w [out, in / groups, kh, kw], recorded.</summary>
    public static Tensor<T> Apply<T>(string operation, in ConvolutionForm form, Tensor<T> x, Tensor<T> weight, Tensor<T>? bias)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(operation);
        TensorNode input = x.Node, w = weight.Node;
        TensorNode? b = bias?.Node;
        Shape shape = form.ResultShape(operation, input.Layout.Shape, w.Layout.Shape, b);
        Elementwise.CheckDevices(operation, input, w, b);
        TensorNode y = Tensor.NewNode<T>(shape, input.Storage!.Device);
        try
        {
            Run<T>(in form, input, w, b, y);
        }
        catch
        {
            y.ReleaseHandle();
            throw;
        }

        Tape.Record(ConvolutionRule<T>.For(form), input, w, b, y);
        return new(y);
    }

    public static void ApplyInto<T>(string operation, in ConvolutionForm form, Tensor<T> x, Tensor<T> weight, Tensor<T>? bias, Tensor<T> destination)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(operation);
        TensorNode input = x.Node, w = weight.Node, y = destination.Node;
        TensorNode? b = bias?.Node;
        CheckInto(operation, form.ResultShape(operation, input.Layout.Shape, w.Layout.Shape, b), y, input, w, b);
        Run<T>(in form, input, w, b, y);
    }

    /// <summary>The destination's shape, device and memory; nothing that is differentiated goes into it.</summary>
    public static void CheckInto(string operation, Shape shape, TensorNode y, TensorNode x, TensorNode w, TensorNode? b)
    {
        Elementwise.CheckDevices(operation, x, w, b);
        Elementwise.CheckDevices(operation, y, x);
        if (y.Layout.Shape != shape)
        {
            throw new ArgumentException($"{operation}: the destination has shape {Spoken.Of(operation, y.Layout.Shape)}, the result {Spoken.Of(operation, shape)}.");
        }

        Products.CheckSeparate(operation, y, x, w);
        Tape.RefuseTracked(x, operation);
        Tape.RefuseTracked(w, operation);
        if (b is not null)
        {
            Products.CheckSeparate(operation, y, b);
            Tape.RefuseTracked(b, operation);
        }

        Elementwise.CheckDestination(operation, y);
    }

    /// <summary>y = the convolution of x with w, plus b.</summary>
    public static void Run<T>(in ConvolutionForm form, TensorNode x, TensorNode w, TensorNode? b, TensorNode y)
        where T : unmanaged
    {
        Shape from = x.Layout.Shape, to = y.Layout.Shape, kernel = w.Layout.Shape;
        if (to.Size == 0)
        {
            return;
        }

        using Tensor<T> input = Windows.Place<T>(x, form.Padding, Pair.One, new(from[2] + (2 * form.Padding.Height), from[3] + (2 * form.Padding.Width)), default);
        Layout windows = Windows.Of(input.Layout, form.Stride, form.Dilation, form.Groups, new(kernel[2], kernel[3]), new(to[2], to[3]));
        Shape matrices = [form.Groups, kernel[0] / form.Groups, kernel[1] * kernel[2] * kernel[3]];
        if (w.Layout.TryReshape(matrices, out Layout rows))
        {
            Multiply<T>(new Operand(w.Storage!, in rows), new Operand(input.Node.Storage!, in windows), b, y);
        }
        else
        {
            using Tensor<T> packed = Windows.Pack<T>(w.Storage!, in w.Layout, matrices);
            Multiply<T>(packed.Operand, new Operand(input.Node.Storage!, in windows), b, y);
        }
    }

    private static void AddBias<T>(TensorNode? b, TensorNode y)
        where T : unmanaged
    {
        if (b is not null)
        {
            Layout spread = b.Layout.Insert(1).Insert(2).Expand(y.Layout.Shape, "convolution");
            y.Storage!.Device.Binary<Add, T>(y.Operand(), new Operand(b.Storage!, in spread), y.Operand());
        }
    }

    /// <summary>
    /// y [n, g o, oh, ow] from weights [g, o, k] and windows [n, g, c, kh, kw, oh, ow], whose axes c, kh, kw are k, plus a bias. Where the processor
    /// cannot meet the windows as they lie, they are written out some images at a time, so that they stay in the cache; an element's chain is its own,
    /// so bits do not notice.
    /// </summary>
    public static void Multiply<T>(Operand weights, Operand windows, TensorNode? b, TensorNode y)
        where T : unmanaged
    {
        Shape w = windows.Layout.Shape;
        nint groups = w[1], k = w[2] * w[3] * w[4], places = w[5] * w[6], outputs = weights.Layout.Shape[1];

        // A bias that is not contiguous follows by itself, with the same roundings.
        TensorNode? apart = b is not null && !b.Layout.IsContiguous ? b : null;
        if (w[3] * w[4] > 1 && y.Storage!.Device.TryConvolve<T>(weights, windows, b is null || apart is not null ? default : b.Operand(), y.Operand()))
        {
            AddBias<T>(apart, y);
            return;
        }

        Shape shape = [w[0], groups, outputs, places];
        if (!y.Layout.TryReshape(shape, out Layout result))
        {
            using Tensor<T> packed = Tensor.Empty<T>(y.Layout.Shape, y.Storage!.Device);
            Multiply<T>(weights, windows, b, packed.Node);
            packed.Device.Copy<T>(packed.Operand, y.Operand());
            return;
        }

        nint images = nint.Max(1, Windows.CachedElements / nint.Max(1, groups * k * places));
        for (nint first = 0; first < w[0]; first += images)
        {
            nint count = nint.Min(images, w[0] - first);
            Layout part = windows.Layout.Slice(0, first, count, 1), target = result.Slice(0, first, count, 1);
            Operand destination = new(y.Storage!, in target);
            Shape columns = [count, groups, k, places];
            if (part.TryReshape(columns, out Layout direct))
            {
                Products.Run<T>(weights, new Operand(windows.Storage, in direct), destination);
            }
            else
            {
                using Tensor<T> packed = Windows.Pack<T>(windows.Storage, in part, columns);
                Products.Run<T>(weights, packed.Operand, destination);
            }
        }

        AddBias<T>(b, y);
    }
}
