using static Onsager.Tensors.ComplexParts;

namespace Onsager.Tensors;

/// <summary>
/// (a + ib) / (c + id) = (ac + bd + i (bc - ad)) / (c^2 + d^2), of numbers scaled by powers of 2, so that nothing overflows or underflows on the way, and
/// with sums of products that do not cancel: each part is good by itself, if it is not 2^400 times (float32: 2^60) smaller than the other one. Infinities and zeros: ISO C, G.5.1.
/// </summary>
internal readonly struct ComplexQuotient : IComplexFunction2
{
    public static string Name => "complex divide";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> a, Tensor<T> b, Tensor<T> c, Tensor<T> d)
        where T : unmanaged
    {
        Tensor<bool> isInfinite = a.InfinityMask() | b.InfinityMask(), isDivisorInfinite = c.InfinityMask() | d.InfinityMask(), isPole = c.EqualTo(0) & d.EqualTo(0);
        Tensor<T> x = Direction(a, isInfinite), y = Direction(b, isInfinite), u = Direction(c, isDivisorInfinite), v = Direction(d, isDivisorInfinite);

        // Squares of the scales are applied before, the scales twice after: so they may be far apart.
        Tensor<T> above = HalfScale(x, y), below = HalfScale(u, v), factor = below / above;
        factor = factor.Unless(isInfinite, double.PositiveInfinity).Unless(isDivisorInfinite, 0).Unless(isInfinite & isDivisorInfinite, double.NaN);
        above = above.Square();
        below = below.Square();
        (x, y, u, v) = (x * above, y * above, u * below, v * below);
        Tensor<T> size = u.FusedMultiplyAdd(u, v.Square());
        Tensor<T> real = SumOfProducts(x, u, y, v) / size * factor * factor, imaginary = SumOfProducts(y, u, -x, v) / size * factor * factor;
        return (real.Unless(isPole, a / c), imaginary.Unless(isPole, b / c));
    }

    public static (ComplexTensor<T> X, ComplexTensor<T> Y) Vjp<T>(ComplexTensor<T> x, ComplexTensor<T> y, ComplexTensor<T> z, ComplexTensor<T> dz)
        where T : unmanaged
    {
        ComplexTensor<T> dx = dz / y.Conjugate();
        return (dx, -(dx * z.Conjugate()));
    }

    /// <summary>Where a part is infinite, 1 instead of it and 0 instead of the other one.</summary>
    private static Tensor<T> Direction<T>(Tensor<T> part, Tensor<bool> isInfinite)
        where T : unmanaged => part.Unless(isInfinite, part.IsInfinity().CopySign(part));

    private static Tensor<T> HalfScale<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged => IsDouble<T>()
            ? Scale(x.Abs().Maximum(y.Abs()), double.ScaleB(1, -450), double.ScaleB(1, 300), double.ScaleB(1, 500), double.ScaleB(1, -262))
            : Scale(x.Abs().Maximum(y.Abs()), double.ScaleB(1, -50), double.ScaleB(1, 50), double.ScaleB(1, 60), double.ScaleB(1, -34));
}

/// <summary>1 / z.</summary>
internal readonly struct ComplexReciprocal : IComplexFunction
{
    public static string Name => "complex reciprocal";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged => ComplexQuotient.Apply(Number(1, x), Number(0, x), x, y);

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(-w.Square(), dw);
}

