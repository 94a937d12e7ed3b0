namespace Onsager.Simd;

/// <summary>
/// The roots of unity exp(-2 pi i k / n), correctly rounded but for ties that a computation with 100 bits cannot tell: k / n is folded into the first eighth of a turn
/// with integers, where sine and cosine are Taylor's series whose first terms are sums of two doubles (T. J. Dekker, "A floating-point
/// technique for extending the available precision", 1971). Only correctly rounded operations are used, so every machine has the same roots.
/// </summary>
internal readonly struct Roots
{
    /// <summary>Terms of the series, of which the first three are sums of two doubles: what follows them is below 2^-20 of the whole.</summary>
    private const int Terms = 11;

    private const int DoubleTerms = 3;

    private readonly long n;
    private readonly (double Cos, double Sin)[]? eighth;

    /// <summary>The n-th roots. Where n is a multiple of 8, the first eighth is tabulated and the others are read from it.</summary>
    public Roots(long n, bool isTable = true)
    {
        this.n = n;
        if (isTable && n % 8 == 0)
        {
            eighth = new (double, double)[(n / 8) + 1];
            for (int k = 0; k < eighth.Length; k++)
            {
                eighth[k] = OfEighth(8L * k, n);
            }
        }
    }

    /// <summary>exp(-2 pi i k / n) for k in [0, n).</summary>
    public (double Re, double Im) this[long k]
    {
        get
        {
            // Eighths of an n-th of a turn: folds at the half, the quarter and the eighth are integers.
            long u = 8 * k;
            bool isLower = u > 4 * n;
            u = isLower ? (8 * n) - u : u;
            bool isLeft = u > 2 * n;
            u = isLeft ? (4 * n) - u : u;
            bool isSteep = u > n;
            u = isSteep ? (2 * n) - u : u;
            (double cos, double sin) = eighth is null ? OfEighth(u, n) : eighth[u / 8];
            (cos, sin) = isSteep ? (sin, cos) : (cos, sin);
            return (isLeft ? -cos : cos, isLower ? sin : -sin);
        }
    }

    /// <summary>Cosine and sine of pi u / (4 n), u from 0 to n.</summary>
    private static (double Cos, double Sin) OfEighth(long u, long n)
    {
        if (u == 0)
        {
            return (1, 0);
        }

        double part = (double)u / n, rest = Math.FusedMultiplyAdd(-part, n, u) / n;
        (double Hi, double Lo) angle = Multiply((part, rest), (0.7853981633974483, 3.061616997868383e-17)), square = Multiply(angle, angle);
        (double Hi, double Lo) sine = Multiply(angle, Series(square, 1)), cosine = Series(square, 0);
        return (cosine.Hi, sine.Hi);
    }

    /// <summary>1 - z / ((2 + odd) (1 + odd)) (1 - z / ((4 + odd) (3 + odd)) (...)): the cosine, or the sine over its argument.</summary>
    private static (double Hi, double Lo) Series((double Hi, double Lo) z, int odd)
    {
        double inner = 1;
        for (int k = Terms; k > DoubleTerms; k--)
        {
            inner = Math.FusedMultiplyAdd(-z.Hi / (((2 * k) + odd) * ((2 * k) - 1 + odd)), inner, 1);
        }

        (double Hi, double Lo) sum = (inner, 0);
        for (int k = DoubleTerms; k > 0; k--)
        {
            double divisor = ((2 * k) + odd) * ((2 * k) - 1 + odd);
            (double Hi, double Lo) product = Multiply(z, sum);
            double quotient = product.Hi / divisor, low = (Math.FusedMultiplyAdd(-quotient, divisor, product.Hi) + product.Lo) / divisor;
            double hi = 1 - quotient;
            sum = Sum(hi, (1 - hi - quotient) - low);
        }

        return sum;
    }

    private static (double Hi, double Lo) Multiply((double Hi, double Lo) x, (double Hi, double Lo) y)
    {
        double product = x.Hi * y.Hi, error = Math.FusedMultiplyAdd(x.Hi, y.Hi, -product);
        return Sum(product, Math.FusedMultiplyAdd(x.Hi, y.Lo, Math.FusedMultiplyAdd(x.Lo, y.Hi, error)));
    }

    /// <summary>The sum of a large and a small number as a rounded one and its error.</summary>
    private static (double Hi, double Lo) Sum(double large, double small)
    {
        double sum = large + small;
        return (sum, small - (sum - large));
    }
}
