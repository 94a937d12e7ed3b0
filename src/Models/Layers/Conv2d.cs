using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>A convolution of images [batch, in, h, w] with weights [out, in / groups, kh, kw] and a bias [out]; see <see cref="Tensor{T}.Conv2d"/>.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Conv2d<T> : IWeighted<T>
    where T : unmanaged
{
    private readonly Pair stride;
    private readonly Pair padding;
    private readonly Pair dilation;
    private readonly int groups;

    /// <summary>Declares the layer's parameters as name.weight and, with a bias, name.bias.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A width is below 1, or not a multiple of the groups; the kernel, the stride or the dilation is below 1, or the padding negative.</exception>
    public Conv2d(
        ParameterBuffer<T> parameters, string name, int inputs, int outputs, Pair kernel, Pair? stride = null, Pair? padding = null, Pair? dilation = null,
        int groups = 1, bool hasBias = true)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (inputs < 1 || outputs < 1 || groups < 1 || inputs % groups != 0 || outputs % groups != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(inputs), $"conv2d: {inputs} inputs, {outputs} outputs, {groups} groups; needed: at least 1 each, inputs and outputs multiples of the groups.");
        }

        this.stride = stride ?? 1;
        this.padding = padding ?? 0;
        this.dilation = dilation ?? 1;
        if (!IsPositive(kernel) || !IsPositive(this.stride) || !IsPositive(this.dilation) || this.padding.Height < 0 || this.padding.Width < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(kernel), $"conv2d: kernel {kernel}, stride {this.stride}, padding {this.padding}, dilation {this.dilation}; needed: padding >= 0, the others >= 1.");
        }

        this.groups = groups;
        Weight = parameters.Declare($"{name}.weight", [outputs, inputs / groups, kernel.Height, kernel.Width]);
        Bias = hasBias ? parameters.Declare($"{name}.bias", [outputs]) : null;
    }

    /// <summary>The weights [out, in / groups, kh, kw].</summary>
    public Parameter Weight { get; }

    /// <summary>The bias [out], if the layer has one.</summary>
    public Parameter? Bias { get; }

    private static bool IsPositive(Pair pair) => pair.Height > 0 && pair.Width > 0;

    /// <summary>y [batch, out, oh, ow] from x [batch, in, h, w] and the flat parameters.</summary>
    public Tensor<T> Apply(Tensor<T> flat, Tensor<T> x)
    {
        using Tensor<T> weight = Weight.In(flat);
        return Apply(flat, x, weight);
    }

    /// <inheritdoc/>
    public Tensor<T> Apply(Tensor<T> flat, Tensor<T> x, Tensor<T> weight)
    {
        if (Bias is null)
        {
            return x.Conv2d(weight, null, stride, padding, dilation, groups);
        }

        using Tensor<T> bias = Bias.In(flat);
        return x.Conv2d(weight, bias, stride, padding, dilation, groups);
    }

    /// <inheritdoc/>
    public void Initialize(ParameterBuffer<T> parameters, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using Tensor<T> weight = Weight.In(parameters.Values);
        Initializers.KaimingUniform(weight, random, Initializers.Fans(Weight.Shape).In);
        if (Bias is not null)
        {
            using Tensor<T> bias = Bias.In(parameters.Values);
            bias.Fill(default);
        }
    }
}
