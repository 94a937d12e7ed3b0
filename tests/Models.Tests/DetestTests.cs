using System.Globalization;
using Onsager.Models.Ode;

namespace Onsager.Models.Tests;

/// <summary>DETEST's problems by every pair that estimates its error: as good as a plain loop, near the tolerance, and falling with it.</summary>
public sealed class DetestTests
{
    public static TheoryData<string> Methods => ["Bogacki-Shampine", "Dopri5", "Tsit5", "Dopri8"];

    [Theory, MemberData(nameof(Methods))]
    public void Errors_follow_the_tolerance_and_a_plain_loop(string method)
    {
        Tableau tableau = new[] { Tableaus.BogackiShampine, Tableaus.Dopri5, Tableaus.Tsit5, Tableaus.Dopri8 }.First(tableau => tableau.Name == method);
        (double coarse, double fine) = method == "Bogacki-Shampine" ? (1e-4, 1e-7) : (1e-6, 1e-9);
        List<string> wrong = [];
        foreach (string name in Detest.Names)
        {
            double[] exact = Solve(name, Tableaus.Dopri8, StepControl.Within(1e-14));
            double before = 0, plainBefore = 0;
            foreach (double tolerance in (double[])[coarse, fine])
            {
                StepControl control = StepControl.Within(tolerance) with { FirstStep = 1e-3 };
                double ours = Apart(Solve(name, tableau, control), exact), theirs = Apart(Plain(name, tableau, control), exact);

                // A thousandth of the tolerance, a hundredth of the error: by Dopri5 always, by another method where its plain loop does so.
                bool falls = before == 0 || ours < 1e-12 || before / ours >= 100 || (method != "Dopri5" && plainBefore / theirs < 100);
                if (ours > 3 * theirs + 1e-13 || ours > 2000 * tolerance || !falls)
                {
                    wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{name} at {tolerance:E0}: error {ours:E1}, of a plain loop {theirs:E1}, at the tolerance before {before:E1}"));
                }

                (before, plainBefore) = (ours, theirs);
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static double[] Solve(string name, Tableau tableau, StepControl control)
    {
        double[] start = Detest.Start(name);
        OdeSolver<Detest, double> solver = new(new Detest(name), tableau, start.Length);
        solver.Start(0, start);
        solver.Integrate(Detest.End, control);
        return solver.State.ToArray();
    }

    /// <summary>The method and its classical controller in the plainest loops.</summary>
    private static double[] Plain(string name, Tableau tableau, StepControl control)
    {
        double[] y = Detest.Start(name);
        double[][] k = [.. Enumerable.Range(0, tableau.Stages).Select(_ => new double[y.Length])];
        double t = 0, h = control.FirstStep;
        bool wasRejected = false;
        while (t < Detest.End)
        {
            bool isLast = Detest.End - t <= h;
            h = isLast ? Detest.End - t : h;
            for (int i = 0; i < tableau.Stages; i++)
            {
                new Detest(name).Eval(t + (tableau.Nodes[i] * h), Sum(tableau.Row(i)), k[i]);
            }

            double[] next = Sum(tableau.Weights);
            double error = 0;
            for (int j = 0; j < y.Length; j++)
            {
                double own = 0;
                for (int i = 0; i < tableau.Stages; i++)
                {
                    own += h * tableau.ErrorWeights[i] * k[i][j];
                }

                own /= control.AbsoluteTolerance + (control.RelativeTolerance * Math.Max(Math.Abs(y[j]), Math.Abs(next[j])));
                error += own * own / y.Length;
            }

            double factor = Math.Clamp(0.9 * Math.Pow(Math.Max(error, 1e-60), -0.5 / (tableau.ErrorOrder + 1)), 0.2, 10);
            if (error <= 1)
            {
                (t, y) = (isLast ? Detest.End : t + h, next);
            }

            h *= error <= 1 && !wasRejected ? factor : Math.Min(1, factor);
            wasRejected = error > 1;
        }

        return y;

        double[] Sum(ReadOnlySpan<double> coefficients)
        {
            double[] sum = [.. y];
            for (int i = 0; i < coefficients.Length; i++)
            {
                for (int j = 0; j < sum.Length; j++)
                {
                    sum[j] += h * coefficients[i] * k[i][j];
                }
            }

            return sum;
        }
    }

    private static double Apart(double[] x, double[] y) => x.Zip(y, (a, b) => Math.Abs(a - b)).Max();
}
