namespace Onsager.Tensors;

/// <content>
/// Functions, number by number, with their principal values: on a cut the sign of a zero part says which side is meant. Errors are in docs/complex.md; special values follow ISO C, annex G.
/// </content>
public readonly partial struct ComplexTensor<T>
{
    /// <summary>e^z.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Exp() => ComplexFunctions.Apply<ComplexExp, T>(this);

    /// <summary>e^z - 1, without cancellation beside 0.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Expm1() => ComplexFunctions.Apply<ComplexExpm1, T>(this);

    /// <summary>The logarithm, cut along the negative numbers; its imaginary part is the angle.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Log() => ComplexFunctions.Apply<ComplexLog, T>(this);

    /// <summary>log(1 + z), without cancellation beside 0.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Log1p() => ComplexFunctions.Apply<ComplexLog1p, T>(this);

    /// <summary>The logarithm to base 2.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Log2() => ComplexFunctions.Apply<ComplexLog2, T>(this);

    /// <summary>The logarithm to base 10.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Log10() => ComplexFunctions.Apply<ComplexLog10, T>(this);

    /// <summary>The root whose real part is at least 0, cut along the negative numbers; at 0 it has no derivative, and gradients there are NaN.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Sqrt() => ComplexFunctions.Apply<ComplexSqrt, T>(this);

    /// <summary>The sine.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Sin() => ComplexFunctions.Apply<ComplexSin, T>(this);

    /// <summary>The cosine.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Cos() => ComplexFunctions.Apply<ComplexCos, T>(this);

    /// <summary>The tangent.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Tan() => ComplexFunctions.Apply<ComplexTan, T>(this);

    /// <summary>The hyperbolic sine.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Sinh() => ComplexFunctions.Apply<ComplexSinh, T>(this);

    /// <summary>The hyperbolic cosine.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Cosh() => ComplexFunctions.Apply<ComplexCosh, T>(this);

    /// <summary>The hyperbolic tangent.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Tanh() => ComplexFunctions.Apply<ComplexTanh, T>(this);

    /// <summary>The inverse sine, cut along the real numbers beyond -1 and 1.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Asin() => ComplexFunctions.Apply<ComplexAsin, T>(this);

    /// <summary>The inverse cosine, cut along the real numbers beyond -1 and 1.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Acos() => ComplexFunctions.Apply<ComplexAcos, T>(this);

    /// <summary>The inverse tangent, cut along the imaginary numbers beyond -i and i.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Atan() => ComplexFunctions.Apply<ComplexAtan, T>(this);

    /// <summary>The inverse hyperbolic sine, cut along the imaginary numbers beyond -i and i.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Asinh() => ComplexFunctions.Apply<ComplexAsinh, T>(this);

    /// <summary>The inverse hyperbolic cosine, cut along the real numbers below 1.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Acosh() => ComplexFunctions.Apply<ComplexAcosh, T>(this);

    /// <summary>The inverse hyperbolic tangent, cut along the real numbers beyond -1 and 1.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Atanh() => ComplexFunctions.Apply<ComplexAtanh, T>(this);

    /// <summary>z^w = exp(w log z). z^0 is 1; 0^w is 0 where w's real part is positive, and NaN otherwise.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Pow(ComplexTensor<T> exponents) => ComplexFunctions.Apply<ComplexPower, T>(this, exponents);

    /// <summary>z^n by repeated squaring, whose relative error grows with |n|; the reciprocal's power where n is negative.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public ComplexTensor<T> Pow(int exponent)
    {
        using Scope scope = Scope.Begin();
        ComplexTensor<T> power = exponent < 0 ? Reciprocal() : this;
        ComplexTensor<T>? result = null;
        for (uint rest = (uint)Math.Abs((long)exponent); rest > 0; rest >>= 1)
        {
            if ((rest & 1) != 0)
            {
                result = result is { } product ? product * power : power;
            }

            power = rest > 1 ? power.Square() : power;
        }

        // A first power of z itself is memory of z's.
        return scope.Keep(result is not { } own ? ComplexTensor.Of(Tensor.Full(Shape, Tensor.Constant<T>(1), Device)) : exponent == 1 ? new(own.Planes.Clone()) : own);
    }
}
