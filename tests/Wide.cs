namespace Onsager.Tests;

/// <summary>
/// (High + Low) * 2^Scale: a number of about 105 bits with an exponent of its own, so that the references of float64 operators neither
/// round, overflow nor lose bits to subnormals (Dekker, 1971; Hida, Li and Bailey, 2001, section 3). Slow, plain, and good to about 2^-98.
/// </summary>
internal readonly partial record struct Wide(double High, double Low = 0, int Scale = 0)
{
    private static readonly Wide Ln2 = new(0.6931471805599453, 2.3190468138462996e-17);
    private static readonly Wide TwoOverRootPi = new(1.1283791670955126, 1.533545961316588e-17);

    /// <summary>Larger than every float64.</summary>
    private static readonly Wide Huge = new(1, 0, 5000);

    /// <summary>Smaller than every float64.</summary>
    private static readonly Wide Tiny = new(1, 0, -5000);

    /// <summary>A finite float64, exactly, its High in [1, 2).</summary>
    public static implicit operator Wide(double x) => x == 0 ? new(x) : new(Math.ScaleB(x, -Math.ILogB(x)), 0, Math.ILogB(x));

    public static Wide operator -(Wide x) => new(-x.High, -x.Low, x.Scale);

    public static Wide operator -(Wide x, Wide y) => x + -y;

    public static Wide operator +(Wide x, Wide y)
    {
        if (x.High == 0 || y.High == 0)
        {
            return x.High == 0 ? y : x;
        }

        int scale = int.Max(x.Scale, y.Scale);
        (x, y) = (x.At(scale), y.At(scale));
        double sum = x.High + y.High, part = sum - x.High;
        double error = x.High - (sum - part) + (y.High - part);
        return Normal(sum, error + (x.Low + y.Low), scale);
    }

    public static Wide operator *(Wide x, Wide y)
    {
        double product = x.High * y.High;
        double error = Math.FusedMultiplyAdd(x.High, y.High, -product);
        return Normal(product, error + (Math.FusedMultiplyAdd(x.High, y.Low, x.Low * y.High)), x.Scale + y.Scale);
    }

    public static Wide operator /(Wide x, Wide y)
    {
        Wide first = new(x.High / y.High, 0, x.Scale - y.Scale);
        Wide rest = x - (first * y);
        Wide second = new(rest.High / y.High, 0, rest.Scale - y.Scale);
        rest -= second * y;
        return first + second + new Wide(rest.High / y.High, 0, rest.Scale - y.Scale);
    }

    public static Wide Sqrt(double x)
    {
        Wide even = x;
        if (int.IsOddInteger(even.Scale))
        {
            even = new(even.High * 2, 0, even.Scale - 1);
        }

        double root = Math.Sqrt(even.High);
        return new(root, root == 0 ? 0 : Math.FusedMultiplyAdd(-root, root, even.High) / (2 * root), even.Scale / 2);
    }

    public static Wide Exp(Wide x)
    {
        double n = Math.Round(x.Value / Ln2.High);
        if (Math.Abs(n) > 1200)
        {
            return n > 0 ? Huge : Tiny;
        }

        Wide y = Expm1NearZero(x - (n * Ln2)) + 1;
        return y with { Scale = y.Scale + (int)n };
    }

    public static Wide Expm1(Wide x)
    {
        double n = Math.Round(x.Value / Ln2.High);
        return n == 0 ? Expm1NearZero(x) : Exp(x) - 1;
    }

    /// <summary>The natural logarithm of x > 0: a float64 guess, corrected by what exp says of it.</summary>
    public static Wide Log(double x)
    {
        Wide m = x;
        if (m.High > 1.4142135623730951)
        {
            m = new(m.High / 2, 0, m.Scale + 1);
        }

        double guess = Math.Log(m.High);
        Wide error = (Wide)(m.High - 1) + (m.High * Expm1(-guess));
        return ((Wide)m.Scale * Ln2) + (guess + (error - (error * error * 0.5)));
    }

    /// <summary>The same of a wide x > 0.</summary>
    public static Wide Log(Wide x)
    {
        Wide rest = new(x.Low / x.High);
        return Log(x.High) + (x.Scale * Ln2) + (rest - (rest * rest * 0.5));
    }

    public static Wide Tanh(double x)
    {
        if (Math.Abs(x) > 400)
        {
            return Math.Sign(x);
        }

        Wide t = Expm1(2 * Math.Abs(x)), y = t / (t + 2);
        return x < 0 ? -y : y;
    }

    public static Wide Sigmoid(double x)
    {
        Wide g = Exp(-Math.Abs(x));
        return (x < 0 ? g : 1) / (g + 1);
    }

    /// <summary>The error function, which has settled at +-1 beyond 6.5.</summary>
    public static Wide Erf(double x)
    {
        if (x == 0 || Math.Abs(x) > 6.5)
        {
            return double.IsNegative(x) ? (x == 0 ? x : -1) : (x == 0 ? x : 1);
        }

        return ErfSeries(x);
    }

    /// <summary>The distance of a float32 from this number, in units in the last place of this number.</summary>
    public double UlpsFrom(float y) => UlpsFrom(y, precision: 24, least: -149, most: 127);

    /// <summary>The distance of a float64 from this number, in units in the last place of this number.</summary>
    public double UlpsFrom(double y) => UlpsFrom(y, precision: 53, least: -1074, most: 1023);

    /// <summary>The distance of a float32 from this number, in units of 2^-23 max(1, |this number|); infinite ones as in <see cref="UlpsFrom(float)"/>.</summary>
    public double UnitsFrom(float y) => float.IsFinite(y) ? UnitsFrom(y, 23) : UlpsFrom(y);

    /// <summary>The distance of a float64 from this number, in units of 2^-52 max(1, |this number|); infinite ones as in <see cref="UlpsFrom(double)"/>.</summary>
    public double UnitsFrom(double y) => double.IsFinite(y) && double.IsFinite(Value) ? UnitsFrom(y, 52) : UlpsFrom(y);

    private double UnitsFrom(double y, int digits) => Math.ScaleB(Math.Abs((this - y).Value) / Math.Max(1, Math.Abs(Value)), digits);

    private double UlpsFrom(double y, int precision, int least, int most)
    {
        if (double.IsNaN(y))
        {
            return double.PositiveInfinity;
        }

        if (High == 0)
        {
            return y == 0 ? 0 : double.PositiveInfinity;
        }

        int exponent = Math.ILogB(High);
        if (Math.Abs(High) == Math.ScaleB(1, exponent) && Math.Sign(Low) == -Math.Sign(High))
        {
            exponent--;
        }

        int unit = int.Max(int.Min(exponent + Scale, most) - precision + 1, least);
        Wide inUnits = new(Math.ScaleB(High, Scale - unit), Math.ScaleB(Low, Scale - unit));

        // Infinity stands where the next binade would begin, and is exact for all that rounds to it.
        double end = Math.ScaleB(1, most + 1 - unit);
        if (double.IsInfinity(y) && Math.Abs(inUnits.High) >= end - 0.5)
        {
            return Math.Sign(y) == Math.Sign(High) ? 0 : double.PositiveInfinity;
        }

        double got = double.IsInfinity(y) ? Math.CopySign(end, y) : Math.ScaleB(y, -unit);
        return Math.Abs(got - inUnits.High - inUnits.Low);
    }

    /// <summary>Rounded to float64, or so: Low does not count.</summary>
    public double Value => Math.ScaleB(High, Scale);

    /// <summary>Taylor's series at x / 256, then eight times e^2x - 1 = (e^x - 1)(e^x + 1). Relative, for |x| at most 0.35.</summary>
    private static Wide Expm1NearZero(Wide x)
    {
        Wide small = x with { Scale = x.Scale - 8 }, sum = 1;
        for (int n = 11; n > 1; n--)
        {
            sum = (small * sum / n) + 1;
        }

        Wide y = small * sum;
        for (int i = 0; i < 8; i++)
        {
            y *= y + 2;
        }

        return y;
    }

    private Wide At(int scale) => scale == Scale ? this : new(Math.ScaleB(High, Scale - scale), Math.ScaleB(Low, Scale - scale), scale);

    /// <summary>High rounds the whole, and stays where products of it neither underflow nor overflow.</summary>
    private static Wide Normal(double high, double low, int scale)
    {
        double sum = high + low;
        Wide normal = new(sum, low - (sum - high), scale);
        return Math.Abs(sum) is (> 1e-30 and < 1e30) or 0 ? normal : normal.At(scale + Math.ILogB(sum));
    }
}
