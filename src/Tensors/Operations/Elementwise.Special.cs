using Onsager.Simd;

namespace Onsager.Tensors;

/// <content>The error function, the gamma function and their kin.</content>
public readonly partial struct Tensor<T>
{
    /// <summary>The error function.</summary>
    public Tensor<T> Erf() => Unary<Erf>();

    /// <summary><see cref="Erf"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void ErfInto(Tensor<T> destination) => UnaryInto<Erf>(destination);

    /// <summary>The complementary error function, 1 - erf x without cancellation.</summary>
    public Tensor<T> Erfc() => Unary<Erfc>();

    /// <summary><see cref="Erfc"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void ErfcInto(Tensor<T> destination) => UnaryInto<Erfc>(destination);

    /// <summary>The standard normal distribution function.</summary>
    public Tensor<T> NormalCdf() => Unary<NormalCdf>();

    /// <summary><see cref="NormalCdf"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void NormalCdfInto(Tensor<T> destination) => UnaryInto<NormalCdf>(destination);
}
