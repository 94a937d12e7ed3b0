namespace Onsager.Tensors;

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

    /// <summary>The shape of x [n, c, h, w] with its padding.</summary>
    public Shape PaddedShape(Shape x) => [x[0], x[1], x[2] + (2 * Padding.Height), x[3] + (2 * Padding.Width)];

    /// <summary>A tensor of the result's shape [n, c, oh, ow] for each element of a window.</summary>
    public Shape TapShape(Shape outputs) => [Taps, outputs[0], outputs[1], outputs[2], outputs[3]];

    /// <summary>The windows of a padded image [n, c, h, w]: [n, 1, c, kh, kw, oh, ow].</summary>
    public Layout Windows(in Layout image, Shape outputs) => Tensors.Windows.Of(in image, Stride, Dilation, 1, Kernel, new(outputs[2], outputs[3]));
}
