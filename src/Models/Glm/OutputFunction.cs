using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Glm;

/// <summary>The output function at one score: f, -df/domega, and the loss there.</summary>
internal readonly record struct Output(double F, double Descent, double Loss);

/// <summary>
/// The output function f(omega) = (x - omega) / v of approximate message passing (Zdeborova and Krzakala, "Statistical physics of inference", 2016): x is the proximal point for
/// a minimiser, and the mean of z ~ N(omega, v) weighed by exp(-beta l(z, y)) for a Gibbs measure.
/// </summary>
internal abstract class OutputFunction
{
    public abstract Output At(double omega, double v, double y);

    public static OutputFunction Of(ConvexLoss loss, double? beta) => beta is double b ? new Thermal(loss, b) : new Proximal(loss);

    private sealed class Proximal(ConvexLoss loss) : OutputFunction
    {
        public override Output At(double omega, double v, double y)
        {
            double x = loss.Prox(omega, y, v), curvature = loss.Curvature(x, y);

            // (x - omega) / v is -l'(x), which does not cancel.
            return new(-loss.Slope(x, y), curvature / (1 + (v * curvature)), loss.Value(x, y));
        }
    }

    private sealed class Thermal(ConvexLoss loss, double beta) : OutputFunction
    {
        private const int Nodes = 101;

        private static readonly GaussRule Rule = GaussRule.Normal(Nodes);

        public override Output At(double omega, double v, double y)
        {
            if (loss == ConvexLoss.Square)
            {
                double width = 1 + (beta * v), distance = (y - omega) / width;
                return new(beta * distance, beta / width, 0.5 * ((distance * distance) + (v / width)));
            }

            return Integrated(omega, v, y);
        }

        /// <summary>
        /// Gauss-Hermite around the weighed law's mode with its curvature's width, so that the nodes stand where the mass is however cold it is; the density's ratio to
        /// that normal law is what is integrated.
        /// </summary>
        private Output Integrated(double omega, double v, double y)
        {
            double mode = loss.Prox(omega, y, beta * v), width = 1 / Math.Sqrt((1 / v) + (beta * loss.Curvature(mode, y)));
            double floor = Energy(mode), z = 0, first = 0, second = 0, energy = 0;
            ReadOnlySpan<double> nodes = Rule.Nodes, weights = Rule.Weights;
            for (int i = 0; i < nodes.Length; i++)
            {
                double step = width * nodes[i], x = mode + step;
                double mass = weights[i] * Map.Unary<Exp>(floor - Energy(x) + (0.5 * nodes[i] * nodes[i]));
                z += mass;
                first += mass * step;
                second += mass * step * step;
                energy += mass * loss.Value(x, y);
            }

            double mean = first / z, variance = (second / z) - (mean * mean);
            return new((mode + mean - omega) / v, (1 - (variance / v)) / v, energy / z);

            double Energy(double x) => (beta * loss.Value(x, y)) + ((x - omega) * (x - omega) / (2 * v));
        }
    }
}
