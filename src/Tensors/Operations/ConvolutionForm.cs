namespace Onsager.Tensors;

/// <summary>How a convolution steps over its input.</summary>
/// <param name="Stride">Input elements from one output to the next.</param>
/// <param name="Padding">Zeros before and behind the input.</param>
/// <param name="Dilation">Input elements from one kernel element to the next.</param>
/// <param name="Groups">Parts into which the channels fall; each output sees one part.</param>
internal readonly record struct ConvolutionForm(Pair Stride, Pair Padding, Pair Dilation, int Groups)
{
    /// <exception cref="ArgumentOutOfRangeException">A stride, a dilation or the groups are below 1, or the padding is negative.</exception>
    public static ConvolutionForm Of(string operation, Pair? stride, Pair? padding, Pair? dilation, int groups)
    {
        ConvolutionForm form = new(stride ?? Pair.One, padding ?? Pair.Zero, dilation ?? Pair.One, groups);
        if (!form.IsValid)
        {
            throw new ArgumentOutOfRangeException(
                nameof(stride),
                $"{operation}: stride {Spoken.Of(operation, form.Stride)}, padding {Spoken.Of(operation, form.Padding)}, dilation {Spoken.Of(operation, form.Dilation)}, {groups} groups; needed: padding >= 0, the others >= 1.");
        }

        return form;
    }

    private bool IsValid =>
        Stride.Height > 0 && Stride.Width > 0 && Padding.Height >= 0 && Padding.Width >= 0 && Dilation.Height > 0 && Dilation.Width > 0 && Groups > 0;

    /// <summary>The outputs of a convolution: floor((in + 2 padding - dilation (kernel - 1) - 1) / stride) + 1, below 1 where the kernel does not fit.</summary>
    public Pair Outputs(Pair input, Pair kernel) => new(
        Outputs(input.Height, kernel.Height, Stride.Height, Padding.Height, Dilation.Height),
        Outputs(input.Width, kernel.Width, Stride.Width, Padding.Width, Dilation.Width));

    /// <summary>The result's shape of a convolution of x [n, in, h, w] with weights [out, in / groups, kh, kw].</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Shape ResultShape(string operation, Shape x, Shape weight, TensorNode? bias)
    {
        CheckRanks(operation, x, weight);
        if (x[1] != weight[1] * Groups || weight[0] % Groups != 0 || x[1] == 0 || weight[0] == 0)
        {
            throw new ArgumentException($"{operation}: {Groups} groups of weights {Spoken.Of(operation, weight)}, that is [out, in / groups, ...], do not fit {x[1]} input channels of {Spoken.Of(operation, x)}.");
        }

        Pair outputs = Outputs(new(x[2], x[3]), new(weight[2], weight[3]));
        if (outputs.Height < 1 || outputs.Width < 1)
        {
            throw new ArgumentException($"{operation}: a kernel of {Spoken.Of(operation, weight)} with dilation {Spoken.Of(operation, Dilation)} does not fit into {Spoken.Of(operation, x)} with padding {Spoken.Of(operation, Padding)}.");
        }

        CheckBias(operation, bias, weight[0]);
        return [x[0], weight[0], outputs.Height, outputs.Width];
    }

    /// <summary>The result's shape of a transposed convolution of x [n, in, h, w] with weights [in, out / groups, kh, kw].</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Shape TransposedShape(string operation, Shape x, Shape weight, TensorNode? bias, Pair outputPadding)
    {
        CheckRanks(operation, x, weight);
        if (x[1] != weight[0] || weight[0] % Groups != 0 || weight[0] == 0 || weight[1] == 0)
        {
            throw new ArgumentException($"{operation}: {Groups} groups of weights {Spoken.Of(operation, weight)}, that is [in, out / groups, ...], do not fit {x[1]} input channels of {Spoken.Of(operation, x)}.");
        }

        if (outputPadding.Height < 0 || outputPadding.Width < 0 || outputPadding.Height >= Stride.Height || outputPadding.Width >= Stride.Width)
        {
            throw new ArgumentException($"{operation}: output padding {Spoken.Of(operation, outputPadding)}; needed: at least 0 and below the stride {Spoken.Of(operation, Stride)}.");
        }

        Pair size = new(
            ((x[2] - 1) * Stride.Height) - (2 * Padding.Height) + (Dilation.Height * (weight[2] - 1)) + outputPadding.Height + 1,
            ((x[3] - 1) * Stride.Width) - (2 * Padding.Width) + (Dilation.Width * (weight[3] - 1)) + outputPadding.Width + 1);
        if (x[2] < 1 || x[3] < 1 || size.Height < 1 || size.Width < 1)
        {
            throw new ArgumentException($"{operation}: padding {Spoken.Of(operation, Padding)} leaves nothing of the result of {Spoken.Of(operation, x)} and weights {Spoken.Of(operation, weight)}.");
        }

        CheckBias(operation, bias, weight[1] * Groups);
        return [x[0], weight[1] * Groups, size.Height, size.Width];
    }

    private static nint Outputs(nint input, nint kernel, nint stride, nint padding, nint dilation)
    {
        nint room = input + (2 * padding) - (dilation * (kernel - 1)) - 1;
        return room < 0 ? 0 : (room / stride) + 1;
    }

    private static void CheckRanks(string operation, Shape x, Shape weight)
    {
        if (x.Rank != 4 || weight.Rank != 4 || weight[2] < 1 || weight[3] < 1)
        {
            throw new ArgumentException($"{operation}: an input [batch, channels, ...] and weights of the same rank with a kernel of at least one element are needed; got {Spoken.Of(operation, x)} and {Spoken.Of(operation, weight)}.");
        }
    }

    private static void CheckBias(string operation, TensorNode? bias, nint channels)
    {
        if (bias is not null && (bias.Layout.Shape.Rank != 1 || bias.Layout.Shape[0] != channels))
        {
            throw new ArgumentException($"{operation}: the bias has shape {bias.Layout.Shape}; [{channels}] is needed.", nameof(bias));
        }
    }
}

/// <summary>How messages speak of shapes and steps: without the row of operations on signals, which are done as images one row high.</summary>
internal static class Spoken
{
    public static string Of(string operation, Shape shape) => IsOfSignals(operation) && shape.Rank == 4 ? shape.Without(2, keep: false).ToString() : shape.ToString();

    public static string Of(string operation, Pair pair) => IsOfSignals(operation) ? $"{pair.Width}" : pair.ToString();

    private static bool IsOfSignals(string operation) => operation.EndsWith("1d", StringComparison.Ordinal);
}
