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

    /// <summary>The logarithm of the standard normal distribution function, relative in both tails.</summary>
    public Tensor<T> LogNormalCdf() => Unary<LogNormalCdf>();

    /// <summary><see cref="LogNormalCdf"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void LogNormalCdfInto(Tensor<T> destination) => UnaryInto<LogNormalCdf>(destination);

    /// <summary>The inverse of the error function; NaN outside [-1, 1].</summary>
    public Tensor<T> ErfInverse() => Unary<ErfInverse>();

    /// <summary><see cref="ErfInverse"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void ErfInverseInto(Tensor<T> destination) => UnaryInto<ErfInverse>(destination);
}
