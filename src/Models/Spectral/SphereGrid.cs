using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Spectral;

/// <summary>Points of the unit sphere in R^3 with weights: means over them are those over the sphere for all polynomials up to a degree.</summary>
public static class SphereGrid
{
    /// <summary>
    /// The product of a Gauss rule in the first coordinate and an even one around its axis, exact up to degree min(2 polar, azimuth) - 1.
    /// </summary>
    /// <param name="polar">Nodes in the first coordinate.</param>
    /// <param name="azimuth">Points on each circle.</param>
    /// <param name="device">Where the tensors lie, by default the processor.</param>
    /// <returns>Points [polar azimuth, 3] of length 1, and weights [polar azimuth] that sum to 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public static (Tensor<double> Points, Tensor<double> Weights) Product(int polar, int azimuth, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(polar, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(azimuth, 1);
        GaussRule rule = GaussRule.Legendre(polar);
        double[] points = new double[checked(3 * polar * azimuth)], weights = new double[polar * azimuth];
        for (int i = 0; i < polar; i++)
        {
            double z = rule.Nodes[i], radius = Math.Sqrt((1 - z) * (1 + z));
            for (int j = 0; j < azimuth; j++)
            {
                int row = (i * azimuth) + j;
                double angle = 2 * Math.PI * j / azimuth;
                points[3 * row] = z;
                points[(3 * row) + 1] = radius * Map.Unary<Cos>(angle);
                points[(3 * row) + 2] = radius * Map.Unary<Sin>(angle);
                weights[row] = rule.Weights[i] / (2 * azimuth);
            }
        }

        using Scope scope = Scope.Begin();
        return (scope.Keep(Tensor.From<double>(points, [polar * azimuth, 3], device)), scope.Keep(Tensor.From<double>(weights, [polar * azimuth], device)));
    }
}
