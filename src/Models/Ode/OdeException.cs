using System.Globalization;

namespace Onsager.Models.Ode;

/// <summary>Why an integration could not go on.</summary>
public enum OdeFailure
{
    /// <summary>Steps so short that time stood still would still have had too large an error: the solution may end here, or the problem is stiff.</summary>
    StepUnderflow,

    /// <summary>The field or the state is not a number or not finite.</summary>
    NotFinite,

    /// <summary>More steps than allowed.</summary>
    TooManySteps,
}

/// <summary>An integration stopped; the solver's state is that before the step.</summary>
/// <param name="failure">Why.</param>
/// <param name="time">The time before the step.</param>
/// <param name="step">The step's length.</param>
/// <param name="component">The component that is not finite, or whose error is the largest.</param>
/// <param name="evaluations">How often the field was evaluated.</param>
public sealed class OdeException(OdeFailure failure, double time, double step, int component, long evaluations) : ArithmeticException(string.Create(
    CultureInfo.InvariantCulture,
    $"ode: {failure switch { OdeFailure.StepUnderflow => "no step is short enough", OdeFailure.NotFinite => "the state is not finite", _ => "too many steps" }} at t = {time:R}, step {step:R}; component {component} is the worst, after {evaluations} evaluations."))
{
    /// <summary>Why.</summary>
    public OdeFailure Failure { get; } = failure;

    /// <summary>The time before the step.</summary>
    public double Time { get; } = time;

    /// <summary>The step's length.</summary>
    public double Step { get; } = step;

    /// <summary>The component that is not finite, or whose error is the largest.</summary>
    public int Component { get; } = component;

    /// <summary>How often the field was evaluated.</summary>
    public long Evaluations { get; } = evaluations;
}
