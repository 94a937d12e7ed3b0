using Onsager.Simd;

namespace Onsager.Tensors;

/// <content>Trigonometric functions, with angles in radians, and their inverses.</content>
public readonly partial struct Tensor<T>
{
    /// <summary>The sine of an angle in radians, over all finite numbers; NaN at +-infinity.</summary>
    public Tensor<T> Sin() => Unary<Sin>();

    /// <summary><see cref="Sin"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void SinInto(Tensor<T> destination) => UnaryInto<Sin>(destination);

    /// <summary>The cosine of an angle in radians, over all finite numbers; NaN at +-infinity.</summary>
    public Tensor<T> Cos() => Unary<Cos>();

    /// <summary><see cref="Cos"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void CosInto(Tensor<T> destination) => UnaryInto<Cos>(destination);

    /// <summary>The tangent of an angle in radians, over all finite numbers; NaN at +-infinity.</summary>
    public Tensor<T> Tan() => Unary<Tan>();

    /// <summary><see cref="Tan"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void TanInto(Tensor<T> destination) => UnaryInto<Tan>(destination);

    /// <summary>The inverse sine, from -pi/2 to pi/2; NaN outside [-1, 1].</summary>
    public Tensor<T> Asin() => Unary<Asin>();

    /// <summary><see cref="Asin"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void AsinInto(Tensor<T> destination) => UnaryInto<Asin>(destination);

    /// <summary>The inverse cosine, from 0 to pi; NaN outside [-1, 1].</summary>
    public Tensor<T> Acos() => Unary<Acos>();

    /// <summary><see cref="Acos"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void AcosInto(Tensor<T> destination) => UnaryInto<Acos>(destination);

    /// <summary>The inverse tangent, from -pi/2 to pi/2.</summary>
    public Tensor<T> Atan() => Unary<Atan>();

    /// <summary><see cref="Atan"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void AtanInto(Tensor<T> destination) => UnaryInto<Atan>(destination);
}
