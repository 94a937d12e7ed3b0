namespace Onsager.Tensors;

/// <summary>sin z = -i sinh iz, special values included.</summary>
internal readonly struct ComplexSin : IComplexFunction
{
    public static string Name => "complex sin";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged => ComplexFunctions.Turned<ComplexSinh, T>(x, y);

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(z.Cos(), dw);
}

/// <summary>cos z = cosh iz, special values included.</summary>
internal readonly struct ComplexCos : IComplexFunction
{
    public static string Name => "complex cos";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged => ComplexCosh.Apply(-y, x);

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(-z.Sin(), dw);
}

/// <summary>tan z = -i tanh iz, special values included.</summary>
internal readonly struct ComplexTan : IComplexFunction
{
    public static string Name => "complex tan";

    public static (Tensor<T> Real, Tensor<T> Imaginary) Apply<T>(Tensor<T> x, Tensor<T> y)
        where T : unmanaged => ComplexFunctions.Turned<ComplexTanh, T>(x, y);

    public static ComplexTensor<T> Vjp<T>(ComplexTensor<T> z, ComplexTensor<T> w, ComplexTensor<T> dw)
        where T : unmanaged => ComplexFunctions.Chain(ComplexFunctions.Apply<ComplexTanhSlope, T>(z.Turn()), dw);
}
