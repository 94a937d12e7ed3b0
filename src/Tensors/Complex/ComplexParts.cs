namespace Onsager.Tensors;

/// <summary>What formulas of complex numbers share: choices on real tensors, and sums that keep what they round away.</summary>
internal static class ComplexParts
{
    public const double Ln2 = 0.69314718055994531;
    public const double Ln10 = 2.3025850929940457;
    public const double HalfPi = 1.5707963267948966;

    public static bool IsDouble<T>()
        where T : unmanaged => typeof(T) == typeof(double);

    /// <summary>One number or the other, for float64 or for float32.</summary>
    public static double ByType<T>(double wide, double narrow)
        where T : unmanaged => IsDouble<T>() ? wide : narrow;

    /// <summary>A number beside a tensor, on its device.</summary>
    public static Tensor<T> Number<T>(double value, Tensor<T> beside)
        where T : unmanaged => Tensor.Scalar(Tensor.Constant<T>(value), beside.Device);

    public static Tensor<T> Times<T>(this Tensor<T> x, double factor)
        where T : unmanaged => x * Tensor.Constant<T>(factor);

    public static Tensor<T> Plus<T>(this Tensor<T> x, double term)
        where T : unmanaged => x + Tensor.Constant<T>(term);

    /// <summary>The value where the mask is true.</summary>
    public static Tensor<T> Unless<T>(this Tensor<T> x, Tensor<bool> mask, double value)
        where T : unmanaged => x.MaskedFill(mask, Tensor.Constant<T>(value));

    /// <summary>The other where the mask is true.</summary>
    public static Tensor<T> Unless<T>(this Tensor<T> x, Tensor<bool> mask, Tensor<T> other)
        where T : unmanaged => Tensor.Where(mask, other, x);

    public static Tensor<bool> EqualTo<T>(this Tensor<T> x, double value)
        where T : unmanaged => x.EqualTo(Number(value, x));

    public static Tensor<bool> LessThan<T>(this Tensor<T> x, double value)
        where T : unmanaged => x.LessThan(Number(value, x));

    public static Tensor<bool> GreaterThan<T>(this Tensor<T> x, double value)
        where T : unmanaged => x.GreaterThan(Number(value, x));

    public static Tensor<bool> InfinityMask<T>(this Tensor<T> x)
        where T : unmanaged => x.Abs().EqualTo(double.PositiveInfinity);

    public static Tensor<bool> NaNMask<T>(this Tensor<T> x)
        where T : unmanaged => x.NotEqualTo(x);

    /// <summary>False for infinities and NaN.</summary>
    public static Tensor<bool> FiniteMask<T>(this Tensor<T> x)
        where T : unmanaged => x.Abs().LessThan(double.PositiveInfinity);

    /// <summary>Powers of 2: up below the small threshold, down above the large one, infinity included, 1 between them and for NaN.</summary>
    public static Tensor<T> Scale<T>(Tensor<T> size, double small, double up, double large, double down)
        where T : unmanaged => Tensor.Where(size.GreaterThan(large), Number(down, size), Tensor.Where(size.LessThan(small), Number(up, size), Number(1, size)));

    /// <summary>
    /// a c + b d without cancellation: the products' rounding errors are kept (W. Kahan; error bound: C.-P. Jeannerod, N. Louvet, J.-M. Muller, 2013). The error
    /// that is taken off is +0 where nothing was rounded, so a sum of two negative zeros stays -0.
    /// </summary>
    public static Tensor<T> SumOfProducts<T>(Tensor<T> a, Tensor<T> c, Tensor<T> b, Tensor<T> d)
        where T : unmanaged
    {
        Tensor<T> product = b * d, excess = (-b).FusedMultiplyAdd(d, product);
        return a.FusedMultiplyAdd(c, product) - excess;
    }

    /// <summary>u + x^2 + y^2, rounded about once: the rounding errors of squares and sums are added at the end.</summary>
    public static Tensor<T> PlusSquares<T>(Tensor<T> u, Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        Tensor<T> p = x.Square(), q = y.Square();
        Tensor<T> first = u + p, sum = first + q;
        Tensor<T> errors = (x.FusedMultiplyAdd(x, -p) + y.FusedMultiplyAdd(y, -q)) + (ErrorOfSum(u, p, first) + ErrorOfSum(first, q, sum));
        return sum + errors;
    }

    /// <summary>What a + b is more than its rounded value (D. Knuth, The Art of Computer Programming 2, section 4.2.2).</summary>
    private static Tensor<T> ErrorOfSum<T>(Tensor<T> a, Tensor<T> b, Tensor<T> sum)
        where T : unmanaged
    {
        Tensor<T> own = sum - a;
        return (a - (sum - own)) + (b - own);
    }
}
