using Onsager.Simd;

namespace Onsager.Tensors;

/// <content>Activations of neural networks.</content>
public readonly partial struct Tensor<T>
{
    /// <summary>x where it is positive, 0 elsewhere.</summary>
    public Tensor<T> Relu() => Unary<Relu>();

    /// <summary><see cref="Relu"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void ReluInto(Tensor<T> destination) => UnaryInto<Relu>(destination);

    /// <summary>1 / (1 + e^-x).</summary>
    public Tensor<T> Sigmoid() => Unary<Sigmoid>();

    /// <summary><see cref="Sigmoid"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void SigmoidInto(Tensor<T> destination) => UnaryInto<Sigmoid>(destination);

    /// <summary>The exact gelu: x times the standard normal distribution function.</summary>
    public Tensor<T> Gelu() => Unary<Gelu>();

    /// <summary><see cref="Gelu"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void GeluInto(Tensor<T> destination) => UnaryInto<Gelu>(destination);
}
