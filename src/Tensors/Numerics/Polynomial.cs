using System.Numerics;

namespace Onsager.Tensors;

/// <summary>A polynomial with real coefficients c0 + c1 x + c2 x^2 + ..., as numpy.polynomial orders them; leading zeros are dropped.</summary>
public sealed class Polynomial : Curve
{
    private readonly double[] coefficients;

    /// <summary>From coefficients of rising powers; none is the polynomial 0.</summary>
    public Polynomial(params ReadOnlySpan<double> coefficients)
    {
        int count = coefficients.Length;
        while (count > 1 && coefficients[count - 1] == 0)
        {
            count--;
        }

        this.coefficients = count == 0 ? [0] : coefficients[..count].ToArray();
    }

    /// <summary>The highest power with a coefficient other than 0; 0 for constants, 0 among them.</summary>
    public int Degree => coefficients.Length - 1;

    /// <summary>The coefficients of rising powers.</summary>
    public ReadOnlySpan<double> Coefficients => coefficients;

    /// <summary>The sum.</summary>
    public static Polynomial operator +(Polynomial x, Polynomial y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        double[] sum = new double[int.Max(x.coefficients.Length, y.coefficients.Length)];
        x.coefficients.CopyTo(sum, 0);
        for (int i = 0; i < y.coefficients.Length; i++)
        {
            sum[i] += y.coefficients[i];
        }

        return new(sum);
    }

    /// <summary>The difference.</summary>
    public static Polynomial operator -(Polynomial x, Polynomial y) => x + (y * -1);

    /// <summary>The product; each coefficient is a chain of fused multiply-adds by rising powers of x.</summary>
    public static Polynomial operator *(Polynomial x, Polynomial y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        double[] product = new double[x.coefficients.Length + y.coefficients.Length - 1];
        for (int i = 0; i < x.coefficients.Length; i++)
        {
            for (int j = 0; j < y.coefficients.Length; j++)
            {
                product[i + j] = Math.FusedMultiplyAdd(x.coefficients[i], y.coefficients[j], product[i + j]);
            }
        }

        return new(product);
    }

    /// <summary>The multiple.</summary>
    public static Polynomial operator *(Polynomial x, double factor)
    {
        ArgumentNullException.ThrowIfNull(x);
        return new([.. x.coefficients.Select(c => c * factor)]);
    }

    /// <summary>The polynomial with leading coefficient 1 and these zeros.</summary>
    public static Polynomial FromRoots(params ReadOnlySpan<double> roots)
    {
        Polynomial product = new(1);
        foreach (double root in roots)
        {
            product *= new Polynomial(-root, 1);
        }

        return product;
    }

    /// <summary>
    /// The polynomial of this degree with the least sum of squared differences y - p(x): see <see cref="ChebyshevSeries.Fit"/>, whose series over the range of x it is,
    /// written in powers of x. For ranges far from 0, or degrees above about 20, keep the series: powers lose its accuracy.
    /// </summary>
    /// <exception cref="ArgumentException">x and y are not as many, not more than the degree, or not finite; or x has too few different values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The degree is negative.</exception>
    public static Polynomial Fit(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int degree) => ChebyshevSeries.Fit(x, y, degree).ToPolynomial();

    /// <summary>The value by Horner's rule with fused steps: the error is within Degree rounding errors of the sum of |ci| |x|^i (Higham, Accuracy and Stability, section 5.1).</summary>
    public override double Evaluate(double x)
    {
        double value = coefficients[^1];
        for (int i = coefficients.Length - 2; i >= 0; i--)
        {
            value = Math.FusedMultiplyAdd(value, x, coefficients[i]);
        }

        return value;
    }

    /// <summary>
    /// The value as if Horner's rule were done in twice the precision and rounded: near multiple zeros, where the plain rule has no digit left. Graillat, Langlois and
    /// Louvet, "Algorithms for accurate, validated and fast polynomial evaluation", 2009 (CompHorner).
    /// </summary>
    public double EvaluateCompensated(double x)
    {
        double value = coefficients[^1], rest = 0;
        for (int i = coefficients.Length - 2; i >= 0; i--)
        {
            DoubleDouble product = DoubleDouble.Product(value, x), sum = DoubleDouble.Sum(product.High, coefficients[i]);
            value = sum.High;
            rest = Math.FusedMultiplyAdd(rest, x, product.Low + sum.Low);
        }

        return value + rest;
    }

    /// <inheritdoc/>
    public override Polynomial Derivative() => new([.. coefficients.Skip(1).Select(static (c, i) => (i + 1) * c)]);

    /// <summary>The antiderivative with this value at 0.</summary>
    public Polynomial Integral(double constant = 0) => new([constant, .. coefficients.Select(static (c, i) => c / (i + 1))]);

    /// <summary>Quotient and remainder of the division by another polynomial.</summary>
    /// <exception cref="DivideByZeroException">The divisor is 0.</exception>
    public (Polynomial Quotient, Polynomial Remainder) DivRem(Polynomial divisor)
    {
        ArgumentNullException.ThrowIfNull(divisor);
        double[] by = divisor.coefficients, rest = [.. coefficients];
        if (by[^1] == 0)
        {
            throw new DivideByZeroException("polynomial division: the divisor is 0.");
        }

        if (rest.Length < by.Length)
        {
            return (new(0), this);
        }

        double[] quotient = new double[rest.Length - by.Length + 1];
        for (int i = quotient.Length - 1; i >= 0; i--)
        {
            quotient[i] = rest[i + by.Length - 1] / by[^1];
            for (int j = 0; j < by.Length; j++)
            {
                rest[i + j] = Math.FusedMultiplyAdd(-quotient[i], by[j], rest[i + j]);
            }
        }

        return (new(quotient), new(rest.AsSpan(0, by.Length - 1)));
    }

    /// <summary>
    /// All Degree zeros, by rising real and then imaginary part; those that are not real come in conjugate pairs to the bit. Each is a zero of a polynomial whose coefficients
    /// differ by about 4 Degree rounding errors: a zero of multiplicity m is known to about the m-th root of that.
    /// </summary>
    /// <remarks>Aberth's and Ehrlich's iteration from Bini's starting points (Numer. Algorithms 13, 1996), with reversed coefficients outside the unit circle.</remarks>
    /// <exception cref="ArgumentException">A coefficient is not finite, or all are 0.</exception>
    /// <exception cref="ArithmeticException">The iteration does not converge.</exception>
    public Complex[] Roots() => PolynomialRoots.Find(coefficients);

    /// <summary>The terms by rising powers.</summary>
    public override string ToString() => string.Join(" + ", coefficients.Select(static (c, i) => i == 0 ? $"{c}" : i == 1 ? $"{c} x" : $"{c} x^{i}"));
}
