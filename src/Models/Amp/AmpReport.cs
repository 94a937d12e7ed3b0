namespace Onsager.Models.Amp;

/// <summary>How a run of message passing ended.</summary>
public enum AmpStatus
{
    /// <summary>The largest change of a step came down to the tolerance.</summary>
    Converged,

    /// <summary>The steps ran out.</summary>
    StepLimit,

    /// <summary>A column's means stopped being finite, or grew far beyond what the prior allows.</summary>
    Diverged,
}

/// <summary>What a run of message passing did.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Steps">The steps that were taken.</param>
/// <param name="Change">The root mean square of the last step's change, of the column where it is largest.</param>
/// <param name="Column">That column, or the one that diverged.</param>
/// <param name="Message">What happened, in one sentence, with what could help.</param>
public sealed record AmpReport(AmpStatus Status, int Steps, double Change, int Column, string Message)
{
    /// <summary>This report if nothing diverged.</summary>
    /// <exception cref="AmpDivergedException">A column did.</exception>
    public AmpReport OrThrow() => Status == AmpStatus.Diverged ? throw new AmpDivergedException(Message) : this;
}

/// <summary>Message passing diverged.</summary>
/// <param name="message">Which column, at which step, and what could help.</param>
public sealed class AmpDivergedException(string message) : ArithmeticException(message)
{
}
