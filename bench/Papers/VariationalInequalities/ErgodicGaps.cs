using Onsager.Models.Games;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.Measured;

namespace Onsager.Papers;

/// <summary>Claims 4 and 5: averages of extragradient's half points converge as 1/T, averages of descent-ascent with a fixed step do not converge.</summary>
internal static class ErgodicGaps
{
    public static void Run(RunContext context)
    {
        const int N = 100;
        const double Step = 0.9, Short = 0.05;
        int[] times = [16, 64, 256, 1024, 4096];
        context.Heading("4 and 5: averages");
        using Scope scope = Scope.Begin();
        RandomStream random = Stream(context, GameCheck.Ergodic);
        double[] singular = [.. Enumerable.Range(1, N).Select(i => Math.FusedMultiplyAdd((double)i / N * i / N, (double)i / N, 0))];
        BilinearGame f = new(BilinearGame.Matrix(singular, random));
        VariationalProblem game = new(f);
        Tensor<double> start = random.Normal<double>([2 * N]);
        double radius = Norm(start), square = radius * radius;
        double[] gaps = Averages(game, new ExtraGradient(Step), start, radius, times, out double[] last);
        double[] bound = [.. times.Select(t => square / (2 * Step * t))];
        for (int i = 0; i < times.Length; i++)
        {
            context.Claim(
                $"4 gap / bound, T = {times[i]}", gaps[i] / bound[i], low: 0, high: 1,
                explanation: $"Restricted gap of the average of extragradient's half points over the ball of radius D = |z0| around z0, over D^2 / (2 step T); n = {N}, s = (i/n)^3, step {Step}.");
        }

        double[] plain = Averages(game, new GradientDescentAscent(Short), start, radius, times, out double[] plainLast);
        context.Claim(
            "5 gap of averaged GDA, T = 4096 over T = 1024", plain[4] / plain[3], low: 1,
            explanation: $"The gap rises from {plain[3]:G4} to {plain[4]:G4}: with a fixed step of {Short}, averages of descent-ascent do not converge.");
        double[] axis = [.. times.Select(t => (double)t)];
        context.Table(
            "Restricted gaps", ["T", "EG, average", "EG, last", "bound", "GDA, average", "GDA, last"],
            [.. times.Select((t, i) => (IReadOnlyList<Cell>)[new Cell(t, "F0"), new Cell(gaps[i], "G4"), new Cell(last[i], "G4"), new Cell(bound[i], "G4"), new Cell(plain[i], "G4"), new Cell(plainLast[i], "G4")])]);
        context.Plot(
            "4-averages.svg",
            new Figure("T", "restricted gap") { LogX = true, LogY = true }
                .Line("EG, average", axis, gaps).Line("EG, last point", axis, last)
                .Line("GDA, average", axis, plain).Line("GDA, last point", axis, plainLast).Curve("D^{2} / (2 step T)", axis, bound, like: "EG, average"),
            "Gaps of averages and of last points. Averages of extragradient's half points stay below the bound, those of descent-ascent turn round.");
    }

    private static double[] Averages(VariationalProblem game, Method method, Tensor<double> start, double radius, int[] times, out double[] last)
    {
        using Iteration run = new(game, method, start, averages: true);
        double[] gaps = new double[times.Length];
        last = new double[times.Length];
        for (int i = 0; i < times.Length; i++)
        {
            run.Run(times[i] - (int)run.Steps);
            gaps[i] = game.RestrictedGap(run.Average, start, radius);
            last[i] = game.RestrictedGap(run.Point, start, radius);
        }

        return gaps;
    }
}
