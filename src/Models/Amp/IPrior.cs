using Onsager.Simd;

namespace Onsager.Models.Amp;

/// <summary>
/// The prior of a planted coordinate: a channel, whose formulas run in registers, and the same measure as a mixture of normal distributions, which state evolution
/// averages over. A struct; <see cref="Prior.Check"/> says whether the two agree.
/// </summary>
public interface IPrior : IScalarChannel
{
    /// <summary>The measure as a mixture: weights sum to 1, a variance of 0 is an atom.</summary>
    IReadOnlyList<PriorComponent> Components { get; }

    /// <summary>What messages call it.</summary>
    string Name { get; }
}

/// <summary>A normal distribution in a mixture.</summary>
/// <param name="Weight">Its probability.</param>
/// <param name="Mean">Its mean.</param>
/// <param name="Variance">Its variance; 0 for an atom.</param>
public readonly record struct PriorComponent(double Weight, double Mean, double Variance = 0);

/// <summary>A prior is not a probability measure, or its channel is that of another one.</summary>
/// <param name="message">Which prior, what was expected and what came.</param>
public sealed class PriorException(string message) : ArgumentException(message)
{
}

/// <summary>What can be asked of every prior.</summary>
public static class Prior
{
    /// <summary>How far weights and formulas may be off: rounding errors of a few operations.</summary>
    private const double Tolerance = 1e-9;

    /// <summary>The mean of x^2 under the prior: the largest overlap.</summary>
    public static double SecondMoment<TPrior>(TPrior prior)
        where TPrior : struct, IPrior
    {
        double sum = 0;
        foreach (PriorComponent component in prior.Components)
        {
            sum += component.Weight * ((component.Mean * component.Mean) + component.Variance);
        }

        return sum;
    }

    /// <summary>Whether the prior is a probability measure, and its channel's partition function and mean are those of its components.</summary>
    /// <exception cref="PriorException">It is not, or they are not; the message gives the numbers.</exception>
    public static void Check<TPrior>(TPrior prior)
        where TPrior : struct, IPrior
    {
        double total = 0;
        foreach (PriorComponent component in prior.Components)
        {
            if (!(component.Weight >= 0) || !double.IsFinite(component.Mean) || component.Variance is not (>= 0 and < double.PositiveInfinity))
            {
                throw new PriorException($"prior {prior.Name}: a component has weight {component.Weight}, mean {component.Mean} and variance {component.Variance}; weights and variances must be finite and not negative.");
            }

            total += component.Weight;
        }

        if (!(Math.Abs(total - 1) <= Tolerance))
        {
            throw new PriorException($"prior {prior.Name}: the weights sum to {total}, not to 1.");
        }

        double second = SecondMoment(prior);
        if (!(second > 0))
        {
            throw new PriorException($"prior {prior.Name}: the mean of x^2 is {second}; nothing can be learnt of a variable that is always 0.");
        }

        foreach ((double a, double b) in (ReadOnlySpan<(double, double)>)[(0, 0), (0.7, 0.3), (2, -1.1)])
        {
            (double partition, double mean) = Tilted(prior.Components, a, b);
            double logarithm = prior.LogPartition(new F64x1(a), new F64x1(b)).Value, channel = prior.Mean(new F64x1(a), new F64x1(b)).Value;
            if (!(Math.Abs(logarithm - Map.Unary<Log>(partition)) <= Tolerance * (1 + Math.Abs(logarithm))))
            {
                throw new PriorException(
                    $"prior {prior.Name}: ln of the integral of P0(x) exp({b} x - {a} x^2 / 2) is {Map.Unary<Log>(partition)} by its components, {logarithm} by its channel{(a == 0 ? ", which does not normalise" : "")}.");
            }

            if (!(Math.Abs(channel - mean) <= Tolerance * (1 + Math.Abs(mean))))
            {
                throw new PriorException($"prior {prior.Name}: the mean at a = {a}, b = {b} is {mean} by its components, {channel} by its channel.");
            }
        }
    }

    /// <summary>The integral of P0(x) exp(b x - a x^2 / 2), and the mean of x under that measure.</summary>
    private static (double Partition, double Mean) Tilted(IReadOnlyList<PriorComponent> components, double a, double b)
    {
        double partition = 0, mean = 0;
        foreach (PriorComponent component in components)
        {
            // A Gaussian integral: precision 1 + a v, exponent (b^2 v + 2 b mu - a mu^2) / (2 (1 + a v)).
            double precision = 1 + (a * component.Variance), mu = component.Mean;
            double exponent = ((b * b * component.Variance) + (2 * b * mu) - (a * mu * mu)) / (2 * precision);
            double weight = component.Weight * Map.Unary<Exp>(exponent) / Math.Sqrt(precision);
            partition += weight;
            mean += weight * (mu + (b * component.Variance)) / precision;
        }

        return (partition, mean / partition);
    }
}
