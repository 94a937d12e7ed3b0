namespace Onsager.Papers;

/// <summary>
/// Claims 1 to 11 of the card variational-inequalities: how fast the methods of the expository paper converge, or do not, on problems whose rates are
/// known in closed form. The card's sizes run on the processor, in double precision; the large games of the full run go where --device says.
/// </summary>
internal sealed class VariationalInequalitiesPaper : IPaper
{
    public string Name => "variational-inequalities";

    public string Title => "A Gentle Introduction to Gradient-Based Optimization and Variational Inequalities for Machine Learning";

    public string Citation => "Wadia, Dandi and Jordan, arXiv:2309.04877, 2023";

    public string Abstract =>
        "Gradient descent-ascent circles outwards on games where extragradient, optimistic and proximal steps converge; the rates of bilinear, "
        + "monotone and strongly monotone problems are the theory's, for averages and for last points.";

    public void Run(RunContext context)
    {
        BilinearRates.Scalar(context);
        BilinearRates.SecondOrder(context);
        BilinearRates.Spectrum(context);
        ErgodicGaps.Run(context);
        LastPoints.Run(context);
        BilinearRates.StronglyMonotone(context);
        MatrixGames.Run(context);
        Markets.Run(context);
        WarmUp.Run(context);
        if (context.Size == RunSize.Full)
        {
            LargeGames.Run(context);
        }
    }
}
