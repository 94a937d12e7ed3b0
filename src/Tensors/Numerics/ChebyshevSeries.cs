namespace Onsager.Tensors;

/// <summary>A sum of Chebyshev polynomials c0 T0(t) + c1 T1(t) + ..., where t goes from -1 to 1 as x goes over a domain; what smooth functions are best kept as.</summary>
public sealed class ChebyshevSeries : Curve
{
    private readonly double[] coefficients;

    /// <summary>From coefficients of rising degree, at least one, over [lower, upper].</summary>
    /// <exception cref="ArgumentException">There is no coefficient, or the domain is not finite or empty.</exception>
    public ChebyshevSeries(ReadOnlySpan<double> coefficients, double lower = -1, double upper = 1)
    {
        if (coefficients.IsEmpty || !double.IsFinite(lower) || !double.IsFinite(upper) || !(lower < upper))
        {
            throw new ArgumentException($"chebyshev series: at least one coefficient and a domain of rising finite bounds are needed; got {coefficients.Length} and [{lower}, {upper}].", nameof(coefficients));
        }

        this.coefficients = coefficients.ToArray();
        (Lower, Upper) = (lower, upper);
    }

    /// <summary>Where the domain begins.</summary>
    public double Lower { get; }

    /// <summary>Where it ends.</summary>
    public double Upper { get; }

    /// <summary>The coefficients of rising degree.</summary>
    public ReadOnlySpan<double> Coefficients => coefficients;

    /// <summary>The number of coefficients less one.</summary>
    public int Degree => coefficients.Length - 1;

    /// <summary>
    /// The polynomial of this degree that takes f's values at the degree + 1 Chebyshev points of the first kind, by the discrete cosine sums (Trefethen, Approximation Theory and
    /// Approximation Practice, 2013): within a small factor, growing as the logarithm of the degree, of the best polynomial.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The degree is negative.</exception>
    /// <exception cref="ArgumentException">The domain is not finite or empty.</exception>
    public static ChebyshevSeries Interpolate(Func<double, double> f, int degree, double lower = -1, double upper = 1)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentOutOfRangeException.ThrowIfNegative(degree);
        _ = new ChebyshevSeries([0], lower, upper);
        int n = degree + 1;
        double[] values = new double[n], coefficients = new double[n];
        for (int k = 0; k < n; k++)
        {
            values[k] = f(Math.FusedMultiplyAdd(0.5 * (upper - lower), CosHalf((2 * k) + 1, n), 0.5 * (lower + upper)));
        }

        for (int j = 0; j < n; j++)
        {
            double sum = 0;
            for (int k = 0; k < n; k++)
            {
                sum = Math.FusedMultiplyAdd(values[k], CosHalf(j * ((2L * k) + 1), n), sum);
            }

            coefficients[j] = (j == 0 ? 1.0 : 2.0) / n * sum;
        }

        return new(coefficients, lower, upper);
    }

    /// <summary>
    /// The series of this degree with the least sum of squared differences from y at x, over the range of x, by orthogonalisation: as accurate as the data's condition allows, which
    /// the basis keeps small.
    /// </summary>
    /// <exception cref="ArgumentException">x and y are not as many, not more than the degree, or not finite; or x has too few different values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The degree is negative.</exception>
    public static ChebyshevSeries Fit(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int degree)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(degree);
        double lower = double.PositiveInfinity, upper = double.NegativeInfinity;
        bool isFinite = true;
        for (int i = 0; i < x.Length; i++)
        {
            isFinite &= double.IsFinite(x[i]) && i < y.Length && double.IsFinite(y[i]);
            (lower, upper) = (double.Min(lower, x[i]), double.Max(upper, x[i]));
        }

        if (x.Length != y.Length || x.Length <= degree || !isFinite)
        {
            throw new ArgumentException($"polynomial fit: more finite points than the degree {degree} are needed, with a value for each; got {x.Length} and {y.Length} values.", nameof(x));
        }

        if (lower == upper)
        {
            // One place has one value: any domain around it will do.
            (lower, upper) = (lower - 1, upper + 1);
        }

        ChebyshevSeries frame = new([0], lower, upper);
        int count = y.Length;
        double[][] columns = [.. Enumerable.Range(0, degree + 1).Select(_ => new double[count])];
        for (int i = 0; i < x.Length; i++)
        {
            double t = frame.Place(x[i]), before = t, at = 1;
            foreach (double[] column in columns)
            {
                column[i] = at;
                (before, at) = (at, (2 * t * at) - before);
            }
        }

        (double[] coefficients, bool isFull) = ColumnFit.Solve(columns, y);
        return isFull
            ? new(coefficients, lower, upper)
            : throw new ArgumentException($"polynomial fit: x has too few different values for the degree {degree}.", nameof(x));
    }

    /// <summary>The value by Clenshaw's recurrence; outside the domain the same polynomial, which grows fast.</summary>
    public override double Evaluate(double x)
    {
        double t = Place(x), twice = 2 * t, at = 0, before = 0;
        for (int j = coefficients.Length - 1; j > 0; j--)
        {
            (at, before) = (Math.FusedMultiplyAdd(twice, at, coefficients[j] - before), at);
        }

        return Math.FusedMultiplyAdd(t, at, coefficients[0] - before);
    }

    /// <inheritdoc/>
    public override ChebyshevSeries Derivative()
    {
        double[] slopes = new double[int.Max(1, Degree)];
        double scale = 2 / (Upper - Lower);
        for (int j = Degree; j > 0; j--)
        {
            slopes[j - 1] = (j + 1 < slopes.Length ? slopes[j + 1] : 0) + (2 * j * coefficients[j]);
        }

        slopes[0] *= Degree > 0 ? 0.5 : 0;
        return new([.. slopes.Select(slope => scale * slope)], Lower, Upper);
    }

    /// <summary>The antiderivative that is 0 at the lower end.</summary>
    public ChebyshevSeries Integral()
    {
        double[] sums = new double[coefficients.Length + 1];
        double half = 0.5 * (Upper - Lower), atLower = 0;
        for (int j = 1; j < sums.Length; j++)
        {
            double below = (j == 1 ? 2 : 1) * coefficients[j - 1], above = j + 1 < coefficients.Length ? coefficients[j + 1] : 0;
            sums[j] = half * (below - above) / (2 * j);
            atLower += (j & 1) == 0 ? sums[j] : -sums[j];
        }

        sums[0] = -atLower;
        return new(sums, Lower, Upper);
    }

    /// <summary>The same polynomial in powers of x: accurate for domains near 0 and degrees up to about 20, since its coefficients grow as 2.4^degree.</summary>
    public Polynomial ToPolynomial()
    {
        Polynomial t = new(-(Upper + Lower) / (Upper - Lower), 2 / (Upper - Lower)), at = new(0), before = new(0);
        for (int j = Degree; j > 0; j--)
        {
            (at, before) = ((t * at * 2) + new Polynomial(coefficients[j]) - before, at);
        }

        return (t * at) + new Polynomial(coefficients[0]) - before;
    }

    /// <summary>x's place between -1 and 1; at the ends exactly.</summary>
    private double Place(double x) => (x - Lower - (Upper - x)) / (Upper - Lower);

    /// <summary>cos(pi m / 2n): the sine of the angle to the nearest multiple of a right angle.</summary>
    private static double CosHalf(long m, int n)
    {
        m %= 4L * n;
        m = m > 2L * n ? (4L * n) - m : m;
        return HostScalar.SinPi((n - m) / (2.0 * n));
    }
}
