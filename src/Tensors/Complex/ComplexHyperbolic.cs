using static Onsager.Tensors.ComplexParts;

namespace Onsager.Tensors;

/// <summary>sinh z = sinh x cos y + i cosh x sin y. Special values: ISO C, G.6.2.5.</summary>
internal readonly struct ComplexSinh : IComplexFunction
{
    public static string Name => "complex sinh";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        (Tensor<T> most, Tensor<T> rest) = TwoFactors(x);
        Tensor<T> real = most.Sinh() * y.Cos() * rest, imaginary = most.Cosh() * y.Sin() * rest;
        return (real.Unless(x.EqualTo(0) | (x.InfinityMask() & !y.FiniteMask()), x), imaginary.Unless(y.EqualTo(0), y));
    }

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(z.Cosh(), dw);

    /// <summary>x as far as its hyperbolic functions are finite, and what they are to be multiplied by for the rest of it.</summary>
    public static (Tensor<T> Most, Tensor<T> Remaining) TwoFactors<T>(Tensor<T> x)
        where T : unmanaged
    {
        double end = ComplexExp.Most<T>();
        Tensor<T> most = x.Clamp(Number(-end, x), Number(end, x));
        return (most, (x - most).Abs().Unless(x.EqualTo(most), 0).Exp());
    }
}

/// <summary>cosh z = cosh x cos y + i sinh x sin y. Special values: ISO C, G.6.2.4.</summary>
internal readonly struct ComplexCosh : IComplexFunction
{
    public static string Name => "complex cosh";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        (Tensor<T> most, Tensor<T> rest) = ComplexSinh.TwoFactors(x);
        Tensor<T> real = most.Cosh() * y.Cos() * rest, imaginary = most.Sinh() * y.Sin() * rest;
        Tensor<T> zero = Number(0, x).CopySign(x) * Number(1, y).CopySign(y);
        return (real.Unless(x.InfinityMask() & !y.FiniteMask(), double.PositiveInfinity), imaginary.Unless(x.EqualTo(0) | y.EqualTo(0), zero));
    }

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(z.Sinh(), dw);
}

/// <summary>
/// tanh z = (c b s + i t) / (1 + b s^2), where s = sinh x, c = cosh x, t = tan y and b = 1 + t^2 (W. Kahan, "Branch cuts for complex elementary functions",
/// 1987); where tanh x rounds to 1, the imaginary part is 4 sin y cos y e^(-2 |x|). Special values: ISO C, G.6.2.6, with tanh(0 + i infinity) = 0 + i NaN.
/// </summary>
internal readonly struct ComplexTanh : IComplexFunction
{
    public static string Name => "complex tanh";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        double end = ByType<T>(22, 10);
        Tensor<T> near = x.Clamp(Number(-end, x), Number(end, x)), s = near.Sinh(), t = y.Tan();
        Tensor<T> b = t.FusedMultiplyAdd(t, Number(1, t)), bs = b * s, below = bs.FusedMultiplyAdd(s, Number(1, s));
        Tensor<T> real = bs * near.Cosh() / below, imaginary = t / below;
        Tensor<bool> isFar = x.Abs().GreaterThan(end);
        Tensor<bool> isAngle = y.FiniteMask(), isEnd = x.InfinityMask();
        Tensor<T> fading = y.Sin() * y.Cos() * x.Abs().Times(-2).Exp().Times(4), one = Number(1, x).CopySign(x).Unless(!isAngle & !isEnd, double.NaN);
        fading = fading.Unless(!isAngle & isEnd, 0);
        return (real.Unless(isFar, one).Unless(x.EqualTo(0), x), imaginary.Unless(isFar, fading).Unless(y.EqualTo(0), y));
    }

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(ComplexFunctions.Apply<ComplexTanhSlope, T>(z), dw);
}

/// <summary>
/// 1 / cosh^2 z, the derivative of tanh: 1 - tanh^2 z cancels where tanh z is beside 1 or -1. Its own derivative is -2 tanh z / cosh^2 z, in
/// which nothing overflows.
/// </summary>
internal readonly struct ComplexTanhSlope : IComplexFunction
{
    public static string Name => "complex tanh slope";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        (Tensor<T> real, Tensor<T> imaginary) = ComplexCosh.Apply(x, y);
        (real, imaginary) = ComplexReciprocal.Apply(real, imaginary);
        return ComplexSquare.Apply(real, imaginary);
    }

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(w * z.Tanh() * Tensor.Constant<T>(-2), dw);
}
