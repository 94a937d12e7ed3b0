using System.Runtime.CompilerServices;

namespace Onsager.Models.Ode;

/// <summary>
/// How steps are chosen by their error. A step is taken if the root mean square of error / (absolute + relative max(|y|, |y after|)) is at
/// most 1; the next one is longer by safety e^(-(P + I + D) / k) e'^((P + 2 D) / k) e''^(-D / k), where e, e', e'' are the errors of the last
/// three steps and k is the error's order plus 1 (Soederlind, "Digital filters in adaptive time-stepping", 2003). After a step that was not
/// taken the length follows from its own error alone, and the next one is not longer.
/// </summary>
public sealed record StepControl
{
    /// <summary>The error allowed as a part of the state. 1e-3 by default.</summary>
    public double RelativeTolerance { get; init; } = 1e-3;

    /// <summary>The error allowed where the state is zero. 1e-6 by default.</summary>
    public double AbsoluteTolerance { get; init; } = 1e-6;

    /// <summary>The gain of the last error alone. 1 by default: the classical controller.</summary>
    public double Integral { get; init; } = 1;

    /// <summary>The gain of the change from the error before. 0.4 with an integral gain of 0.3 is a PI controller that suits mildly stiff problems.</summary>
    public double Proportional { get; init; }

    /// <summary>The gain of the change of that change.</summary>
    public double Derivative { get; init; }

    /// <summary>The part of the length that the error promises that is dared. 0.9 by default.</summary>
    public double Safety { get; init; } = 0.9;

    /// <summary>The least factor from one step to the next. 0.2 by default.</summary>
    public double LeastFactor { get; init; } = 0.2;

    /// <summary>The largest factor from one step to the next. 10 by default.</summary>
    public double LargestFactor { get; init; } = 10;

    /// <summary>The first step's length; 0 lets the solver choose it.</summary>
    public double FirstStep { get; init; }

    /// <summary>The longest step.</summary>
    public double LongestStep { get; init; } = double.PositiveInfinity;

    /// <summary>The most steps, taken or not, of one integration.</summary>
    public long MostSteps { get; init; } = 10_000_000;

    /// <summary>Tolerances, both the same.</summary>
    public static StepControl Within(double tolerance) => new() { RelativeTolerance = tolerance, AbsoluteTolerance = tolerance };

    internal void Check()
    {
        string? wrong = !(RelativeTolerance >= 0 && AbsoluteTolerance >= 0 && RelativeTolerance + AbsoluteTolerance > 0) ? $"tolerances {RelativeTolerance} and {AbsoluteTolerance}"
            : Safety is not (> 0 and < 1) ? $"a safety of {Safety}"
            : !(LeastFactor is > 0 and < 1 && LargestFactor > 1) ? $"factors from {LeastFactor} to {LargestFactor}"
            : !(FirstStep >= 0 && LongestStep > 0) ? $"a first step of {FirstStep} and a longest one of {LongestStep}"
            : !(Integral > 0 && double.IsFinite(Integral + Proportional + Derivative)) ? $"gains {Integral}, {Proportional} and {Derivative}"
            : MostSteps < 1 ? $"{MostSteps} steps"
            : null;
        if (wrong is not null)
        {
            throw new ArgumentException($"ode: the step control has {wrong}.", "control");
        }
    }

    /// <summary>The factor of the next length from the last errors' logarithms to base 2, the newest first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal double Factor(double error, double before, double earlier, int order)
    {
        double exponent = (-(Proportional + Integral + Derivative) * error) + ((Proportional + (2 * Derivative)) * before) - (Derivative * earlier);
        exponent /= order;
        return Math.Clamp(Safety * Binary.Power(exponent > 1000 ? 1000 : exponent < -1000 ? -1000 : exponent), LeastFactor, LargestFactor);
    }

    /// <summary>The factor of the next length after a step that was not taken, from its error's logarithm.</summary>
    internal double Shrink(double error, int order) => Math.Clamp(Safety * Binary.Power(-error / order), LeastFactor, 1);
}
