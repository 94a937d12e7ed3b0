using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>A transposed convolution of images [batch, in, h, w] with weights [in, out, kh, kw] and a bias [out]; see <see cref="Tensor{T}.ConvTranspose2d"/>.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class ConvTranspose2d<T> : ILayer<T>
    where T : unmanaged
{
    private readonly Pair stride;
    private readonly Pair padding;

    /// <summary>Declares the layer's parameters as name.weight and, with a bias, name.bias.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A width, the kernel or the stride is below 1, or the padding negative.</exception>
    public ConvTranspose2d(ParameterBuffer<T> parameters, string name, int inputs, int outputs, Pair kernel, Pair? stride = null, Pair? padding = null, bool hasBias = true)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        this.stride = stride ?? 1;
        this.padding = padding ?? 0;
        if (inputs < 1 || outputs < 1 || kernel.Height < 1 || kernel.Width < 1 || this.stride.Height < 1 || this.stride.Width < 1 || this.padding.Height < 0 || this.padding.Width < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(inputs), $"conv_transpose2d: {inputs} inputs, {outputs} outputs, kernel {kernel}, stride {this.stride}, padding {this.padding}; needed: padding >= 0, the others >= 1.");
        }

        Weight = parameters.Declare($"{name}.weight", [inputs, outputs, kernel.Height, kernel.Width]);
        Bias = hasBias ? parameters.Declare($"{name}.bias", [outputs]) : null;
    }

    /// <summary>The weights [in, out, kh, kw].</summary>
    public Parameter Weight { get; }

    /// <summary>The bias [out], if the layer has one.</summary>
    public Parameter? Bias { get; }

    /// <summary>y [batch, out, oh, ow] from x [batch, in, h, w] and the flat parameters.</summary>
    public Tensor<T> Apply(Tensor<T> flat, Tensor<T> x)
    {
        using Tensor<T> weight = Weight.In(flat);
        if (Bias is null)
        {
            return x.ConvTranspose2d(weight, null, stride, padding);
        }

        using Tensor<T> bias = Bias.In(flat);
        return x.ConvTranspose2d(weight, bias, stride, padding);
    }

    /// <summary>Weights by He's rule for the inputs that an output has, in kh kw / stride places on average; the bias becomes zero.</summary>
    public void Initialize(ParameterBuffer<T> parameters, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using Tensor<T> weight = Weight.In(parameters.Values);
        nint places = Weight.Shape[2] * Weight.Shape[3] / (stride.Height * stride.Width);
        Initializers.KaimingUniform(weight, random, Weight.Shape[0] * nint.Max(1, places));
        if (Bias is not null)
        {
            using Tensor<T> bias = Bias.In(parameters.Values);
            bias.Fill(default);
        }
    }
}
