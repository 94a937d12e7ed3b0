using Onsager.Simd;

namespace Onsager.Tensors;

/// <content>Exponentials, logarithms and hyperbolic functions.</content>
public readonly partial struct Tensor<T>
{
    /// <summary>e^x.</summary>
    public Tensor<T> Exp() => Unary<Exp>();

    /// <summary><see cref="Exp"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void ExpInto(Tensor<T> destination) => UnaryInto<Exp>(destination);

    /// <summary>e^x - 1.</summary>
    public Tensor<T> Expm1() => Unary<Expm1>();

    /// <summary><see cref="Expm1"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void Expm1Into(Tensor<T> destination) => UnaryInto<Expm1>(destination);

    /// <summary>The natural logarithm.</summary>
    public Tensor<T> Log() => Unary<Log>();

    /// <summary><see cref="Log"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void LogInto(Tensor<T> destination) => UnaryInto<Log>(destination);

    /// <summary>The hyperbolic tangent.</summary>
    public Tensor<T> Tanh() => Unary<Tanh>();

    /// <summary><see cref="Tanh"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void TanhInto(Tensor<T> destination) => UnaryInto<Tanh>(destination);

    /// <summary>The hyperbolic cosine.</summary>
    public Tensor<T> Cosh() => Unary<Cosh>();

    /// <summary><see cref="Cosh"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void CoshInto(Tensor<T> destination) => UnaryInto<Cosh>(destination);

    /// <summary>The inverse hyperbolic sine.</summary>
    public Tensor<T> Asinh() => Unary<Asinh>();

    /// <summary><see cref="Asinh"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void AsinhInto(Tensor<T> destination) => UnaryInto<Asinh>(destination);

    /// <summary>The inverse hyperbolic cosine; NaN below 1.</summary>
    public Tensor<T> Acosh() => Unary<Acosh>();

    /// <summary><see cref="Acosh"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void AcoshInto(Tensor<T> destination) => UnaryInto<Acosh>(destination);

    /// <summary>The inverse hyperbolic tangent; infinite at -1 and 1, NaN beyond.</summary>
    public Tensor<T> Atanh() => Unary<Atanh>();

    /// <summary><see cref="Atanh"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void AtanhInto(Tensor<T> destination) => UnaryInto<Atanh>(destination);

    /// <summary>2^x.</summary>
    public Tensor<T> Exp2() => Unary<Exp2>();

    /// <summary><see cref="Exp2"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void Exp2Into(Tensor<T> destination) => UnaryInto<Exp2>(destination);

    /// <summary>The logarithm to base 10.</summary>
    public Tensor<T> Log10() => Unary<Log10>();

    /// <summary><see cref="Log10"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void Log10Into(Tensor<T> destination) => UnaryInto<Log10>(destination);

    /// <summary>log(1 + x).</summary>
    public Tensor<T> Log1p() => Unary<Log1p>();

    /// <summary><see cref="Log1p"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void Log1pInto(Tensor<T> destination) => UnaryInto<Log1p>(destination);

    /// <summary>The logarithm to base 2.</summary>
    public Tensor<T> Log2() => Unary<Log2>();

    /// <summary><see cref="Log2"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void Log2Into(Tensor<T> destination) => UnaryInto<Log2>(destination);

    /// <summary>The hyperbolic sine.</summary>
    public Tensor<T> Sinh() => Unary<Sinh>();

    /// <summary><see cref="Sinh"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void SinhInto(Tensor<T> destination) => UnaryInto<Sinh>(destination);
}
