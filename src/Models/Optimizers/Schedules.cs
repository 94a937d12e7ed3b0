using Onsager.Simd;

namespace Onsager.Models;

/// <summary>A learning rate for every step, a pure function of the step's number: <c>adam.Rate = schedule.Rate(step)</c>.</summary>
public interface ISchedule
{
    /// <summary>The rate of step number step, counted from 0.</summary>
    double Rate(long step);
}

/// <summary>The same rate for all steps.</summary>
/// <param name="rate">The rate.</param>
public sealed class ConstantSchedule(double rate) : ISchedule
{
    /// <inheritdoc/>
    public double Rate(long step) => rate;
}

/// <summary>rate * factor^floor(step / every): PyTorch's StepLR.</summary>
/// <param name="rate">The first rate.</param>
/// <param name="every">Steps of the same rate, at least 1.</param>
/// <param name="factor">From one such rate to the next.</param>
/// <exception cref="ArgumentOutOfRangeException">every is below 1.</exception>
public sealed class StepSchedule(double rate, long every, double factor) : ISchedule
{
    private readonly long every = every >= 1 ? every : throw new ArgumentOutOfRangeException(nameof(every), every, "step schedule: every must be at least 1.");

    /// <inheritdoc/>
    public double Rate(long step) => rate * Scalars.Power(factor, step / every);
}

/// <summary>rate * factor^step: PyTorch's ExponentialLR.</summary>
/// <param name="rate">The first rate.</param>
/// <param name="factor">From one rate to the next.</param>
public sealed class ExponentialSchedule(double rate, double factor) : ISchedule
{
    /// <inheritdoc/>
    public double Rate(long step) => rate * Scalars.Power(factor, step);
}

/// <summary>
/// Half a cosine from the first rate down to the least one, which stays (Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm
/// restarts", 2017, equation 5, without restarts): least + (rate - least) (1 + cos(pi step / steps)) / 2.
/// </summary>
/// <param name="rate">The first rate.</param>
/// <param name="steps">The number of the step that has the least rate, at least 1.</param>
/// <param name="least">The least rate.</param>
/// <exception cref="ArgumentOutOfRangeException">steps is below 1.</exception>
public sealed class CosineSchedule(double rate, long steps, double least = 0) : ISchedule
{
    private readonly long steps = steps >= 1 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "cosine schedule: at least 1 step is needed.");

    /// <inheritdoc/>
    public double Rate(long step) =>
        step >= steps ? least : least + ((rate - least) * (1 + Map.Unary<Cos>(Math.PI * step / steps)) / 2);
}

/// <summary>A straight line from the first rate down, or up, to the last one, which stays.</summary>
/// <param name="rate">The first rate.</param>
/// <param name="steps">The number of the step that has the last rate, at least 1.</param>
/// <param name="last">The last rate.</param>
/// <exception cref="ArgumentOutOfRangeException">steps is below 1.</exception>
public sealed class LinearSchedule(double rate, long steps, double last = 0) : ISchedule
{
    private readonly long steps = steps >= 1 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "linear schedule: at least 1 step is needed.");

    /// <inheritdoc/>
    public double Rate(long step) => step >= steps ? last : rate + ((last - rate) * step / steps);
}

/// <summary>Rates by steps: rates[i] before step bounds[i], the last one from the last bound on.</summary>
public sealed class PiecewiseSchedule : ISchedule
{
    private readonly long[] bounds;
    private readonly double[] rates;

    /// <summary>A schedule with one rate more than bounds, which rise.</summary>
    /// <exception cref="ArgumentException">The numbers do not fit, or a bound is not above the one before.</exception>
    public PiecewiseSchedule(ReadOnlySpan<long> bounds, ReadOnlySpan<double> rates)
    {
        for (int i = 1; i < bounds.Length; i++)
        {
            if (bounds[i] <= bounds[i - 1])
            {
                throw new ArgumentException($"piecewise schedule: bound {i} is {bounds[i]}, not above {bounds[i - 1]}.", nameof(bounds));
            }
        }

        if (rates.Length != bounds.Length + 1)
        {
            throw new ArgumentException($"piecewise schedule: {bounds.Length} bounds need {bounds.Length + 1} rates; got {rates.Length}.", nameof(rates));
        }

        this.bounds = bounds.ToArray();
        this.rates = rates.ToArray();
    }

    /// <inheritdoc/>
    public double Rate(long step)
    {
        int piece = 0;
        while (piece < bounds.Length && step >= bounds[piece])
        {
            piece++;
        }

        return rates[piece];
    }
}

/// <summary>
/// A linear rise to another schedule's rate (Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017, section 2.2): step i of
/// the first steps has its rate of step 0 times start + (1 - start) i / steps; step steps + i has its rate of step i.
/// </summary>
/// <param name="after">What follows.</param>
/// <param name="steps">The steps of the rise, at least 1.</param>
/// <param name="start">The first step's share of the rate.</param>
/// <exception cref="ArgumentOutOfRangeException">steps is below 1.</exception>
/// <exception cref="ArgumentNullException">Nothing follows.</exception>
public sealed class WarmUpSchedule(ISchedule after, long steps, double start = 0) : ISchedule
{
    private readonly ISchedule after = after ?? throw new ArgumentNullException(nameof(after));
    private readonly long steps = steps >= 1 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "warm-up schedule: at least 1 step is needed.");

    /// <inheritdoc/>
    public double Rate(long step) =>
        step >= steps ? after.Rate(step - steps) : after.Rate(0) * (start + ((1 - start) * step / steps));
}
