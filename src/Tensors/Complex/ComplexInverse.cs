using static Onsager.Tensors.ComplexParts;

namespace Onsager.Tensors;

/// <summary>
/// Inverse sines and cosines, from the roots of 1 - z and 1 + z (W. Kahan, "Branch cuts for complex elementary functions, or much ado about nothing's sign
/// bit", 1987): no difference in them cancels. Beyond 2^30, or 2^15 in float32, they are angles and logarithms of 2 |z|.
/// </summary>
internal static class ComplexArcs
{
    /// <summary>The real part of asin z, that of acos z, and the imaginary part of asin z.</summary>
    public static (Tensor<T> Sine, Tensor<T> Cosine, Tensor<T> Imaginary) Of<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        Tensor<bool> isFar = x.Hypot(y).GreaterThan(ByType<T>(double.ScaleB(1, 30), double.ScaleB(1, 15)));
        Tensor<T> nearX = x.Unless(isFar, 0.5), nearY = y.Unless(isFar, 0.5);
        (Tensor<T> lessX, Tensor<T> lessY) = ComplexSqrt.OfOrdinary(Number(1, x) - nearX, -nearY);
        (Tensor<T> moreX, Tensor<T> moreY) = ComplexSqrt.OfOrdinary(nearX.Plus(1), nearY);
        Tensor<T> sine = nearX.Atan2((lessX * moreX) - (lessY * moreY)), cosine = lessX.Atan2(moreX).Times(2);
        Tensor<T> imaginary = ((lessX * moreY) - (lessY * moreX)).Asinh();

        sine = sine.Unless(isFar, x.Atan2(y.Abs()));
        cosine = cosine.Unless(isFar, y.Abs().Atan2(x));
        imaginary = imaginary.Unless(isFar, x.Times(0.5).Hypot(y.Times(0.5)).Log().Plus(2 * Ln2));
        Tensor<bool> isUpright = x.EqualTo(0);
        return (sine.Unless(isUpright, x), cosine.Unless(isUpright, HalfPi), imaginary.CopySign(y));
    }

    /// <summary>1 / sqrt(1 - z^2), of two roots: the square would overflow, and cancel beside 1 and -1.</summary>
    public static ComplexTensor<T> Slope<T>(ComplexTensor<T> z)
        where T : unmanaged => (((-z).Plus(1)).Sqrt() * z.Plus(1).Sqrt()).Reciprocal();

    /// <summary>1 / (1 - z^2), of two reciprocals for the same reasons.</summary>
    public static ComplexTensor<T> SquaredSlope<T>(ComplexTensor<T> z)
        where T : unmanaged => (-z).Plus(1).Reciprocal() * z.Plus(1).Reciprocal();
}

/// <summary>asin z, cut along the real numbers beyond -1 and 1. Special values: those of asinh (ISO C, G.6.2.2), by asin z = -i asinh iz.</summary>
internal readonly struct ComplexAsin : IComplexFunction
{
    public static string Name => "complex asin";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        (Tensor<T> real, _, Tensor<T> imaginary) = ComplexArcs.Of(x, y);
        return (real, imaginary);
    }

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(ComplexArcs.Slope(z), dw);
}

/// <summary>acos z, cut along the real numbers beyond -1 and 1. Special values: ISO C, G.6.1.1.</summary>
internal readonly struct ComplexAcos : IComplexFunction
{
    public static string Name => "complex acos";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        (_, Tensor<T> real, Tensor<T> imaginary) = ComplexArcs.Of(x, y);
        return (real, -imaginary);
    }

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(-ComplexArcs.Slope(z), dw);
}

/// <summary>asinh z = i asin(-iz), cut along the imaginary numbers beyond -i and i. Special values: ISO C, G.6.2.2.</summary>
internal readonly struct ComplexAsinh : IComplexFunction
{
    public static string Name => "complex asinh";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        (Tensor<T> real, _, Tensor<T> imaginary) = ComplexArcs.Of(y, -x);
        return (-imaginary, real);
    }

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(ComplexArcs.Slope(z.Turn()), dw);
}

/// <summary>acosh z, of a real part of at least 0, cut along the real numbers below 1. Special values: ISO C, G.6.2.1.</summary>
internal readonly struct ComplexAcosh : IComplexFunction
{
    public static string Name => "complex acosh";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        (_, Tensor<T> real, Tensor<T> imaginary) = ComplexArcs.Of(x, y);
        return (imaginary.Abs(), real.CopySign(y));
    }

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain((z.Plus(-1).Sqrt() * z.Plus(1).Sqrt()).Reciprocal(), dw);
}

/// <summary>
/// atanh z, cut along the real numbers beyond -1 and 1: log1p(4 |x| / ((1 - |x|)^2 + y^2)) / 4 with x's sign, and half the angle of (1 - x)(1 + x) - y^2 + 2iy.
/// Special values: ISO C, G.6.2.3.
/// </summary>
internal readonly struct ComplexAtanh : IComplexFunction
{
    public static string Name => "complex atanh";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        Tensor<T> right = x.Abs(), left = Number(1, x) - right, size = x.Hypot(y), distance = left.Hypot(y);
        Tensor<T> real = (right.Times(4) / left.FusedMultiplyAdd(left, y.Square())).Log1p().Times(0.25);
        Tensor<T> imaginary = y.Times(2).Atan2((left * right.Plus(1)) - y.Square()).Times(0.5);

        // Beside 1 and -1 squares underflow.
        Tensor<bool> isClose = distance.LessThan(ByType<T>(double.ScaleB(1, -400), double.ScaleB(1, -50)));
        real = real.Unless(isClose, (Number(Ln2, x) - distance.Log()).Times(0.5));

        // Far from 0, 1 / z is left of the real part.
        Tensor<bool> isFar = size.GreaterThan(ByType<T>(double.ScaleB(1, 60), double.ScaleB(1, 30)));
        real = real.Unless(isFar, (right / size / size).Unless(size.EqualTo(double.PositiveInfinity), 0));
        imaginary = imaginary.Unless(isFar, Number(HalfPi, y).CopySign(y).Unless(y.NaNMask(), y));
        return (real.CopySign(x).Unless(x.EqualTo(0), x), imaginary);
    }

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(ComplexArcs.SquaredSlope(z), dw);
}

/// <summary>atan z = -i atanh iz, special values included.</summary>
internal readonly struct ComplexAtan : IComplexFunction
{
    public static string Name => "complex atan";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged => ComplexFunctions.Turned<ComplexAtanh, T>(x, y);

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(ComplexArcs.SquaredSlope(z.Turn()), dw);
}
