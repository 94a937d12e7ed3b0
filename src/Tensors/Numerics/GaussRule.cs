using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// Nodes and weights of Gauss quadrature: the integral of f times a weight function is about the sum of weights[i] f(nodes[i]), exactly for polynomials of
/// degree 2n - 1. Nodes rise; rules of even weight functions are symmetric to the bit.
/// </summary>
/// <remarks>
/// Method: eigenvalues of the Jacobi matrix (Golub and Welsch, "Calculation of Gauss quadrature rules", Math. Comp. 23, 1969), each improved by Newton steps on the
/// recurrence of the orthonormal polynomials in double-double arithmetic; weights are Christoffel numbers, mu / sum of p_k(x)^2, at the improved node in the
/// same arithmetic. So nodes and weights of Legendre, Hermite and Laguerre rules are within 0.51 ulp (measured against 60 digits up to n = 500, tests/golden/gauss.py);
/// where a gamma function enters the weights (Jacobi; Laguerre with alpha not 0) all weights share its relative error, a few ulp times the logarithm's size.
/// Weights below the smallest double are zero. The time is quadratic in n.
/// </remarks>
public sealed class GaussRule
{
    private readonly double[] nodes;
    private readonly double[] weights;

    private GaussRule(double[] nodes, double[] weights)
    {
        this.nodes = nodes;
        this.weights = weights;
    }

    /// <summary>The number of nodes.</summary>
    public int Count => nodes.Length;

    /// <summary>The nodes, rising.</summary>
    public ReadOnlySpan<double> Nodes => nodes;

    /// <summary>The weights.</summary>
    public ReadOnlySpan<double> Weights => weights;

    /// <summary>Weight 1 on [lower, upper], by default [-1, 1].</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    /// <exception cref="ArgumentException">A bound is not finite.</exception>
    public static GaussRule Legendre(int n, double lower = -1, double upper = 1)
    {
        if (!double.IsFinite(lower) || !double.IsFinite(upper))
        {
            throw new ArgumentException($"gauss legendre: finite bounds are needed; got {lower} and {upper}.", nameof(lower));
        }

        GaussRule rule = Of("gauss legendre", n, new OrthogonalFamily(static _ => 0, static k => (DoubleDouble)((double)k * k) / ((4.0 * k * k) - 1), 2, IsEven: true));
        if (lower == -1 && upper == 1)
        {
            return rule;
        }

        double half = 0.5 * (upper - lower), middle = 0.5 * (upper + lower);
        return new([.. rule.nodes.Select(x => Math.FusedMultiplyAdd(half, x, middle))], [.. rule.weights.Select(w => half * w)]);
    }

    /// <summary>Weight x^alpha exp(-x) on [0, infinity).</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1, or alpha not above -1 or not finite.</exception>
    public static GaussRule Laguerre(int n, double alpha = 0)
    {
        CheckExponent("gauss laguerre", alpha, nameof(alpha));
        DoubleDouble total = alpha == 0 ? 1 : Map.Unary<Exp>(Map.Unary<LogGamma>(alpha + 1));
        return Of("gauss laguerre", n, new OrthogonalFamily(k => DoubleDouble.Sum((2.0 * k) + 1, alpha), k => DoubleDouble.Sum(k, alpha) * k, total));
    }

