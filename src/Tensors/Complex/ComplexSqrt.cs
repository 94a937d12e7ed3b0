using static Onsager.Tensors.ComplexParts;

namespace Onsager.Tensors;

/// <summary>
/// The root with a real part of at least 0, cut along the negative numbers: its larger part is sqrt((|z| + |x|) / 2), the other one y over twice of
/// that. Special values: ISO C, G.6.4.2.
/// </summary>
internal readonly struct ComplexSqrt : IComplexFunction
{
    public static string Name => "complex sqrt";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        // The argument times h^4 has a root h^2 times as large.
        Tensor<T> h = IsDouble<T>()
            ? Scale(x.Hypot(y), double.ScaleB(1, -900), double.ScaleB(1, 60), double.ScaleB(1, 1000), double.ScaleB(1, -20))
            : Scale(x.Hypot(y), double.ScaleB(1, -100), double.ScaleB(1, 20), double.ScaleB(1, 120), double.ScaleB(1, -8));
        Tensor<T> square = h.Square(), power = square.Square();
        (Tensor<T> real, Tensor<T> imaginary) = OfOrdinary(x * power, y * power);
        Tensor<bool> isZero = x.EqualTo(0) & y.EqualTo(0), isSteep = y.InfinityMask();
        return ((real / square).Unless(isSteep, double.PositiveInfinity), (imaginary / square).Unless(isZero | isSteep, y));
    }

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain((w * Tensor.Constant<T>(2)).Reciprocal(), dw);

    /// <summary>The root of numbers whose absolute values neither overflow nor lose digits; the imaginary part of that of 0 is 0.</summary>
    public static (Tensor<T> Real, Tensor<T> Imaginary) OfOrdinary<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        Tensor<T> twice = (x.Hypot(y) + x.Abs()).Times(2).Sqrt(), large = twice.Times(0.5), small = y.Binary<DivideOrZero>(twice);
        Tensor<bool> isLeft = x.LessThan(0);
        return (large.Unless(isLeft, small.Abs()), small.Unless(isLeft, large.CopySign(y)));
    }
}
