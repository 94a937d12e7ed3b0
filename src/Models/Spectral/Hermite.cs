using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Spectral;

/// <summary>
/// Hermite polynomials h_k = He_k / sqrt(k!), orthonormal under the standard normal law: h_0 = 1, h_1 = x, h_2 = (x^2 - 1) / sqrt(2). An activation's
/// coefficients in them are what a wide layer keeps of it.
/// </summary>
public static class Hermite
{
    /// <summary>h_0(x) .. h_(n-1)(x), by sqrt(k + 1) h_(k+1) = x h_k - sqrt(k) h_(k-1).</summary>
    /// <param name="x">Any number; NaN gives NaN from h_1 on.</param>
    /// <param name="values">Takes the n values.</param>
    public static void Evaluate(double x, Span<double> values)
    {
        double before = 0, here = 1;
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = here;
            (before, here) = (here, ((x * here) - (Math.Sqrt(k) * before)) / Math.Sqrt(k + 1));
        }
    }

    /// <summary>
    /// E phi(g) h_k(g) for standard normal g and k = 0 .. count - 1, by a Gauss rule: to rounding for polynomials, geometrically fast in sqrt(nodes) for analytic
    /// functions (10^-12 for tanh with 300 nodes), only as 1 / nodes where phi has a kink.
    /// </summary>
    /// <typeparam name="TActivation">phi.</typeparam>
    /// <param name="count">How many coefficients.</param>
    /// <param name="nodes">How many nodes the rule has; at least as many as coefficients, since beyond them the polynomials alias.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no coefficient, or there are fewer nodes than coefficients.</exception>
    public static double[] Coefficients<TActivation>(int count, int nodes = 300)
        where TActivation : struct, IUnaryOp
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, count);
        GaussRule rule = GaussRule.Normal(nodes);
        double[] sums = new double[count], values = new double[count];
        for (int i = 0; i < nodes; i++)
        {
            if (rule.Weights[i] == 0)
            {
                continue;
            }

            Evaluate(rule.Nodes[i], values);
            double weighted = rule.Weights[i] * Map.Unary<TActivation>(rule.Nodes[i]);
            for (int k = 0; k < count; k++)
            {
                sums[k] = Math.FusedMultiplyAdd(weighted, values[k], sums[k]);
            }
        }

        return sums;
    }
}
