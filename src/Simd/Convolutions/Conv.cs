namespace Onsager.Simd;

/// <summary>
/// Convolutions of one image, as the field calls them (cross-correlations), by the contract on bits: each element is one chain of fused
/// multiply-adds from +0 over (channels, kernel rows, kernel columns) in that order, cut at multiples of 512.
/// </summary>
public static unsafe partial class Conv
{
    /// <summary>y [count, outputs, rows, columns] = the convolution of images with weights [outputs, channels, height, width], plus a bias with a rounding of its own.</summary>
    /// <param name="windows">Where the kernel meets an image; a step of 1 from one window of a row to the next.</param>
    /// <param name="images">The images, from the first element that is met.</param>
    /// <param name="count">Their number.</param>
    /// <param name="imageStep">Elements from one image to the next.</param>
    /// <param name="weights">The weights, contiguous.</param>
    /// <param name="outputs">Channels of the result.</param>
    /// <param name="bias">One element for each channel of the result; empty for none.</param>
    /// <param name="y">The result.</param>
    /// <param name="yImage">Elements from one image's result to the next one's.</param>
    /// <param name="yChannel">Elements from one channel of the result to the next.</param>
    /// <param name="yRow">Elements from one row of the result to the next.</param>
    /// <exception cref="ArgumentException">A size or step does not fit, a span is too short, or y overlaps another span.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Forward<T>(
        in ImageWindows windows, ReadOnlySpan<T> images, int count, nint imageStep, ReadOnlySpan<T> weights, int outputs, ReadOnlySpan<T> bias, Span<T> y, nint yImage, nint yChannel, nint yRow)
        where T : unmanaged
    {
        Operands.CheckLanes<T>("conv");
        CheckImages(in windows, images.Length, count, imageStep);
        if (windows.ColumnStep != 1 || (windows.Rows > 1 && windows.RowStep < windows.Columns))
        {
            throw new ArgumentException($"conv: windows a step of 1 apart, whose rows do not overlap, are needed; got {windows}.", nameof(windows));
        }

        nint channel = ((windows.Rows - 1) * yRow) + windows.Columns, image = ((outputs - 1) * yChannel) + channel;
        nint end = outputs < 1 || count == 0 || windows.Places == 0 ? 0 : ((count - 1) * yImage) + image;
        bool isApart = (windows.Rows < 2 || yRow >= windows.Columns) && (outputs < 2 || yChannel >= channel) && (count < 2 || yImage >= image);
        if (outputs < 0 || weights.Length != outputs * windows.Taps || (bias.Length != 0 && bias.Length != outputs) || (end > 0 && !isApart) || end > y.Length)
        {
            throw new ArgumentException(
                $"conv: {outputs} outputs with {weights.Length} weights and {bias.Length} biases, and a result of {y.Length} elements, images {yImage}, channels {yChannel} and rows {yRow} apart, do not fit {count} images of {windows}.",
                nameof(outputs));
        }

        if (y.Overlaps(images) || y.Overlaps(weights) || y.Overlaps(bias))
        {
            throw new ArgumentException("conv: the result overlaps an operand; it needs memory of its own.", nameof(y));
        }

        if (end == 0)
        {
            return;
        }

        fixed (T* px = images, pw = weights, pb = bias, py = y)
        {
            if (typeof(T) == typeof(float))
            {
                Simd.Lanes.Run32(new ConvolutionLoop<float>(windows, (float*)px, count, imageStep, (float*)pw, outputs, (float*)pb, (float*)py, yImage, yChannel, yRow));
            }
            else
            {
                Simd.Lanes.Run64(new ConvolutionLoop<double>(windows, (double*)px, count, imageStep, (double*)pw, outputs, (double*)pb, (double*)py, yImage, yChannel, yRow));
            }
        }
    }

    /// <summary>
    /// The lines into which <see cref="Weights{T}"/> cuts a kernel: what lies at one distance from each other in the image.
    /// </summary>
    public static int Lines(in ImageWindows windows) => WeightGradientLoop<float>.Lines(in windows);

    /// <summary>Elements that a place of a turned gradient takes: whole registers for its channels.</summary>
    public static int Lanes<T>(int outputs)
        where T : unmanaged
    {
        Operands.CheckLanes<T>("conv");
        int width = 64 / sizeof(T) / (Simd.Lanes.HasV512 ? 1 : Simd.Lanes.HasV256 ? 2 : Simd.Lanes.HasV128 ? 4 : 64 / sizeof(T));
        while (width * sizeof(T) > 16 && 2 * outputs <= width)
        {
            width /= 2;
        }

        return (outputs + width - 1) / width * width;
    }

    /// <summary>A gradient [outputs, places] turned to [places, lanes], as <see cref="Weights{T}"/> takes it.</summary>
    /// <param name="dy">The gradient, its channels channelStep apart.</param>
    /// <param name="outputs">Its channels.</param>
    /// <param name="channelStep">Elements from one channel to the next.</param>
    /// <param name="places">Places of a channel, one after the other.</param>
    /// <param name="turned">The result, places times <see cref="Lanes{T}"/> elements.</param>
    /// <exception cref="ArgumentException">A span is too short, or the two overlap.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Turn<T>(ReadOnlySpan<T> dy, int outputs, nint channelStep, nint places, Span<T> turned)
        where T : unmanaged
    {
        Operands.CheckLanes<T>("conv");
        if (outputs < 1 || places < 0 || channelStep < 0 || ((outputs - 1) * channelStep) + places > dy.Length || places * Lanes<T>(outputs) != turned.Length)
        {
            throw new ArgumentException(
                $"conv: {outputs} channels {channelStep} apart of {places} places do not fit a gradient of {dy.Length} elements and a result of {turned.Length}.", nameof(outputs));
        }

        if (turned.Overlaps(dy))
        {
            throw new ArgumentException("conv: the turned gradient overlaps the gradient; it needs memory of its own.", nameof(turned));
        }

        fixed (T* px = dy, py = turned)
        {
            if (typeof(T) == typeof(float))
            {
                Simd.Lanes.Run32(new TurnLoop<float>((float*)px, outputs, channelStep, places, (float*)py));
            }
            else
            {
                Simd.Lanes.Run64(new TurnLoop<double>((double*)px, outputs, channelStep, places, (double*)py));
            }
        }
    }

    /// <summary>
    /// dw [outputs, channels, height, width] = the gradient of a convolution of images by its weights: each element is one chain of fused
    /// multiply-adds from +0 over (image, row, column) in that order, cut at multiples of 512. Some lines of the kernel at a time.
    /// </summary>
    /// <param name="windows">Where the kernel meets an image.</param>
    /// <param name="images">The images, from the first element that is met.</param>
    /// <param name="count">Their number.</param>
    /// <param name="imageStep">Elements from one image to the next.</param>
    /// <param name="turned">The gradients by the results, turned: [count, rows, columns, lanes].</param>
    /// <param name="outputs">Channels of the result.</param>
    /// <param name="firstLine">The first line of the kernel.</param>
    /// <param name="lines">Lines of the kernel.</param>
    /// <param name="dw">The result, of which the lines' elements are written.</param>
    /// <exception cref="ArgumentException">A size or step does not fit, a span is too short, or the result overlaps another span.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Weights<T>(
        in ImageWindows windows, ReadOnlySpan<T> images, int count, nint imageStep, ReadOnlySpan<T> turned, int outputs, int firstLine, int lines, Span<T> dw)
        where T : unmanaged
    {
        Operands.CheckLanes<T>("conv");
        CheckImages(in windows, images.Length, count, imageStep);
        if (outputs < 1 || turned.Length != count * windows.Places * Lanes<T>(outputs) || dw.Length != outputs * windows.Taps
            || firstLine < 0 || lines < 1 || lines > Lines(in windows) - firstLine)
        {
            throw new ArgumentException(
                $"conv: {outputs} outputs with a gradient of {turned.Length} and weights of {dw.Length} elements, lines {firstLine} to {firstLine + lines}, do not fit {count} images of {windows}.",
                nameof(outputs));
        }

        if (dw.Overlaps(images) || dw.Overlaps(turned))
        {
            throw new ArgumentException("conv: the result overlaps an operand; it needs memory of its own.", nameof(dw));
        }

        fixed (T* px = images, py = turned, pw = dw)
        {
            if (typeof(T) == typeof(float))
            {
                Simd.Lanes.Run32(new WeightGradientLoop<float>(windows, (float*)px, count, imageStep, (float*)py, outputs, firstLine, lines, (float*)pw));
            }
            else
            {
                Simd.Lanes.Run64(new WeightGradientLoop<double>(windows, (double*)px, count, imageStep, (double*)py, outputs, firstLine, lines, (double*)pw));
            }
        }
    }

    private static void CheckImages(in ImageWindows windows, int length, int count, nint imageStep)
    {
        windows.Check("conv", count == 0 ? int.MaxValue : length);
        if (count < 0 || imageStep < 0 || (count > 0 && ((count - 1) * imageStep) + windows.Reach > length))
        {
            throw new ArgumentException($"conv: {count} images {imageStep} apart do not fit into {length} elements.", nameof(count));
        }
    }
}
