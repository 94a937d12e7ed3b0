using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Spectral;

/// <summary>
/// The dual of an activation phi with E phi(g)^2 = 1: kappa(t) = E phi(u) phi(v) for standard normal u and v of correlation t (Daniely, Frostig and Singer, "Toward
/// deeper understanding of neural networks", 2016). It says what a wide layer does to the angle between two inputs; its derivative is the dual of phi'.
/// </summary>
public abstract class DualActivation
{
    private static readonly double ErfScale = Arcsine(2.0 / 3);

    private DualActivation()
    {
    }

    /// <summary>sqrt(2) relu: kappa(t) = (t (pi - acos t) + sqrt(1 - t^2)) / pi, kappa'(t) = 1 - acos(t) / pi (Cho and Saul, 2009).</summary>
    public static DualActivation Relu { get; } = new LeakyDual(0);

    /// <summary>The error function over its root mean square: kappa(t) = asin(2 t / 3) / asin(2 / 3) (Williams, 1997).</summary>
    public static DualActivation Erf { get; } = new Closed(
        static t => Arcsine(2 * t / 3) / ErfScale, static t => 2.0 / 3 / Math.Sqrt(1 - (4 * t * t / 9)) / ErfScale, static count => ArcsineSeries(count, 2.0 / 3, 1 / ErfScale));

    /// <summary>The sine over its root mean square: kappa(t) = sinh t / sinh 1.</summary>
    public static DualActivation Sine { get; } = new Closed(
        static t => HyperbolicSine(t) / HyperbolicSine(1), static t => HyperbolicCosine(t) / HyperbolicSine(1), static count => GrowthSeries(count, 1 / HyperbolicSine(1), step: 2));

    /// <summary>exp(x - 1): kappa(t) = exp(t - 1), its own derivative.</summary>
    public static DualActivation Exponential { get; } = new Closed(Growth, Growth, static count => GrowthSeries(count, Growth(0), step: 1));

    /// <summary>x for positive x and slope x for negative, over the root mean square; slope 1 is the linear layer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The slope is not finite.</exception>
    public static DualActivation LeakyRelu(double slope) => double.IsFinite(slope)
        ? new LeakyDual(slope)
        : throw new ArgumentOutOfRangeException(nameof(slope), slope, "leaky relu: the slope must be finite.");

    /// <summary>
    /// The activation with these coefficients a_0, a_1, ... in normalised Hermite polynomials, over its root mean square: kappa(t) is the sum of a_k^2 t^k over the
    /// sum of a_k^2.
    /// </summary>
    /// <exception cref="ArgumentException">All coefficients are 0, or one is not finite.</exception>
    public static DualActivation FromHermite(ReadOnlySpan<double> coefficients)
    {
        double[] squares = new double[coefficients.Length];
        double sum = 0;
        for (int k = 0; k < squares.Length; k++)
        {
            sum += squares[k] = coefficients[k] * coefficients[k];
        }

        if (!(sum is > 0 and < double.PositiveInfinity))
        {
            throw new ArgumentException($"dual activation: finite coefficients are needed, not all 0; the sum of their squares is {sum}.", nameof(coefficients));
        }

        for (int k = 0; k < squares.Length; k++)
        {
            squares[k] /= sum;
        }

        return new Series(squares);
    }

    /// <summary>An activation by its first Hermite coefficients, for functions that are smooth: see <see cref="Hermite.Coefficients{TActivation}"/>. It is divided by its root mean square.</summary>
    /// <typeparam name="TActivation">phi.</typeparam>
    /// <param name="count">How many coefficients.</param>
    /// <param name="nodes">How many nodes the Gauss rule has.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no coefficient, or there are fewer nodes than coefficients.</exception>
    /// <exception cref="ArgumentException">All coefficients are 0, or one is not finite.</exception>
    public static DualActivation Of<TActivation>(int count = 150, int nodes = 300)
        where TActivation : struct, IUnaryOp => FromHermite(Hermite.Coefficients<TActivation>(count, nodes));

