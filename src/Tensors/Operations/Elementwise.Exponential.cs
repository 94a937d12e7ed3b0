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
}
