using Onsager.Models.Games;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.HostMath;
using static Onsager.Papers.Measured;

namespace Onsager.Papers;

/// <summary>Claim 9: mixed strategies by mirror-prox and by multiplicative weights, plain and optimistic.</summary>
internal static class MatrixGames
{
    private const int Time = 4000;

    public static void Run(RunContext context)
    {
        const int N = 50;
        int repetitions = context.Choose(1, 3, 10);
        context.Heading("9: in matrix games averages converge as 1/T; last points converge with optimism only");
        using Scope scope = Scope.Begin();
        Tensor<double> rps = MatrixGame.RockPaperScissors(1, 2, 3);
        Play(context, "RPS", rps, isDrawn: true);
        for (int r = 0; r < repetitions; r++)
        {
            Play(context, $"random {r + 1}", MatrixGame.Random(N, N, Stream(context, GameCheck.MatrixGame, r)), isDrawn: false);
            context.Progress("9 matrix games", (r + 1.0) / repetitions);
        }

        Orbits(context, rps);
    }

    private static void Play(RunContext context, string name, Tensor<double> payoffs, bool isDrawn)
    {
        nint m = payoffs.Shape[0], n = payoffs.Shape[1];
        VariationalProblem game = MatrixGame.Problem(payoffs);
        using Tensor<double> centre = MatrixGame.Centre(m, n);
        (string Name, Method Method)[] methods =
            [("mirror-prox", new MirrorProx(0.5)), ("OMWU", new MultiplicativeWeights(0.25, isOptimistic: true)), ("MWU", new MultiplicativeWeights(0.1))];
        Figure figure = new("T", "duality gap") { LogX = true, LogY = true };
        foreach ((string method, Method made) in methods)
        {
            (double[] times, double[] averages, double[] last) = Gaps(game, made, centre);
            double At(int time) => averages[Array.IndexOf(times, time)];
            string where = $"Duality gap of the average after {Time} steps, {name}.";
            if (method == "mirror-prox")
            {
                foreach (int time in (ReadOnlySpan<int>)[100, 1000, 4000])
                {
                    double bound = (Ln(m) + Ln(n) + 2) / (0.5 * time);
                    context.Claim($"9 {name}, mirror-prox, gap, T = {time}", At(time), low: 0, high: bound, explanation: "Duality gap of the average of the half points; the bound is (ln m + ln n + 2) / (step T), step 1/2.");
                }

                context.Claim($"9 {name}, mirror-prox, gap(1000) / gap(4000)", At(1000) / At(4000), low: 3, high: 6, explanation: "4 where the gap falls as 1/T.");
                context.Report($"9 {name}, mirror-prox, last gap", last[^1], $"Of the last point after {Time} steps.");
            }
            else if (method == "OMWU")
            {
                context.Report($"9 {name}, OMWU, gap", At(Time), where);
                context.Report($"9 {name}, OMWU, last gap", last[^1], $"Of the last point after {Time} steps.");
            }
            else
            {
                context.Claim($"9 {name}, MWU, last gap", last[^1], low: 0.1, explanation: $"Of the last point after {Time} steps: plain weights do not converge.");
                context.Report($"9 {name}, MWU, gap", At(Time), where);
            }

            figure.Line(method, times, averages).Curve($"{method}, last", times, last, like: method);
        }

        if (isDrawn)
        {
            context.Plot("9-matrix-game.svg", figure, "Rock, paper, scissors with stakes 1, 2, 3: gaps of the averages, and, dashed, of the last points.");
        }
    }

    private static (double[] Times, double[] Averages, double[] Last) Gaps(VariationalProblem game, Method method, Tensor<double> start)
    {
        int[] times = [10, 20, 50, 100, 200, 500, 1000, 2000, Time];
        using Iteration run = new(game, method, start, averages: true);
        double[] averages = new double[times.Length], last = new double[times.Length];
        for (int i = 0; i < times.Length; i++)
        {
            run.Run(times[i] - (int)run.Steps);
            averages[i] = game.Gap(run.Average);
            last[i] = game.Gap(run.Point);
        }

        return ([.. times.Select(t => (double)t)], averages, last);
    }

    /// <summary>The row player's strategies in the triangle whose corners are rock, paper and scissors.</summary>
    private static void Orbits(RunContext context, Tensor<double> payoffs)
    {
        const int Steps = 400;
        double height = Math.Sqrt(3) / 2;
        VariationalProblem game = MatrixGame.Problem(payoffs);
        using Tensor<double> centre = MatrixGame.Centre(3, 3);
        Figure figure = new("paper + scissors / 2", "scissors · √3 / 2") { Square = true, XRange = (-0.08, 1.08), YRange = (-0.08, 1), Height = 520 };
        figure.Curve("simplex", [0, 1, 0.5, 0], [0, 0, height, 0]);
        foreach ((string name, Method method) in (ReadOnlySpan<(string, Method)>)
            [("MWU", new MultiplicativeWeights(0.1)), ("OMWU", new MultiplicativeWeights(0.25, isOptimistic: true)), ("mirror-prox", new MirrorProx(0.5))])
        {
            using Iteration run = new(game, method, centre);
            double[] x = new double[Steps + 1], y = new double[Steps + 1];
            for (int k = 0; k <= Steps; k++)
            {
                (double paper, double scissors) = (run.Point[1], run.Point[2]);
                (x[k], y[k]) = (paper + (scissors / 2), scissors * height);
                run.Step();
            }

            context.Record(name, x);
            context.Record(name, y);
            figure.Curve(name, x, y);
        }

        context.Plot("9-simplex.svg", figure, "The row player's strategies over 400 steps from the centre: plain weights circle outwards to the border, the others go to the equilibrium.");
    }
}
