namespace Onsager.Tensors;

/// <summary>
/// A number as an unevaluated sum of two doubles, about 106 bits: Joldes, Muller and Popescu, "Tight and rigorous error bounds for basic building blocks of
/// double-word arithmetic", ACM TOMS 44, 2017 (algorithms 4, 6, 12 and 17). Overflow and subnormal parts are the caller's to avoid.
/// </summary>
internal readonly struct DoubleDouble(double high, double low = 0)
{
    public readonly double High = high;
    public readonly double Low = low;

    public static implicit operator DoubleDouble(double x) => new(x);

    public static DoubleDouble operator -(DoubleDouble x) => new(-x.High, -x.Low);

    public static DoubleDouble operator +(DoubleDouble x, DoubleDouble y)
    {
        DoubleDouble s = Sum(x.High, y.High), t = Sum(x.Low, y.Low), v = Fast(s.High, s.Low + t.High);
        return Fast(v.High, t.Low + v.Low);
    }

    public static DoubleDouble operator -(DoubleDouble x, DoubleDouble y) => x + -y;

    public static DoubleDouble operator *(DoubleDouble x, DoubleDouble y)
    {
        DoubleDouble p = Product(x.High, y.High);
        double cross = Math.FusedMultiplyAdd(x.Low, y.High, Math.FusedMultiplyAdd(x.High, y.Low, x.Low * y.Low));
        return Fast(p.High, p.Low + cross);
    }

    public static DoubleDouble operator /(DoubleDouble x, DoubleDouble y)
    {
        double quotient = x.High / y.High;
        DoubleDouble rest = x - (y * quotient);
        return Fast(quotient, (rest.High + rest.Low) / y.High);
    }

    /// <summary>Times a power of two, exactly.</summary>
    public DoubleDouble Scaled(double power) => new(High * power, Low * power);

    /// <summary>The square root: that of the high part and a Newton step.</summary>
    public static DoubleDouble Sqrt(DoubleDouble x)
    {
        if (x.High == 0)
        {
            return x;
        }

        double root = Math.Sqrt(x.High);
        DoubleDouble rest = x - Product(root, root);
        return Fast(root, (rest.High + rest.Low) / (2 * root));
    }

    /// <summary>x + y without error (Knuth).</summary>
    public static DoubleDouble Sum(double x, double y)
    {
        double sum = x + y, part = sum - x;
        return new(sum, (x - (sum - part)) + (y - part));
    }

    /// <summary>x y without error.</summary>
    public static DoubleDouble Product(double x, double y)
    {
        double product = x * y;
        return new(product, Math.FusedMultiplyAdd(x, y, -product));
    }

    /// <summary>x + y without error where |x| is at least |y| (Dekker).</summary>
    private static DoubleDouble Fast(double x, double y)
    {
        double sum = x + y;
        return new(sum, y - (sum - x));
    }
}
