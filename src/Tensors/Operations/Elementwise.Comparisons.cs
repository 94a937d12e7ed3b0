using Onsager.Simd;

namespace Onsager.Tensors;

/// <content>Comparisons and choice: 1 stands for true, 0 for false.</content>
public readonly partial struct Tensor<T>
{
    /// <summary>1 where this is less than the other, 0 elsewhere.</summary>
    public Tensor<T> Less(Tensor<T> other) => Binary<Less>(other);

    /// <summary>The operator Less into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void LessInto(Tensor<T> other, Tensor<T> destination) => BinaryInto<Less>(other, destination);

    /// <summary>1 where both are equal, 0 elsewhere.</summary>
    public Tensor<T> Equal(Tensor<T> other) => Binary<Equal>(other);

    /// <summary>The operator Equal into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void EqualInto(Tensor<T> other, Tensor<T> destination) => BinaryInto<Equal>(other, destination);

    /// <summary>1 where both differ or either is NaN, 0 elsewhere.</summary>
    public Tensor<T> NotEqual(Tensor<T> other) => Binary<NotEqual>(other);

    /// <summary>The operator NotEqual into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void NotEqualInto(Tensor<T> other, Tensor<T> destination) => BinaryInto<NotEqual>(other, destination);

    /// <summary>1 where this is at most the other, 0 elsewhere and beside NaN.</summary>
    public Tensor<T> LessOrEqual(Tensor<T> other) => Binary<LessOrEqual>(other);

    /// <summary>The operator LessOrEqual into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void LessOrEqualInto(Tensor<T> other, Tensor<T> destination) => BinaryInto<LessOrEqual>(other, destination);

    /// <summary>1 where this is greater than the other, 0 elsewhere and beside NaN: <see cref="Less"/> with its sides changed.</summary>
    public Tensor<T> Greater(Tensor<T> other) => other.Binary<Less>(this);

    /// <summary><see cref="Greater"/> into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void GreaterInto(Tensor<T> other, Tensor<T> destination) => other.BinaryInto<Less>(this, destination);

    /// <summary>1 where this is at least the other, 0 elsewhere and beside NaN: <see cref="LessOrEqual"/> with its sides changed.</summary>
    public Tensor<T> GreaterOrEqual(Tensor<T> other) => other.Binary<LessOrEqual>(this);

    /// <summary><see cref="GreaterOrEqual"/> into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void GreaterOrEqualInto(Tensor<T> other, Tensor<T> destination) => other.BinaryInto<LessOrEqual>(this, destination);

    /// <summary>1 where this is NaN, 0 elsewhere.</summary>
    public Tensor<T> IsNaN() => Unary<IsNaN>();

    /// <summary><see cref="IsNaN"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void IsNaNInto(Tensor<T> destination) => UnaryInto<IsNaN>(destination);

    /// <summary>1 where this is neither infinite nor NaN, 0 elsewhere.</summary>
    public Tensor<T> IsFinite() => Unary<IsFinite>();

    /// <summary><see cref="IsFinite"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void IsFiniteInto(Tensor<T> destination) => UnaryInto<IsFinite>(destination);

    /// <summary>1 where this is infinite, of either sign, 0 elsewhere.</summary>
    public Tensor<T> IsInfinity() => Unary<IsInfinity>();

    /// <summary><see cref="IsInfinity"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void IsInfinityInto(Tensor<T> destination) => UnaryInto<IsInfinity>(destination);

    /// <summary>yes where this is not 0, no where it is.</summary>
    public Tensor<T> Where(Tensor<T> yes, Tensor<T> no) => Ternary<Select>(yes, no);
}
