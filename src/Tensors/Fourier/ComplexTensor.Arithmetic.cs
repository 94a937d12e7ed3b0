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

    /// <summary>-x.</summary>
    public static ComplexTensor<T> operator -(ComplexTensor<T> x) => new(-x.Planes);

    /// <summary>The conjugates.</summary>
    public ComplexTensor<T> Conjugate()
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(ComplexTensor.Of(Real(), -Imaginary()));
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
