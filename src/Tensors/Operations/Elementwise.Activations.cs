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

    /// <summary>The tanh form of gelu: x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).</summary>
    public Tensor<T> GeluTanh() => Unary<GeluTanh>();

    /// <summary><see cref="GeluTanh"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void GeluTanhInto(Tensor<T> destination) => UnaryInto<GeluTanh>(destination);

    /// <summary>x tanh(log(1 + e^x)).</summary>
    public Tensor<T> Mish() => Unary<Mish>();

    /// <summary><see cref="Mish"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void MishInto(Tensor<T> destination) => UnaryInto<Mish>(destination);

    /// <summary>x / (1 + e^-x).</summary>
    public Tensor<T> Silu() => Unary<Silu>();

    /// <summary><see cref="Silu"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void SiluInto(Tensor<T> destination) => UnaryInto<Silu>(destination);

    /// <summary>log(1 + e^x).</summary>
    public Tensor<T> Softplus() => Unary<Softplus>();

    /// <summary><see cref="Softplus"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void SoftplusInto(Tensor<T> destination) => UnaryInto<Softplus>(destination);

    /// <summary>x where it is not negative, alpha (e^x - 1) elsewhere; alpha is broadcast, and has a gradient.</summary>
    public Tensor<T> Elu(Tensor<T> alpha) => Binary<Elu>(alpha);

    /// <summary>x where it is not negative, alpha (e^x - 1) elsewhere, with one alpha for all.</summary>
    public Tensor<T> Elu(T alpha) => BinaryScalar<Elu>(alpha);

    /// <summary>The operator Elu into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void EluInto(Tensor<T> alpha, Tensor<T> destination) => BinaryInto<Elu>(alpha, destination);

    /// <summary>x where it is not negative, slope * x elsewhere; with a slope that is learned this is PReLU; slope is broadcast, and has a gradient.</summary>
    public Tensor<T> LeakyRelu(Tensor<T> slope) => Binary<LeakyRelu>(slope);

    /// <summary>x where it is not negative, slope * x elsewhere, with one slope for all.</summary>
    public Tensor<T> LeakyRelu(T slope) => BinaryScalar<LeakyRelu>(slope);

    /// <summary>The operator LeakyRelu into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void LeakyReluInto(Tensor<T> slope, Tensor<T> destination) => BinaryInto<LeakyRelu>(slope, destination);
}
