using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Spectral;

/// <summary>
/// The zonal polynomials of the unit sphere in R^d, P_k(1) = 1: multiples of Gegenbauer's C_k^((d-2)/2), Legendre's for d = 3. The eigenvalue of degree k of a kernel
/// K(x . y) under the uniform law is the mean of K(t) P_k(t), by Funk and Hecke, once for each of the <see cref="Multiplicity"/> harmonics of that degree
/// (Müller, "Spherical harmonics", 1966).
/// </summary>
public static class Gegenbauer
{
    /// <summary>P_0(t) .. P_(n-1)(t), by (k + d - 3) P_k = (2 k + d - 4) t P_(k-1) - (k - 1) P_(k-2).</summary>
    /// <param name="dimension">d, at least 2.</param>
    /// <param name="t">From -1 to 1.</param>
    /// <param name="values">Takes the n values.</param>
    /// <exception cref="ArgumentOutOfRangeException">The dimension is below 2.</exception>
    public static void Evaluate(int dimension, double t, Span<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 2);
        double before = 0, here = 1;
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = here;
            (double ahead, double behind) = Recurrence(dimension, k + 1);
            (before, here) = (here, k == 0 ? t : (ahead * t * here) - (behind * before));
        }
    }

    /// <summary>P_0(t) .. P_(count-1)(t) of every element of a tensor, each of its shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The dimension is below 2, or there is nothing to evaluate.</exception>
    public static Tensor<double>[] Evaluate(int dimension, Tensor<double> t, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Tensor<double>[] values = new Tensor<double>[count];
        using Scope scope = Scope.Begin();
        for (int k = 0; k < count; k++)
        {
            (double ahead, double behind) = Recurrence(dimension, k);
            values[k] = scope.Keep(k switch
            {
                0 => Tensor.Ones<double>(t.Shape, t.Device),
                1 => t.Share(),
                _ => (t * values[k - 1] * ahead) - (values[k - 2] * behind),
            });
        }

        return values;
    }

    /// <summary>The number of independent harmonics of a degree: (2 k + d - 2) / k times (k + d - 3 over k - 1); 1 for degree 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The dimension is below 2, or the degree negative.</exception>
    public static double Multiplicity(int dimension, int degree)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(degree);
        if (degree == 0)
        {
            return 1;
        }

        // Each partial product is a binomial coefficient, so that quotients are whole while they are exact.
        double binomial = 1;
        for (int i = 1; i < degree; i++)
        {
            binomial = binomial * (dimension - 2 + i) / i;
        }

        return binomial * ((2 * degree) + dimension - 2) / degree;
    }

    /// <summary>
    /// Nodes in [-1, 1] and weights, summing to 1, of means over the first coordinate of a uniform point of the sphere, whose density is (1 - t^2)^((d-3)/2) but for
    /// a factor. The rule is Gauss and Legendre's in the angle: kernels of networks are smooth in the angle, but not in t at the ends. In high dimension it lies where the
    /// density is above 10^-42 of its largest.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The dimension is below 2, or there is no node.</exception>
    public static (double[] Nodes, double[] Weights) Rule(int dimension, int nodes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        double half = dimension == 2 ? Math.PI / 2 : Math.Min(Math.PI / 2, 14 / Math.Sqrt(dimension - 2));
        GaussRule angles = GaussRule.Legendre(nodes, (Math.PI / 2) - half, (Math.PI / 2) + half);
        double[] t = new double[nodes], weights = new double[nodes];
        for (int i = 0; i < nodes; i++)
        {
            t[i] = Map.Unary<Cos>(angles.Nodes[i]);
            weights[i] = angles.Weights[i] * Scalars.Power(Map.Unary<Sin>(angles.Nodes[i]), dimension - 2);
        }

        double sum = Reduce.Sum<double>(weights);
        for (int i = 0; i < nodes; i++)
        {
            weights[i] /= sum;
        }

        return (t, weights);
    }

    /// <summary>What t P_(k-1) and P_(k-2) are multiplied by to give P_k.</summary>
    private static (double Ahead, double Behind) Recurrence(int dimension, int k)
    {
        double divisor = (double)k + dimension - 3;
        return (((2.0 * k) + dimension - 4) / divisor, (k - 1) / divisor);
    }
}
