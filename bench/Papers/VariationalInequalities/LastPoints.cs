using Onsager.Models.Games;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.HostMath;
using static Onsager.Papers.Measured;

namespace Onsager.Papers;

/// <summary>Claims 6 and 7: |F| at the last point falls as 1/sqrt(k), and as 1/k where an anchor draws back to the start.</summary>
internal static class LastPoints
{
    public static void Run(RunContext context)
    {
        const int N = 400, Steps = 1000;
        const double Step = 0.5;
        context.Heading("6 and 7: the last point, without and with an anchor");
        using Scope scope = Scope.Begin();
        RandomStream random = Stream(context, GameCheck.LastPoint);
        double[] singular = [.. Enumerable.Range(1, N).Select(i => (double)i * i * i / ((double)N * N * N))];

        // The largest singular value is 1.
        VariationalProblem game = new(new BilinearGame(BilinearGame.Matrix(singular, random)) { Lipschitz = 1 });
        Tensor<double> start = random.Normal<double>([2 * N]);
        double distance = Norm(start);
        Figure figure = new("step k", "|F(z_{k})| / (L D)") { LogX = true, LogY = true };
        (string Claim, string Name, Method Method)[] rows =
        [
            ("6", "EG", new ExtraGradient(Step)), ("6", "OGDA", new OptimisticGradient(Step)), ("6", "PPM", new ProximalPoint(Step)),
            ("7", "FEG", new FastExtraGradient(StepRule.OverLipschitz(1))), ("7", "EAG", new AnchoredExtraGradient(StepRule.OverLipschitz(0.125))),
            ("7", "Halpern-PPM", new HalpernProximalPoint(Step)),
        ];
        for (int i = 0; i < rows.Length; i++)
        {
            (string claim, string name, Method method) = rows[i];
            double[] residuals = Series(game, method, start, Steps, static run => run.Residual());
            double slope = Slope(residuals, 100, Steps);
            string what = $"Slope of ln |F(z_k)| over ln k for k from 100 to {Steps}, n = {N}, s = (i/n)^3.";
            if (claim == "6")
            {
                double largest = Largest(residuals, k => Math.Sqrt(k) / distance);
                context.Claim($"6 {name}, slope", slope, low: -0.70, high: -0.48, explanation: what);
                context.Report($"6 {name}, sup sqrt(k) |F| / (L D)", largest, name == "EG" ? $"At most 1 / (step L sqrt(1 - step^2 L^2)) = {1 / (Step * Math.Sqrt(1 - (Step * Step))):F3} by theory." : string.Empty);
            }
            else
            {
                double largest = Largest(residuals, k => k / distance), bound = name == "EAG" ? Math.Sqrt(260) : 2;
                context.Claim($"7 {name}, slope", slope, high: -0.93, explanation: what);
                context.Claim($"7 {name}, sup k |F| / (L D)", largest, high: bound, explanation: $"The largest over {Steps} steps, against the bound of the method's proof.");
            }

            context.Report($"{claim} {name}, |F| at k = {Steps}", residuals[^1] / distance, "Over L D.");
            (double[] k, double[] values) = Spaced(residuals);
            figure.Curve(name, k, [.. values.Select(value => value / distance)]);
            context.Progress("6 and 7 last points", (i + 1.0) / rows.Length);
        }

        double[] ends = [1, Steps];
        figure.Curve("1 / sqrt k", ends, [0.6, 0.6 / Math.Sqrt(Steps)], like: "EG").Curve("1 / k", ends, [0.6, 0.6 / Steps], like: "FEG");
        context.Plot("6-last-points.svg", figure, "The operator at the last point: 1/sqrt(k) for extragradient, optimistic and proximal steps, 1/k for the anchored ones.");
    }
}
