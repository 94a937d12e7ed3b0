using static Onsager.Tensors.ComplexParts;

namespace Onsager.Tensors;

/// <summary>
/// log z = log |z| + i arg z, cut along the negative numbers, where the sign of the imaginary part's zero tells the sides apart. Beside |z| = 1
/// the real part is log1p(|z|^2 - 1) / 2 with a difference that is rounded about once. Special values: ISO C, G.6.3.2.
/// </summary>
internal readonly struct ComplexLog : IComplexFunction
{
    public static string Name => "complex log";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged => (OfSize(x, y, Number(-1, x), x, static size => size.Log(), 1), y.Atan2(x));

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(z.Reciprocal(), dw);

    /// <summary>The logarithm of |x + iy|, whose square less 1 is excess + near^2 + y^2.</summary>
    /// <param name="x">The real parts.</param>
    /// <param name="y">The imaginary parts.</param>
    /// <param name="excess">The first part of the squares less 1.</param>
    /// <param name="near">The number whose square is the second part.</param>
    /// <param name="log">The logarithm of positive numbers.</param>
    /// <param name="scale">What the natural logarithm is multiplied by.</param>
    public static Tensor<T> OfSize<T>(Tensor<T> x, Tensor<T> y, Tensor<T> excess, Tensor<T> near, Func<Tensor<T>, Tensor<T>> log, double scale)
        where T : unmanaged
    {
        // Sizes that overflow or have lost digits are those of smaller or larger numbers, times a power of 2.
        Tensor<T> size = x.Hypot(y);
        Tensor<T> power = IsDouble<T>()
            ? Scale(size, double.ScaleB(1, -900), double.ScaleB(1, 200), double.ScaleB(1, 1000), double.ScaleB(1, -100))
            : Scale(size, double.ScaleB(1, -100), double.ScaleB(1, 60), double.ScaleB(1, 120), double.ScaleB(1, -20));
        Tensor<T> far = log((x * power).Hypot(y * power)) - log(power);
        Tensor<T> close = PlusSquares(excess, near, y).Log1p().Times(0.5 * scale);
        return far.Unless(size.GreaterThan(0.75) & size.LessThan(1.3), close);
    }
}

/// <summary>log(1 + z), without cancellation beside 0. Special values: those of log.</summary>
internal readonly struct ComplexLog1p : IComplexFunction
{
    public static string Name => "complex log1p";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        Tensor<T> next = x.Plus(1);
        return (ComplexLog.OfSize(next, y, x.Times(2), x, static size => size.Log(), 1), y.Atan2(next));
    }

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(z.Plus(1).Reciprocal(), dw);
}

/// <summary>log z / log 2.</summary>
internal readonly struct ComplexLog2 : IComplexFunction
{
    public static string Name => "complex log2";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged => (ComplexLog.OfSize(x, y, Number(-1, x), x, static size => size.Log2(), 1 / Ln2), y.Atan2(x).Times(1 / Ln2));

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(z.Reciprocal() * Tensor.Constant<T>(1 / Ln2), dw);
}

/// <summary>log z / log 10.</summary>
internal readonly struct ComplexLog10 : IComplexFunction
{
    public static string Name => "complex log10";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged => (ComplexLog.OfSize(x, y, Number(-1, x), x, static size => size.Log10(), 1 / Ln10), y.Atan2(x).Times(1 / Ln10));

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(z.Reciprocal() * Tensor.Constant<T>(1 / Ln10), dw);
}
