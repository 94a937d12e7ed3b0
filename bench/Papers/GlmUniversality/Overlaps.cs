using Onsager.Models.Glm;
using Onsager.Tensors;
using static Onsager.Papers.GlmExperiment;

namespace Onsager.Papers;

/// <summary>U3: the angle between two estimators that were trained on the same data is universal too.</summary>
internal static class Overlaps
{
    public static void Run(RunContext context)
    {
        const double Tolerance = 0.010, Gap = 0.03;
        const int p = 200;
        double theory = new StateEvolution(ConvexLoss.Square, Classes, Alpha, Lambda).Cosine(new StateEvolution(ConvexLoss.Logistic, Classes, Alpha, Lambda));
        Repeats repeats = new();
        foreach (NoiseLaw law in Laws)
        {
            repeats.Judge(law.Name, Tolerance);
        }

        repeats.Judge("elliptical", Gap);
        context.Heading("U3: two estimators on the same data");
        repeats.Run(context, "U3 overlaps", least: 24, most: 400, repetition =>
        {
            RandomStream random = Stream(context, GlmCheck.Overlap, repetition);
            using Tensor<double> mu = Mixture.GenericMean(p, MeanSquare, random.Fork("mean"), context.Device);
            foreach (NoiseLaw law in Laws.Append(Elliptical))
            {
                using LabelledRows rows = Rows(mu, (nint)(Alpha * p), law, random.Fork("rows"));
                using ErmFit square = Erm.Fit(ConvexLoss.Square, rows.X, rows.Y, Lambda), logistic = Erm.Fit(ConvexLoss.Logistic, rows.X, rows.Y, Lambda);
                repeats.Add(law.Name, Cosine(square.Weights, logistic.Weights));
            }
        });
        string where = $"Cosine of the minimisers of the square and the logistic loss, p = {p}, n = 2 p, lambda = 0.1.";
        foreach (NoiseLaw law in Laws)
        {
            repeats.Claim(context, $"U3 {law.Name}, cosine", law.Name, theory, Tolerance, where);
        }

        repeats.Bound(context, "U3 elliptical, cosine", "elliptical", null, theory - Gap, $"{where} The class's theory says {theory:F4}.");
        repeats.ClaimErrors(context, "U3");
    }
}