/// <summary>z / |z|, 0 where z is 0, and an infinity's direction. NaN in a part gives NaN in both.</summary>
internal readonly struct ComplexSign : IComplexFunction
{
    public static string Name => "complex sign";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        Tensor<bool> isInfinite = (x.InfinityMask() | y.InfinityMask()) & !(x.NaNMask() | y.NaNMask());
        (x, y) = (x.Unless(isInfinite, x.IsInfinity().CopySign(x)), y.Unless(isInfinite, y.IsInfinity().CopySign(y)));
        Tensor<T> scale = Scale(x.Hypot(y), ByType<T>(double.ScaleB(1, -900), double.ScaleB(1, -100)), ByType<T>(double.ScaleB(1, 200), double.ScaleB(1, 60)), ByType<T>(double.ScaleB(1, 1000), double.ScaleB(1, 120)), 0.25);
        (x, y) = (x * scale, y * scale);
        Tensor<T> size = x.Hypot(y);
        return (x.Binary<DivideOrZero>(size), y.Binary<DivideOrZero>(size));
    }

    /// <summary>(dw - w Re(conj(w) dw)) / |z|: what of dw is across z.</summary>
    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged
    {
        Tensor<T> along = (w.Real() * dw.Real()) + (w.Imaginary() * dw.Imaginary());
        return (dw - (w * along)) * z.Abs().Reciprocal();
    }
}

/// <summary>z^2 = (x - y)(x + y) + 2ixy. Where one of the factors overflows, the other one is 0 or the product overflows too; a difference of equal squares is +0, as in C.</summary>
internal readonly struct ComplexSquare : IComplexFunction
{
    public static string Name => "complex square";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        Tensor<T> most = Number(ByType<T>(double.MaxValue, float.MaxValue), x), least = -most;
        return (((x - y).Clamp(least, most) * (x + y).Clamp(least, most)).Plus(0), (x * y).Times(2));
    }

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(z * Tensor.Constant<T>(2), dw);
}

/// <summary>
/// z^w = |z|^u e^(-v arg z) (cos + i sin)(u arg z + v log |z|) for w = u + iv. z^0 is 1 for every z; 0^w is 0 where u is positive, and NaN otherwise.
/// Errors grow with the angle.
/// </summary>
internal readonly struct ComplexPower : IComplexFunction2
{
    public static string Name => "complex pow";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> a, Tensor<T> b, Tensor<T> c, Tensor<T> d)
        where T : unmanaged
    {
        (Tensor<T> log, Tensor<T> angle) = ComplexLog.Apply(a, b);
        Tensor<bool> isReal = d.EqualTo(0), isOne = c.EqualTo(0) & isReal, isZero = a.EqualTo(0) & b.EqualTo(0);

        // The absolute value may overflow where its power does not; its logarithm is finite.
        Tensor<T> radius = a.Hypot(b), size = c.FusedMultiplyAdd(log, -(d * angle)).Exp().Unless(isReal & radius.FiniteMask(), radius.Pow(c));
        Tensor<T> turn = SumOfProducts(c, angle, d, log).Unless(isReal, c * angle);
        (Tensor<T> real, Tensor<T> imaginary) = (size * turn.Cos(), size * turn.Sin());
        Tensor<T> ofZero = Number(double.NaN, c).Unless(c.GreaterThan(0), Number(0, c));
        return (real.Unless(isZero, ofZero).Unless(isOne, 1), imaginary.Unless(isZero, ofZero).Unless(isOne, 0));
    }

    public static (ComplexTensor<T> X, ComplexTensor<T> Y) Vjp<T>(ComplexTensor<T> x, ComplexTensor<T> y, ComplexTensor<T> z, ComplexTensor<T> dz)
        where T : unmanaged
    {
        // By x, 0^0 has the derivative 0, as the constant 1 has; by y, what is 0 stays 0, where the logarithm is infinite.
        Tensor<bool> isZero = x.Real().EqualTo(0) & x.Imaginary().EqualTo(0), isBoth = isZero & y.Real().EqualTo(0) & y.Imaginary().EqualTo(0);
        ComplexTensor<T> less = ComplexTensor.Of(y.Real().Plus(-1).Unless(isBoth, 0), y.Imaginary()), some = ComplexTensor.Of(x.Real().Unless(isZero, 1), x.Imaginary());
        return (ComplexFunctions.Chain(y * x.Pow(less), dz), ComplexFunctions.Chain(z * some.Log(), dz));
    }
}
