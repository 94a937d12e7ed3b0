namespace Onsager.Papers;

/// <summary>
/// Claims U1 to U5 of the card glm-universality: estimators on mixtures that are not Gaussian have the errors, overlaps and Gibbs averages of Gaussian mixtures with the same moments,
/// which state evolution gives; and where the paper's condition fails, they have not. Rows, estimators and samples are on the device, in double precision; state evolution is the processor's.
/// </summary>
internal sealed class GlmUniversalityPaper : IPaper
{
    public string Name => "glm-universality";

    public string Title => "Universality laws for Gaussian mixtures in generalized linear models";

    public string Citation => "Dandi, Stephan, Krzakala, Loureiro and Zdeborova, NeurIPS 2023, arXiv:2302.08933";

    public string Abstract =>
        "Minimisers and Gibbs samples of generalized linear models depend on each class's mean and covariance alone: coins, exponential noise and random features give the errors of "
        + "Gaussian mixtures, unless projections are not Gaussian in the limit.";

    public void Run(RunContext context)
    {
        NoiseLaws.Run(context);
        Overlaps.Run(context);
        GibbsMeasures.Run(context);
        FeatureMixtures.Run(context);
        GlmPictures.Run(context);
        if (context.Size == RunSize.Full)
        {
            LargeMixtures.Run(context);
        }
    }
}
