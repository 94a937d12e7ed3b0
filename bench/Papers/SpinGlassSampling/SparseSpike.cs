using System.Diagnostics;
using Onsager.Models.Amp;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.GlassMeasures;

namespace Onsager.Papers;

/// <summary>The full run's sparse spike: both branches at N = 40,000, with a matrix of 8 10^8 numbers that is made again for every step and never stored.</summary>
internal static class SparseSpike
{
    private const double Density = 0.08;

    private static readonly double[] Ratios = [1.00, 1.01, 1.02, 1.03, 1.035, 1.05, 1.06, 1.08];

    public static void Run(RunContext context)
    {
        const int N = 40_000, Steps = 40, Instances = 2;
        double unit = Density * Density;
        context.Heading("The sparse spike at N = 40,000");
        StateEvolution<SparseRademacher> evolution = new(new(Density), 2, 401);
        List<double>[] low = [.. Ratios.Select(_ => new List<double>())], high = [.. Ratios.Select(_ => new List<double>())];
        long from = Stopwatch.GetTimestamp();
        for (int instance = 0; instance < Instances; instance++)
        {
            using Scope scope = Scope.Begin();
            RandomStream random = Stream(context, GlassCheck.Sparse, instance);
            Tensor<float> spike = random.Fork("support").Bernoulli<float>([N], Density) * random.Fork("signs").Rademacher<float>([N]);
            using SpikedModel model = SpikedModel.Streamed(2, N, random.Fork("matrix"), spike, context.Device);

            // For each Delta a column that starts at the spike and one that starts near 0.
            AmpIteration<SparseRademacher> amp = new(model, new(Density), [.. Ratios.SelectMany(ratio => Each(2, ratio * unit))]);
            float[] start = random.Fork("start").Normal<float>([N]).ToArray();
            for (int i = 0; i < N; i++)
            {
                for (int c = 0; c < amp.Columns; c++)
                {
                    amp.Means[(i * amp.Width) + c] = c % 2 == 1 ? model.Spike[i] : 1e-3f * start[i];
                }
            }

            amp.Begin();
            for (int step = 0; step < Steps; step++)
            {
                amp.Run(1).OrThrow();
                context.Progress("sparse spike", ((instance * Steps) + step + 1.0) / (Instances * Steps));
            }

            for (int c = 0; c < amp.Columns; c++)
            {
                (c % 2 == 1 ? high : low)[c / 2].Add(Math.Abs(amp.Overlap(c)) / Density);
            }

            context.Report($"sparse spike, matrix {instance + 1}, informed overlap, Delta / rho^2 = 1.03", high[3][instance], $"Of the signal's mean square, at N = {N}.");
        }

        context.Timing("sparse spike, seconds for each step", Stopwatch.GetElapsedTime(from).TotalSeconds / (Instances * Steps), "16 columns, 8 10^8 normal numbers made and used twice.");
        double[] theoryHigh = [.. Ratios.Select(ratio => evolution.FixedPoint(ratio * unit, 0, Density, 1e-10, Steps) / Density)];
        double[] meanHigh = [.. high.Select(values => HostMath.Mean([.. values]))], meanLow = [.. low.Select(values => HostMath.Mean([.. values]))];
        context.Table(
            $"Overlaps over rho after {Steps} steps, mean over {Instances} matrices", ["Delta / rho^2", "uninformed", "informed", "state evolution, as many steps"],
            [.. Ratios.Select((ratio, i) => (IReadOnlyList<Cell>)[new Cell(ratio, "F3"), new Cell(meanLow[i], "F3"), new Cell(meanHigh[i], "F3"), new Cell(theoryHigh[i], "F3")])]);
        context.Report("sparse spike, informed overlap, Delta / rho^2 = 1.03", meanHigh[3], $"Of the signal's mean square, at N = {N}; state evolution says {theoryHigh[3]:F3}. Between Delta_IT = 1.0294 and Delta_d = 1.0409.");
        context.Report("sparse spike, uninformed overlap, Delta / rho^2 = 1.03", meanLow[3], $"From nothing, {meanLow[3] / meanHigh[3]:P0} of what message passing from the spike keeps.");
        context.Plot(
            "sparse-branches.svg", new Figure("Delta / rho^{2}", "overlap / rho").Points("informed", Ratios, meanHigh).Points("uninformed", Ratios, meanLow).Curve("", Ratios, theoryHigh, like: "informed"),
            $"The sparse spike at N = {N}: message passing from the spike and from nothing, and state evolution (dashed). Delta_IT = 1.0294, Delta_d = 1.0409.");
    }
}
