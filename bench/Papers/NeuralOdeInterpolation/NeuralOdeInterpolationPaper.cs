namespace Onsager.Papers;

/// <summary>
/// Criteria 1 to 4 of the card neural-ode-interpolation: paths between pairs of images through a latent differential equation of second order, on images whose
/// set is known, and the solver with its gradients.
/// </summary>
internal sealed class NeuralOdeInterpolationPaper : IPaper
{
    public string Name => "neural-ode-interpolation";

    public string Title => "NeurInt: Learning to Interpolate through Neural ODEs";

    public string Citation => "Bose, Das, Dandi and Rai, arXiv:2111.04123, 2021";

    public string Abstract =>
        "A latent differential equation of second order, trained with the ends' reconstruction and an adversary on the frames between, gives paths between two "
        + "images that stay among images and hit both ends.";

    public void Run(RunContext context)
    {
        SolverChecks.Orders(context);
        SolverChecks.Gradients(context);
        BlobPaths.Run(context);
        HandwrittenPaths.Run(context);
    }
}
