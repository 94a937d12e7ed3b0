using Onsager.Simd;

namespace Onsager.Tensors;

/// <content>Arithmetic, roots and extrema.</content>
public readonly partial struct Tensor<T>
{
    /// <summary>-x.</summary>
    public static Tensor<T> operator -(Tensor<T> x) => x.Unary<Negate>();

    /// <summary>x + y.</summary>
    public static Tensor<T> operator +(Tensor<T> x, Tensor<T> y) => x.Binary<Add>(y);

    /// <summary>x - y.</summary>
    public static Tensor<T> operator -(Tensor<T> x, Tensor<T> y) => x.Binary<Subtract>(y);

    /// <summary>x * y.</summary>
    public static Tensor<T> operator *(Tensor<T> x, Tensor<T> y) => x.Binary<Multiply>(y);

    /// <summary>x / y.</summary>
    public static Tensor<T> operator /(Tensor<T> x, Tensor<T> y) => x.Binary<Divide>(y);

    /// <summary>x + y for every element of x.</summary>
    public static Tensor<T> operator +(Tensor<T> x, T y) => x.BinaryScalar<Add>(y);

    /// <summary>x - y for every element of x.</summary>
    public static Tensor<T> operator -(Tensor<T> x, T y) => x.BinaryScalar<Subtract>(y);

    /// <summary>x * y for every element of x.</summary>
    public static Tensor<T> operator *(Tensor<T> x, T y) => x.BinaryScalar<Multiply>(y);

    /// <summary>x * y for every element of y.</summary>
    public static Tensor<T> operator *(T x, Tensor<T> y) => y.BinaryScalar<Multiply>(x);

    /// <summary>x / y for every element of x.</summary>
    public static Tensor<T> operator /(Tensor<T> x, T y) => x.BinaryScalar<Divide>(y);

    /// <summary>-x into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void NegateInto(Tensor<T> destination) => UnaryInto<Negate>(destination);

    /// <summary>The operator Add into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void AddInto(Tensor<T> other, Tensor<T> destination) => BinaryInto<Add>(other, destination);

    /// <summary>The operator Subtract into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void SubtractInto(Tensor<T> other, Tensor<T> destination) => BinaryInto<Subtract>(other, destination);

    /// <summary>The operator Multiply into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void MultiplyInto(Tensor<T> other, Tensor<T> destination) => BinaryInto<Multiply>(other, destination);

    /// <summary>The operator Divide into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void DivideInto(Tensor<T> other, Tensor<T> destination) => BinaryInto<Divide>(other, destination);

    /// <summary>|x|.</summary>
    public Tensor<T> Abs() => Unary<Abs>();

    /// <summary><see cref="Abs"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void AbsInto(Tensor<T> destination) => UnaryInto<Abs>(destination);

    /// <summary>x * x.</summary>
    public Tensor<T> Square() => Unary<Square>();

    /// <summary><see cref="Square"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void SquareInto(Tensor<T> destination) => UnaryInto<Square>(destination);

    /// <summary>The square root.</summary>
    public Tensor<T> Sqrt() => Unary<Sqrt>();

    /// <summary><see cref="Sqrt"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void SqrtInto(Tensor<T> destination) => UnaryInto<Sqrt>(destination);

    /// <summary>1 / the square root.</summary>
    public Tensor<T> Rsqrt() => Unary<Rsqrt>();

    /// <summary><see cref="Rsqrt"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void RsqrtInto(Tensor<T> destination) => UnaryInto<Rsqrt>(destination);

    /// <summary>The cube root, negative for negative numbers.</summary>
    public Tensor<T> Cbrt() => Unary<Cbrt>();

    /// <summary><see cref="Cbrt"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void CbrtInto(Tensor<T> destination) => UnaryInto<Cbrt>(destination);

    /// <summary>1 / x.</summary>
    public Tensor<T> Reciprocal() => Unary<Reciprocal>();

    /// <summary><see cref="Reciprocal"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void ReciprocalInto(Tensor<T> destination) => UnaryInto<Reciprocal>(destination);

    /// <summary>-1 below 0, 0 at both zeros, 1 above; NaN stays NaN.</summary>
    public Tensor<T> Sign() => Unary<Sign>();

    /// <summary><see cref="Sign"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void SignInto(Tensor<T> destination) => UnaryInto<Sign>(destination);

    /// <summary>This to the power of the other, by the rules of IEEE 754 for NaN, zeros and infinities.</summary>
    public Tensor<T> Pow(Tensor<T> other) => Binary<Pow>(other);

    /// <summary>x to the power y for every element x of this, with the same bits as a tensor of exponents gives.</summary>
    public Tensor<T> Pow(T exponent) => BinaryScalar<Pow>(exponent);

    /// <summary>The operator Pow into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void PowInto(Tensor<T> other, Tensor<T> destination) => BinaryInto<Pow>(other, destination);

    /// <summary>The length sqrt(x^2 + y^2) without overflow or underflow on the way.</summary>
    public Tensor<T> Hypot(Tensor<T> other) => Binary<Hypot>(other);

    /// <summary>The operator Hypot into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void HypotInto(Tensor<T> other, Tensor<T> destination) => BinaryInto<Hypot>(other, destination);

    /// <summary>The angle in [-pi, pi] of the point whose ordinate is this and whose abscissa is the other.</summary>
    public Tensor<T> Atan2(Tensor<T> other) => Binary<Atan2>(other);

    /// <summary>The operator Atan2 into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void Atan2Into(Tensor<T> other, Tensor<T> destination) => BinaryInto<Atan2>(other, destination);

    /// <summary>The sizes of these numbers with the signs of the others, zeros' included; a NaN among the others counts as positive.</summary>
    public Tensor<T> CopySign(Tensor<T> other) => Binary<CopySign>(other);

    /// <summary>The operator CopySign into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void CopySignInto(Tensor<T> other, Tensor<T> destination) => BinaryInto<CopySign>(other, destination);

    /// <summary>The smaller of both; NaN wins.</summary>
    public Tensor<T> Minimum(Tensor<T> other) => Binary<Minimum>(other);

    /// <summary>The operator Minimum into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void MinimumInto(Tensor<T> other, Tensor<T> destination) => BinaryInto<Minimum>(other, destination);

    /// <summary>The larger of both; NaN wins.</summary>
    public Tensor<T> Maximum(Tensor<T> other) => Binary<Maximum>(other);

    /// <summary>The operator Maximum into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void MaximumInto(Tensor<T> other, Tensor<T> destination) => BinaryInto<Maximum>(other, destination);

    /// <summary>minimum(maximum(this, low), high): NaN wins, and bounds in the wrong order give high.</summary>
    public Tensor<T> Clamp(Tensor<T> low, Tensor<T> high) => Ternary<Clamp>(low, high);

    /// <summary>The operator Clamp into an existing tensor; see <see cref="TernaryInto"/>.</summary>
    public void ClampInto(Tensor<T> low, Tensor<T> high, Tensor<T> destination) => TernaryInto<Clamp>(low, high, destination);

    /// <summary>this * factor + addend, rounded once.</summary>
    public Tensor<T> FusedMultiplyAdd(Tensor<T> factor, Tensor<T> addend) => Ternary<FusedMultiplyAdd>(factor, addend);
}
