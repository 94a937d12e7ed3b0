namespace Onsager.Tensors;

/// <content>Arithmetic, with broadcasting; made of operations on the parts, and so with their derivatives.</content>
public readonly partial struct ComplexTensor<T>
{
    /// <summary>x + y.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    public static ComplexTensor<T> operator +(ComplexTensor<T> x, ComplexTensor<T> y)
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(ComplexTensor.Of(x.Real() + y.Real(), x.Imaginary() + y.Imaginary()));
    }

    /// <summary>x - y.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    public static ComplexTensor<T> operator -(ComplexTensor<T> x, ComplexTensor<T> y)
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(ComplexTensor.Of(x.Real() - y.Real(), x.Imaginary() - y.Imaginary()));
    }

    /// <summary>x y, from four products, each rounded, a difference and a sum.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    public static ComplexTensor<T> operator *(ComplexTensor<T> x, ComplexTensor<T> y)
    {
        using Scope scope = Scope.Begin();
        Tensor<T> a = x.Real(), b = x.Imaginary(), c = y.Real(), d = y.Imaginary();
        return scope.Keep(ComplexTensor.Of((a * c) - (b * d), (a * d) + (b * c)));
    }

    /// <summary>x times real numbers.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    public static ComplexTensor<T> operator *(ComplexTensor<T> x, Tensor<T> y)
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(ComplexTensor.Of(x.Real() * y, x.Imaginary() * y));
    }

    /// <summary>x times a real number.</summary>
    public static ComplexTensor<T> operator *(ComplexTensor<T> x, T y) => new(x.Planes * y);

    /// <summary>x / y, without overflow or underflow on the way; infinities and zeros by the rules of ISO C, G.5.1.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static ComplexTensor<T> operator /(ComplexTensor<T> x, ComplexTensor<T> y) => ComplexFunctions.Apply<ComplexQuotient, T>(x, y);

    /// <summary>x over real numbers, part by part.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    public static ComplexTensor<T> operator /(ComplexTensor<T> x, Tensor<T> y)
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(ComplexTensor.Of(x.Real() / y, x.Imaginary() / y));
    }

    /// <summary>-x.</summary>
    public static ComplexTensor<T> operator -(ComplexTensor<T> x) => new(-x.Planes);

    /// <summary>The conjugates.</summary>
    public ComplexTensor<T> Conjugate()
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(ComplexTensor.Of(Real(), -Imaginary()));
    }

    /// <summary>1 / z, without overflow or underflow on the way.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Reciprocal() => ComplexFunctions.Apply<ComplexReciprocal, T>(this);

    /// <summary>z^2.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Square() => ComplexFunctions.Apply<ComplexSquare, T>(this);

    /// <summary>z / |z|, 0 where z is 0, and an infinity's direction; at zero it has no derivative.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Sign() => ComplexFunctions.Apply<ComplexSign, T>(this);

    /// <summary>z plus a real number.</summary>
    internal ComplexTensor<T> Plus(double term)
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(ComplexTensor.Of(Real().Plus(term), Imaginary()));
    }

    /// <summary>i z: no part is rounded or multiplied.</summary>
    internal ComplexTensor<T> Turn()
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(ComplexTensor.Of(-Imaginary(), Real()));
    }

    /// <summary>The absolute values, without overflow or underflow on the way; at zero they have no derivative.</summary>
    public Tensor<T> Abs()
    {
        using Tensor<T> re = Real(), im = Imaginary();
        return re.Hypot(im);
    }

    /// <summary>The squares of the absolute values: the sums of the parts' squares.</summary>
    public Tensor<T> AbsSquared()
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(Real().Square() + Imaginary().Square());
    }

    /// <summary>The angles in radians, from -pi to pi.</summary>
    public Tensor<T> Angle()
    {
        using Tensor<T> re = Real(), im = Imaginary();
        return im.Atan2(re);
    }
}
