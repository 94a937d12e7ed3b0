namespace Onsager.Models.Glm;

/// <summary>What a state evolution ends at: all that a generalized linear model's estimator shows when rows and features are many.</summary>
/// <param name="V">The variance of a weight given the data, at finite temperature; its limit times beta for a minimiser.</param>
/// <param name="Q">|w|^2 / p of the minimiser, or the overlap w . w' / p of two samples of a Gibbs measure, which is |mean|^2 / p.</param>
/// <param name="M">w . mu / sqrt p.</param>
/// <param name="TrainLoss">The mean loss over the rows, of the minimiser or on average over the Gibbs measure.</param>
/// <param name="TestError">The probability that the sign of a new row's score is wrong, of the minimiser or of the posterior's mean.</param>
/// <param name="SampleTestError">The same of one sample of the Gibbs measure; of the minimiser otherwise.</param>
/// <param name="SelfOverlap">|w|^2 / p of a sample: Q + V; Q for a minimiser.</param>
/// <param name="Iterations">Of the fixed point.</param>
public sealed record OrderParameters(
    double V, double Q, double M, double TrainLoss, double TestError, double SampleTestError, double SelfOverlap, int Iterations)
{
    /// <summary>What the output function sees, for the joint statistics of two estimators.</summary>
    internal double MHat { get; init; }
}
