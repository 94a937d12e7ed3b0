using Onsager.Simd;

namespace Onsager.Tensors;

/// <content>The logarithm of the gamma function and its derivatives.</content>
public readonly partial struct Tensor<T>
{
    /// <summary>log |Gamma(x)|: +infinity for 0, for negative integers and for both infinities.</summary>
    public Tensor<T> LogGamma() => Unary<LogGamma>();

    /// <summary><see cref="LogGamma"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void LogGammaInto(Tensor<T> destination) => UnaryInto<LogGamma>(destination);

    /// <summary>The derivative of <see cref="LogGamma"/>: -infinity for +0, +infinity for -0, NaN for negative integers and -infinity.</summary>
    public Tensor<T> Digamma() => Unary<Digamma>();

    /// <summary><see cref="Digamma"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void DigammaInto(Tensor<T> destination) => UnaryInto<Digamma>(destination);

    /// <summary>The derivative of <see cref="Digamma"/>: +infinity for 0 and for negative integers, NaN for -infinity.</summary>
    public Tensor<T> Trigamma() => Unary<Trigamma>();

    /// <summary><see cref="Trigamma"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void TrigammaInto(Tensor<T> destination) => UnaryInto<Trigamma>(destination);
}
