namespace Onsager.Models.Glm;

/// <summary>Why a generalized linear model has no answer.</summary>
public enum GlmFailure
{
    /// <summary>The equations are singular to working precision: fewer rows than features, or features that depend on each other, without enough regularisation.</summary>
    SingularDesign,

    /// <summary>The weights separate the classes and nothing holds them: the risk has an infimum and no minimum.</summary>
    Separable,

    /// <summary>The prior does not normalise, so there is no Gibbs measure.</summary>
    ImproperPrior,

    /// <summary>The iteration ended before its tolerance was met.</summary>
    NotConverged,

    /// <summary>A number is not finite.</summary>
    NotFinite,
}

/// <summary>A generalized linear model that is ill-posed, or an iteration that did not converge. Nothing has changed.</summary>
/// <param name="failure">Why.</param>
/// <param name="message">The numbers, and what could help.</param>
/// <param name="cause">What was caught, if anything was.</param>
public sealed class GlmException(GlmFailure failure, string message, Exception? cause = null) : ArithmeticException(message, cause)
{
    /// <summary>Why.</summary>
    public GlmFailure Failure { get; } = failure;
}
