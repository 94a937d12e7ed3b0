using static Onsager.Tensors.ComplexParts;

namespace Onsager.Tensors;

/// <summary>e^z = e^x (cos y + i sin y). Special values: ISO C, G.6.3.1.</summary>
internal readonly struct ComplexExp : IComplexFunction
{
    public static string Name => "complex exp";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        // e^x in two factors, the first one times the sine or cosine before the second: e^x may overflow where the part does not. Beside a sine below
        // 1e-304 (float32: 1e-35) the second factor overflows, too, and the part is infinite where it need not be.
        Tensor<T> most = x.Minimum(Number(Most<T>(), x)), size = most.Exp(), rest = (x - most).Unless(x.EqualTo(most), 0).Exp();
        Tensor<bool> isEnd = x.InfinityMask() & !y.FiniteMask();
        Tensor<T> real = size * y.Cos().Unless(isEnd, 1) * rest, imaginary = size * y.Sin() * rest;
        return (real, imaginary.Unless(y.EqualTo(0), y).Unless(isEnd & x.LessThan(0), 0));
    }

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(w, dw);

    /// <summary>Exponents up to here, and twice as large ones in two factors, have no infinite exponential.</summary>
    public static double Most<T>()
        where T : unmanaged => ByType<T>(700, 80);
}

/// <summary>
/// e^z - 1: its real part is (e^x - 1) cos y - 2 sin^2(y / 2), whose terms may cancel beside a larger imaginary part, and e^x cos y - 1 for x
/// below -1. Special values: the array API's.
/// </summary>
internal readonly struct ComplexExpm1 : IComplexFunction
{
    public static string Name => "complex expm1";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        Tensor<T> most = x.Minimum(Number(ComplexExp.Most<T>(), x)), size = most.Exp(), rest = (x - most).Unless(x.EqualTo(most), 0).Exp();
        Tensor<bool> isEnd = x.InfinityMask() & !y.FiniteMask();
        Tensor<T> cosine = y.Cos().Unless(isEnd, 1), half = y.Times(0.5).Sin().Unless(isEnd, 0);
        Tensor<T> real = (most.Expm1() * cosine * rest) - half.Square().Times(2), imaginary = size * y.Sin() * rest;

        // Beside 0 the real part is +0, whatever the signs are.
        real = real.Unless(x.LessThan(-1), (size * cosine).Plus(-1)).Plus(0);
        return (real, imaginary.Unless(y.EqualTo(0), y).Unless(isEnd & x.LessThan(0), 0));
    }

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(z.Exp(), dw);
}
