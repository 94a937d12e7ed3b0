using Onsager.Simd;

namespace Onsager.Tensors;

/// <content>Rounding to integers; all of it keeps NaN, infinities and the signs of zeros, and has the derivative 0.</content>
public readonly partial struct Tensor<T>
{
    /// <summary>The largest integer that is not above x.</summary>
    public Tensor<T> Floor() => Unary<Floor>();

    /// <summary><see cref="Floor"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void FloorInto(Tensor<T> destination) => UnaryInto<Floor>(destination);

    /// <summary>The smallest integer that is not below x.</summary>
    public Tensor<T> Ceiling() => Unary<Ceiling>();

    /// <summary><see cref="Ceiling"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void CeilingInto(Tensor<T> destination) => UnaryInto<Ceiling>(destination);

    /// <summary>The nearest integer, a tie going to the even one.</summary>
    public Tensor<T> Round() => Unary<Round>();

    /// <summary><see cref="Round"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void RoundInto(Tensor<T> destination) => UnaryInto<Round>(destination);

    /// <summary>x without its fraction.</summary>
    public Tensor<T> Truncate() => Unary<Truncate>();

    /// <summary><see cref="Truncate"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void TruncateInto(Tensor<T> destination) => UnaryInto<Truncate>(destination);
}
