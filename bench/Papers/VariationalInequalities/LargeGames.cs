using System.Diagnostics;
using Onsager.Models.Games;
using Onsager.Tensors;
using static Onsager.Papers.HostMath;
using static Onsager.Papers.Measured;

namespace Onsager.Papers;

/// <summary>The full run's games: a dense bilinear one for a batch of starts, a matrix game with thousands of strategies, a market of a million firms.</summary>
internal static class LargeGames
{
    public static void Run(RunContext context)
    {
        context.Heading("Large games");
        Bilinear(context);
        Strategies(context);
        Market(context);
    }

    /// <summary>Sixty-four starts at once: two products of matrices for each evaluation.</summary>
    private static void Bilinear(RunContext context)
    {
        const int N = 4096, Batch = 64, Steps = 200;
        const double Step = 0.5;
        using Scope scope = Scope.Begin();
        RandomStream random = Stream(context, GameCheck.Large);
        double[] singular = Even(0.2, 1, N);
        VariationalProblem game = new(new BilinearGame(BilinearGame.Matrix(singular, random, context.Device)));
        Tensor<double> start = random.Normal<double>([Batch, 2 * N], context.Device);
        long from = Stopwatch.GetTimestamp();
        using Iteration run = new(game, new ExtraGradient(Step), start);
        double[] norms = new double[Steps + 1];
        for (int k = 0; k <= Steps; k++)
        {
            norms[k] = Norm(run.Point);
            if (k < Steps)
            {
                run.Step();
                context.Progress("large bilinear game", (k + 1.0) / Steps);
            }
        }

        // The exact factor of the sum over modes from steps 100 to 200, with equal weights, to which random ones concentrate.
        double[] expected = [.. ((int[])[Steps / 2, Steps]).Select(k => Math.Sqrt(singular.Sum(s => Power(SpectralRate.ExtraGradient(Step, 0, s), 2 * k))))];
        double measured = Rate(norms, Steps / 2, Steps);
        context.Report($"large EG, n = {N}, {Batch} starts, factor", measured, $"For each step over steps {Steps / 2} to {Steps}; {Power(expected[1] / expected[0], 2.0 / Steps):F6} for modes of equal weight.");
        context.Timing($"large EG, n = {N}, seconds for each step", Stopwatch.GetElapsedTime(from).TotalSeconds / Steps);
    }

    private static void Strategies(RunContext context)
    {
        const int N = 4096, Time = 500;
        using Scope scope = Scope.Begin();
        VariationalProblem game = MatrixGame.Problem(MatrixGame.Random(N, N, Stream(context, GameCheck.Large, 1), context.Device));
        using Iteration run = new(game, new MirrorProx(0.5), MatrixGame.Centre(N, N, context.Device), averages: true);
        long from = Stopwatch.GetTimestamp();
        for (int k = 0; k < Time; k++)
        {
            run.Step();
            context.Progress("large matrix game", (k + 1.0) / Time);
        }

        context.Timing($"large matrix game, n = {N}, seconds for each step", Stopwatch.GetElapsedTime(from).TotalSeconds / Time);
        context.Claim(
            $"large matrix game, n = {N}, gap / bound", game.Gap(run.Average) / ((Ln(N) + Ln(N) + 2) / (0.5 * Time)), low: 0, high: 1,
            explanation: $"Duality gap of mirror-prox's average after {Time} steps, over (ln m + ln n + 2) / (step T).");
    }

    /// <summary>The closed form's firms with negative quantities leave; the rest are found by counting them, in order of cost.</summary>
    private static void Market(RunContext context)
    {
        const int N = 1_000_000, Steps = 60;
        using Scope scope = Scope.Begin();
        Tensor<double> costs = Tensor.Linspace(1.0, 2.0, N);
        double[] sorted = costs.ToArray();
        double sum = 0, supply = 0;
        for (int i = 0; i < N; i++)
        {
            // With i + 1 firms: S = sum (a - c) / (b (i + 2)), b = 1; the firm stays while its own quantity a - S - c is positive.
            sum += 10 - sorted[i];
            double with = sum / (i + 2);
            if (10 - with - sorted[i] <= 0)
            {
                break;
            }

            supply = with;
        }

        CournotGame market = new(10, 1, costs.To(context.Device));
        using Iteration run = new(new(market, Box.Orthant), new ProximalPoint(1), Tensor.Zeros<double>([N], context.Device));
        run.Run(Steps);
        double found = run.Point.Sum().Item();
        context.Claim($"large market, N = {N}, supply", found, supply, 1e-8, explanation: $"After {Steps} proximal steps in closed form, against the equilibrium by entry in order of cost: most firms are too dear to sell.");
    }
}
