using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>Adds a learned number to each element of [batch, ...]: the bias of each pixel in a generator's last layer, for instance.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class OutputBias<T> : ILayer<T>
    where T : unmanaged
{
    /// <summary>Declares the layer's parameter as name.bias, in the shape of one output.</summary>
    public OutputBias(ParameterBuffer<T> parameters, string name, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Bias = parameters.Declare($"{name}.bias", shape);
    }

    /// <summary>What is added, in the shape of one output.</summary>
    public Parameter Bias { get; }

    /// <summary>y of x's shape.</summary>
    /// <exception cref="ArgumentException">x is not a batch of the bias's shape.</exception>
    public Tensor<T> Apply(Tensor<T> flat, Tensor<T> x)
    {
        if (x.Rank != Bias.Shape.Rank + 1 || !x.Shape.AsSpan()[1..].SequenceEqual(Bias.Shape.AsSpan()))
        {
            throw new ArgumentException($"output bias: a batch of {Bias.Shape} is needed; got {x.Shape}.", nameof(x));
        }

        using Tensor<T> bias = Bias.In(flat);
        return x + bias;
    }

    /// <summary>The bias becomes zero.</summary>
    public void Initialize(ParameterBuffer<T> parameters, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using Tensor<T> bias = Bias.In(parameters.Values);
        bias.Fill(default);
    }
}
