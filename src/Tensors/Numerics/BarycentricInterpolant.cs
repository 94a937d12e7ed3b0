namespace Onsager.Tensors;

/// <summary>
/// The polynomial through given points in barycentric form (Berrut and Trefethen, "Barycentric Lagrange interpolation", SIAM Review 46, 2004): stable where the points are placed
/// well, as Chebyshev points are, to any degree. Equally spaced points make any form useless above about 40.
/// </summary>
public sealed class BarycentricInterpolant : Curve
{
    private readonly double[] points;
    private readonly double[] values;
    private readonly double[] weights;

    /// <summary>Through these points, rising, with these values. The weights take time quadratic in their number.</summary>
    /// <exception cref="ArgumentException">x and y are not as many, fewer than one, not finite, or x does not rise.</exception>
    public BarycentricInterpolant(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Interpolant.Check("barycentric interpolation", x, y, 1);
        points = x.ToArray();
        values = y.ToArray();
        weights = Weights(points);
    }

    private BarycentricInterpolant(double[] points, double[] values, double[] weights)
    {
        this.points = points;
        this.values = values;
        this.weights = weights;
    }

    /// <summary>The points, rising.</summary>
    public ReadOnlySpan<double> Points => points;

    /// <summary>The values there.</summary>
    public ReadOnlySpan<double> Values => values;

    /// <summary>Through the Chebyshev points of the second kind, ends included: (lower + upper) / 2 - cos(pi i / n) (upper - lower) / 2 for i = 0..n, with weights in closed form.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The degree is below 1.</exception>
    /// <exception cref="ArgumentException">The bounds are not finite or do not rise, or f gave NaN or infinity.</exception>
    public static BarycentricInterpolant Chebyshev(Func<double, double> f, int degree, double lower = -1, double upper = 1)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentOutOfRangeException.ThrowIfLessThan(degree, 1);
        double[] x = new double[degree + 1], weights = new double[degree + 1];
        for (int i = 0; i <= degree; i++)
        {
            x[i] = i == degree ? upper : i == 0 ? lower
                : Math.FusedMultiplyAdd(0.5 * (upper - lower), HostScalar.SinPi(((2 * i) - degree) / (2.0 * degree)), 0.5 * (lower + upper));
            weights[i] = (i == 0 || i == degree ? 0.5 : 1) * ((i & 1) == 0 ? 1 : -1);
        }

        Interpolant.CheckPoints("barycentric interpolation", x, 2);
        double[] y = [.. x.Select(f)];
        Interpolant.Check("barycentric interpolation", x, y, 2);
        return new(x, y, weights);
    }

    /// <summary>The value at x; at a point its value to the bit. Far outside the points the form loses its stability.</summary>
    public override double Evaluate(double x)
    {
        double above = 0, below = 0;
        for (int i = 0; i < points.Length; i++)
        {
            double distance = x - points[i];
            if (distance == 0)
            {
                return values[i];
            }

            double share = weights[i] / distance;
            above = Math.FusedMultiplyAdd(share, values[i], above);
            below += share;
        }

        return above / below;
    }

    /// <summary>The derivative, by its values at the same points: the differentiation matrix with the diagonal that makes constants' derivatives 0 (section 9.3).</summary>
    public override BarycentricInterpolant Derivative()
    {
        double[] slopes = new double[points.Length];
        for (int i = 0; i < points.Length; i++)
        {
            double sum = 0;
            for (int j = 0; j < points.Length; j++)
            {
                if (j != i)
                {
                    sum = Math.FusedMultiplyAdd(weights[j] / weights[i] / (points[i] - points[j]), values[j] - values[i], sum);
                }
            }

            slopes[i] = sum;
        }

        return new(points, slopes, weights);
    }

    /// <summary>1 / product of (xi - xj), with distances in units of a quarter of the range, which keeps products of well-placed points near 1, and powers of two kept apart.</summary>
    private static double[] Weights(double[] x)
    {
        int n = x.Length, most = int.MinValue;
        double unit = n == 1 ? 1 : 0.25 * (x[^1] - x[0]);
        double[] weights = new double[n];
        int[] powers = new int[n];
        for (int i = 0; i < n; i++)
        {
            double product = 1;
            for (int j = 0; j < n; j++)
            {
                product *= i == j ? 1 : (x[i] - x[j]) / unit;
                int power = Math.ILogB(product);
                product = Math.ScaleB(product, -power);
                powers[i] -= power;
            }

            weights[i] = 1 / product;
            most = int.Max(most, powers[i]);
        }

        for (int i = 0; i < n; i++)
        {
            weights[i] = Math.ScaleB(weights[i], powers[i] - most);
        }

        return weights;
    }
}
