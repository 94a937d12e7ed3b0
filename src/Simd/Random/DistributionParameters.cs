using System.Numerics;
using System.Runtime.CompilerServices;

namespace Onsager.Simd;

/// <summary>
/// Checks a distribution's parameters and brings them into the form in which its formula takes them. The element type decides the rounding, so
/// the same parameters in float32 and float64 are two distributions.
/// </summary>
public static class DistributionParameters
{
    /// <summary>For <see cref="UniformBetweenDistribution"/>: numbers in [low, high), both rounded to the element type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">low or high is not finite, low is not below high, or the width overflows.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static (T A, T B, T C) UniformBetween<T>(double low, double high)
        where T : unmanaged
    {
        return Operands.Is<T, float>() ? Of<T, float>(Between<float>(low, high)) : Of<T, double>(Between<double>(low, high));

        static (E Low, E Width, E Last) Between<E>(double low, double high)
            where E : unmanaged, IBinaryFloatingPointIeee754<E>
        {
            CheckElement<T>("uniform");
            E from = E.CreateTruncating(low), to = E.CreateTruncating(high);
            if (!E.IsFinite(from))
            {
                throw Refused(nameof(low), low, "uniform: low must be finite");
            }

            if (!(E.IsFinite(to) && from < to && E.IsFinite(to - from)))
            {
                throw Refused(nameof(high), high, $"uniform: high must be finite, above low = {low} and not so far above that the width overflows");
            }

            return (from, to - from, E.BitDecrement(to));
        }
    }

    /// <summary>For <see cref="ScaledNormalDistribution"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The mean or the standard deviation is not finite, or the latter is negative.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static (T A, T B, T C) Normal<T>(double mean, double std)
        where T : unmanaged
    {
        CheckElement<T>("normal");
        if (!IsFinite<T>(mean))
        {
            throw Refused(nameof(mean), mean, "normal: the mean must be finite");
        }

        if (!(IsFinite<T>(std) && std >= 0))
        {
            throw Refused(nameof(std), std, "normal: the standard deviation must be finite and not negative");
        }

        return (Constant<T>(mean), Constant<T>(std), default);
    }

    /// <summary>For <see cref="ExponentialDistribution"/>: events per unit, so that the mean is 1 / rate.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not positive and finite, or its reciprocal is 0 or infinite in the element type.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static (T A, T B, T C) Exponential<T>(double rate)
        where T : unmanaged
    {
        CheckElement<T>("exponential");
        if (!(rate > 0 && double.IsFinite(rate) && IsFinite<T>(1 / rate) && !IsZero<T>(1 / rate)))
        {
            throw Refused(nameof(rate), rate, "exponential: the rate must be positive and finite, and so must its reciprocal");
        }

        return (Constant<T>(1 / rate), default, default);
    }

    /// <summary>For <see cref="BernoulliDistribution"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">p is outside [0, 1] or NaN.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static (T A, T B, T C) Bernoulli<T>(double p)
        where T : unmanaged
    {
        CheckElement<T>("bernoulli");
        if (p is not (>= 0 and <= 1))
        {
            throw Refused(nameof(p), p, "bernoulli: the probability must be in [0, 1]");
        }

        if (Operands.Is<T, double>())
        {
            return (Constant<T>(p), default, default);
        }

        double upper = Math.Floor(p * 16777216);
        return (Constant<T>(upper), Constant<T>(Math.Round(((p * 16777216) - upper) * 256)), default);
    }

    /// <summary>The exception that says what was expected and what came.</summary>
    internal static ArgumentOutOfRangeException Refused(string name, double value, string expected) => new(name, value, $"{expected}.");

    private static (T A, T B, T C) Of<T, E>((E A, E B, E C) parameters)
        where T : unmanaged
        where E : unmanaged => (Unsafe.BitCast<E, T>(parameters.A), Unsafe.BitCast<E, T>(parameters.B), Unsafe.BitCast<E, T>(parameters.C));

    private static void CheckElement<T>(string operation)
        where T : unmanaged
    {
        if (!Operands.Is<T, float>() && !Operands.Is<T, double>())
        {
            throw Operands.NoLanes<T>(operation);
        }
    }

    private static T Constant<T>(double value)
        where T : unmanaged => Operands.Is<T, float>() ? Unsafe.BitCast<float, T>((float)value) : Unsafe.BitCast<double, T>(value);

    private static bool IsFinite<T>(double value) => Operands.Is<T, float>() ? float.IsFinite((float)value) : double.IsFinite(value);

    private static bool IsZero<T>(double value) => Operands.Is<T, float>() ? (float)value == 0 : value == 0;
}
