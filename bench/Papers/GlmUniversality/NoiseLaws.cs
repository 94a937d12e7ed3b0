using Onsager.Models.Glm;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.GlmExperiment;

namespace Onsager.Papers;

/// <summary>
/// U1: three laws of noise have the errors of state evolution. U2: elliptical noise has not, but those of the finer mixture. U2b: a mean on one axis of coin flips breaks the condition,
/// since the estimator leans on one coordinate.
/// </summary>
internal static class NoiseLaws
{
    private const int TestRows = 4000;

    public static void Run(RunContext context)
    {
        int p = context.Choose(200, 400, 400);
        Repeats repeats = new();
        JudgeLaws(repeats);
        repeats.Judge("axis logistic Rademacher test", 0.015);
        repeats.Run(context, "U1, U2 laws of noise", least: context.Choose(24, 48, 48), most: 240, repetition => Repeat(context, p, repetition, repeats));
        string where = $"p = {p}, n = 2 p, |mu|^2 = 1.5, lambda = 0.1.";
        context.Heading("U1: errors do not depend on the law of the noise");
        foreach (ConvexLoss loss in Losses)
        {
            ClaimLaws(
                context, repeats, "U1", loss, $"Training loss against state evolution, {where}", $"Test error by the overlaps of w with the mean and itself, {where}", $"Test error on {TestRows} fresh rows, {where}");
        }

        repeats.ClaimErrors(context, "U1, U2");
        Finer(context, repeats, where);
        Axis(context, repeats, where);
        context.Table(
            "Means and standard errors", ["loss", "law", "train", "s.e.", "Phi(-m / sqrt q)", "s.e.", "test", "s.e."],
            [.. Losses.SelectMany(loss => Laws.Append(Elliptical).Select(law => Row(repeats, loss, law)))]);
    }

    private static void Repeat(RunContext context, int p, int repetition, Repeats repeats)
    {
        using Scope scope = Scope.Begin();
        RandomStream random = Stream(context, GlmCheck.Noise, repetition);
        Tensor<double> mu = Mixture.GenericMean(p, MeanSquare, random.Fork("mean"), context.Device);
        foreach (NoiseLaw law in Laws.Append(Elliptical))
        {
            Fit(mu, law, random, repeats, "");
        }

        Tensor<double> axis = AxisMean(p, context.Device);
        Fit(axis, NoiseLaw.Gaussian, random, repeats, "axis ");
        Fit(axis, NoiseLaw.Rademacher, random, repeats, "axis ");
    }

    private static void Fit(Tensor<double> mu, NoiseLaw law, RandomStream random, Repeats repeats, string prefix)
    {
        using Scope scope = Scope.Begin();
        nint p = mu.Shape[0];
        LabelledRows rows = Rows(mu, (nint)(Alpha * p), law, random.Fork("rows")), test = Rows(mu, TestRows, law, random.Fork("test"));
        foreach (ConvexLoss loss in Losses)
        {
            ErmFit fit = Erm.Fit(loss, rows.X, rows.Y, Lambda);
            (double m, double q) = Overlaps(fit.Weights, mu);
            string name = $"{prefix}{loss.Name} {law.Name}";
            repeats.Add($"{name} train", fit.TrainLoss);
            repeats.Add($"{name} formula", NormalCdf(-m / Math.Sqrt(q)));
            repeats.Add($"{name} test", Error(fit.Weights, test));
        }
    }

    private static void Finer(RunContext context, Repeats repeats, string where)
    {
        context.Heading("U2: elliptical noise is not its class's Gaussian, but a finer mixture");
        foreach (ConvexLoss loss in Losses)
        {
            double coarse = new StateEvolution(loss, Classes, Alpha, Lambda).Solve().TrainLoss;
            string name = $"{loss.Name} elliptical";
            context.Claim(
                $"U2 {loss.Name}, train, distance from the class's theory", Math.Abs(repeats.Mean($"{name} train") - coarse), low: 0.015,
                explanation: $"Noise s g with s^2 = 0.2 or 1.8 for each row; the theory of its class's mean and covariance says {coarse:F4}. {where} Standard error {repeats.Error($"{name} train"):G2}.");
            ClaimElliptical(
                context, repeats, "U2", loss, $"Training loss against state evolution with a component for each s. {where}", $"Test error on {TestRows} fresh rows against the same. {where}");
        }
    }

    private static void Axis(RunContext context, Repeats repeats, string where)
    {
        context.Heading("U2b: a mean on one axis of coin flips");
        foreach (ConvexLoss loss in Losses)
        {
            double theory = new StateEvolution(loss, Classes, Alpha, Lambda).Solve().TestError;
            string name = $"axis {loss.Name} Rademacher test", explanation = $"mu = sqrt(1.5) e_1: w leans on the first coordinate, whose law is not Gaussian; theory {theory:F4}. {where}";
            if (loss == ConvexLoss.Logistic)
            {
                repeats.Bound(context, "U2b logistic, Rademacher, test", name, theory + 0.015, null, explanation);
            }
            else
            {
                context.Report("U2b square, Rademacher, test", repeats.Mean(name), $"{explanation} {repeats.Text(name)} repetitions.");
            }

            string control = $"axis {loss.Name} Gaussian test";
            context.Report($"U2b {loss.Name}, Gaussian, test", repeats.Mean(control), $"The same mean with Gaussian noise, which knows no axis. {repeats.Text(control)} repetitions.");
        }
    }

    private static IReadOnlyList<Cell> Row(Repeats repeats, ConvexLoss loss, NoiseLaw law)
    {
        List<Cell> cells = [loss.Name, law.Name];
        foreach (string number in (ReadOnlySpan<string>)["train", "formula", "test"])
        {
            string name = $"{loss.Name} {law.Name} {number}";
            cells.Add(new Cell(repeats.Mean(name), "F4"));
            cells.Add(new Cell(repeats.Error(name), "F4"));
        }

        return cells;
    }
}