    /// <summary>The first coefficients a_k^2 of kappa(t) = sum of a_k^2 t^k: squares of phi's Hermite coefficients, so none is negative, and all of them sum to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no coefficient.</exception>
    public double[] PowerSeries(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Coefficients(count);
    }

    /// <summary>kappa(t): 1 at t = 1. A t outside [-1, 1], which rounding can make, counts as the end.</summary>
    public double Value(double t) => At(Math.Clamp(t, -1, 1));

    /// <summary>kappa'(t), the dual of phi'.</summary>
    public double Derivative(double t) => SlopeAt(Math.Clamp(t, -1, 1));

    private protected abstract double At(double t);

    private protected abstract double SlopeAt(double t);

    private protected abstract double[] Coefficients(int count);

    /// <summary>factor asin(scale t): the coefficient of t^(2n+1) follows from the one before by (2n - 1)^2 / (2n (2n + 1)).</summary>
    private static double[] ArcsineSeries(int count, double scale, double factor)
    {
        double[] series = new double[count];
        double coefficient = factor * scale;
        for (int k = 1; k < count; k += 2)
        {
            series[k] = coefficient;
            coefficient *= scale * scale * k * k / ((k + 1.0) * (k + 2.0));
        }

        return series;
    }

    /// <summary>factor exp(t), or with step 2 its odd part.</summary>
    private static double[] GrowthSeries(int count, double factor, int step)
    {
        double[] series = new double[count];
        for (int k = 0; k < count; k++)
        {
            series[k] = step == 2 && k % 2 == 0 ? 0 : factor;
            factor /= k + 1;
        }

        return series;
    }

    private static double Arcsine(double x) => Map.Unary<Asin>(x);

    private static double HyperbolicSine(double x) => Map.Unary<Sinh>(x);

    private static double HyperbolicCosine(double x) => Map.Unary<Cosh>(x);

    private static double Growth(double t) => Map.Unary<Exp>(t - 1);

    private sealed class Closed(Func<double, double> value, Func<double, double> slope, Func<int, double[]> series) : DualActivation
    {
        private protected override double[] Coefficients(int count) => series(count);

        private protected override double At(double t) => value(t);

        private protected override double SlopeAt(double t) => slope(t);
    }

    /// <summary>kappa(t) = k(t) - s k(-t), k being relu's and s = 2 slope / (1 + slope^2): the products of the halves of both inputs.</summary>
    private sealed class LeakyDual(double slope) : DualActivation
    {
        private readonly double share = 2 * slope / (1 + (slope * slope));

        private protected override double At(double t) => Rectified(t) - (share * Rectified(-t));

        private protected override double SlopeAt(double t) => 1 - Angle(t) + (share * (1 - Angle(-t)));

        /// <summary>kappa'(t) of relu is 1 / 2 + asin(t) / pi; relu's k has these integrals, and k(-t) their signs by parity.</summary>
        private protected override double[] Coefficients(int count)
        {
            double[] slopes = ArcsineSeries(count, 1, 1 / Math.PI), series = new double[count];
            slopes[0] = 0.5;
            series[0] = (1 - share) / Math.PI;
            for (int k = 1; k < count; k++)
            {
                series[k] = slopes[k - 1] / k * (k % 2 == 0 ? 1 - share : 1 + share);
            }

            return series;
        }

        private static double Rectified(double t) => (t * (1 - Angle(t))) + (Math.Sqrt((1 - t) * (1 + t)) / Math.PI);

        private static double Angle(double t) => Map.Unary<Acos>(t) / Math.PI;
    }

    private sealed class Series(double[] squares) : DualActivation
    {
        private readonly Polynomial kappa = new(squares);
        private readonly Polynomial slope = new Polynomial(squares).Derivative();

        private protected override double[] Coefficients(int count)
        {
            double[] series = new double[count];
            squares.AsSpan(0, int.Min(count, squares.Length)).CopyTo(series);
            return series;
        }

        private protected override double At(double t) => kappa.Evaluate(t);

        private protected override double SlopeAt(double t) => slope.Evaluate(t);
    }
}