    /// <summary>Weight exp(-x^2) on the whole line (the physicists' form).</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    public static GaussRule Hermite(int n) => Of("gauss hermite", n, new OrthogonalFamily(
        static _ => 0, static k => 0.5 * k, new DoubleDouble(1.772453850905516, -7.666586499825799e-17), IsEven: true));

    /// <summary>The standard normal density as the weight: the sum is the expectation of f of a standard normal variable; the weights' sum is 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    public static GaussRule Normal(int n) => Of("gauss normal", n, new OrthogonalFamily(static _ => 0, static k => k, 1, IsEven: true));

    /// <summary>Weight (1 - x)^alpha (1 + x)^beta on [-1, 1].</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1, or an exponent is not above -1 or not finite.</exception>
    public static GaussRule Jacobi(int n, double alpha, double beta)
    {
        CheckExponent("gauss jacobi", alpha, nameof(alpha));
        CheckExponent("gauss jacobi", beta, nameof(beta));
        DoubleDouble sum = DoubleDouble.Sum(alpha, beta), difference = DoubleDouble.Sum(beta, -alpha);
        double logarithm = Map.Unary<LogGamma>(alpha + 1) + Map.Unary<LogGamma>(beta + 1) - Map.Unary<LogGamma>(alpha + beta + 2);
        double total = Map.Unary<Exp>(((alpha + beta + 1) * 0.6931471805599453) + logarithm);
        return Of("gauss jacobi", n, new OrthogonalFamily(Diagonal, OffDiagonal, total, IsEven: alpha == beta));

        // Where alpha + beta is 0 or -1, factors of the first coefficients cancel.
        DoubleDouble Diagonal(int k) => k == 0 ? difference / (sum + 2) : difference * sum / ((sum + (2.0 * k)) * (sum + ((2.0 * k) + 2)));

        DoubleDouble OffDiagonal(int k)
        {
            DoubleDouble a = DoubleDouble.Sum(k, alpha), b = DoubleDouble.Sum(k, beta), twice = sum + (2.0 * k);
            return k == 1 ? (a * b).Scaled(4) / (twice * twice * (twice + 1)) : (a * b * (sum + k)).Scaled(4) * k / (twice * twice * (twice + 1) * (twice - 1));
        }
    }

    /// <summary>Weight 1 / sqrt(1 - x^2) on [-1, 1]: nodes cos((2i - 1) pi / 2n), equal weights; in closed form, nodes within 1 ulp of the sine operator.</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    public static GaussRule ChebyshevFirst(int n)
    {
        CheckCount("gauss chebyshev", n);
        double[] nodes = new double[n], weights = new double[n];
        for (int i = 0; i < n; i++)
        {
            nodes[i] = HostScalar.SinPi(((2 * i) + 1.0 - n) / (2.0 * n));
            weights[i] = Math.PI / n;
        }

        return new(nodes, weights);
    }

    /// <summary>Weight sqrt(1 - x^2) on [-1, 1]: nodes cos(i pi / (n + 1)), weights pi / (n + 1) sin^2(i pi / (n + 1)); in closed form.</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    public static GaussRule ChebyshevSecond(int n)
    {
        CheckCount("gauss chebyshev", n);
        double[] nodes = new double[n], weights = new double[n];
        for (int i = 0; i < n; i++)
        {
            // The smaller of the two angles has the more accurate sine.
            double sine = HostScalar.SinPi(int.Min(i + 1, n - i) / (n + 1.0));
            nodes[i] = HostScalar.SinPi(((2 * i) + 1.0 - n) / (2.0 * (n + 1)));
            weights[i] = Math.PI / (n + 1) * (sine * sine);
        }

        return new(nodes, weights);
    }

    /// <summary>The sum of weights[i] f(nodes[i]), fused, from the first node on; nodes of weight zero are left out.</summary>
    public double Integrate(Func<double, double> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        double sum = 0;
        for (int i = 0; i < nodes.Length; i++)
        {
            sum = weights[i] == 0 ? sum : Math.FusedMultiplyAdd(weights[i], f(nodes[i]), sum);
        }

        return sum;
    }

    private static GaussRule Of(string operation, int n, OrthogonalFamily family)
    {
        CheckCount(operation, n);
        (double[] nodes, double[] weights) = family.Rule(operation, n);
        return new(nodes, weights);
    }

    private static void CheckCount(string operation, int n)
    {
        if (n < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(n), n, $"{operation}: at least one node is needed.");
        }
    }

    private static void CheckExponent(string operation, double exponent, string name)
    {
        if (!(exponent > -1) || !double.IsFinite(exponent))
        {
            throw new ArgumentOutOfRangeException(name, exponent, $"{operation}: the exponent must be finite and above -1.");
        }
    }
}
