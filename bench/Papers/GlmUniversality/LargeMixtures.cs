using Onsager.Models.Glm;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.GlmExperiment;
using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>
/// The full run: U1 and U2 at p = 4,000 with tolerances that shrank with 1 / p, and the rate at which errors come to state evolution and laws to each other. Data sets share a noise matrix,
/// <see cref="ClusterEnsemble"/>, whose mean over its problems is one repetition.
/// </summary>
internal static class LargeMixtures
{
    /// <summary>Problems for each noise matrix.</summary>
    private const int Problems = 32;

    private const int Largest = 4000;

    /// <summary>The card's tolerances are for p = 400 and shrink with 1 / p.</summary>
    private const double Shrink = 10;

    private static readonly int[] Sizes = [125, 250, 500, 1000, 2000, Largest];

    private static readonly string[] Numbers = ["train", "formula", "test"];

    public static void Run(RunContext context)
    {
        context.Heading("Large mixtures: tolerances at p = 4,000, and rates");
        Repeats[] sizes = [.. Sizes.Select(p => Repeat(context, p))];
        Repeats largest = sizes[^1];
        string where = $"p = {Largest}, n = 2 p, lambda = 0.1, {Problems} problems for each noise matrix; the card's tolerance for p = 400 over {Shrink}.";
        foreach (ConvexLoss loss in Losses)
        {
            ClaimLaws(context, largest, "large U1", loss, where, where, where, Shrink);
            ClaimElliptical(context, largest, "large U2", loss, where, where, Shrink);
        }

        context.Report(
            "large U1, U2 largest standard error / tolerance", largest.LargestShare, "Over all tolerances of large U1 and U2; that of test errors, whose fresh rows all problems of a noise matrix share.");
        Rates(context, sizes);
    }

    /// <summary>As many noise matrices as cost about the same at each size.</summary>
    private static Repeats Repeat(RunContext context, int p)
    {
        Repeats repeats = new();
        if (p == Largest)
        {
            JudgeLaws(repeats, Shrink);
        }

        int count = p == Largest ? 8 : 32_000 / p;
        return repeats.Run(context, $"large mixtures, p = {p}", count, count, repetition =>
        {
            foreach (NoiseLaw law in Laws.Append(Elliptical))
            {
                Fit(context, p, repetition, law, repeats);
            }

            foreach (ConvexLoss loss in Losses)
            {
                foreach (NoiseLaw law in Laws[1..])
                {
                    foreach (string number in Numbers)
                    {
                        repeats.Add($"{loss.Name} {law.Name} {number} gap", repeats.Last($"{loss.Name} {law.Name} {number}") - repeats.Last($"{loss.Name} Gaussian {number}"));
                    }
                }
            }
        });
    }

    private static void Fit(RunContext context, int p, int repetition, NoiseLaw law, Repeats repeats)
    {
        using Scope scope = Scope.Begin();
        RandomStream random = new(context.Seed, ((ulong)GlmCheck.Large << 48) + ((ulong)p << 32) + (ulong)repetition);
        int n = (int)(Alpha * p);
        ClusterEnsemble problems = ClusterEnsemble.Draw(Problems, n, p, MeanSquare, law, random, context.Device);
        EnsembleFit[] fits = [.. Losses.Select(loss => problems.Fit(loss, Lambda))];
        problems.Noise.Dispose();
        Tensor<double> fresh = law.Draw(n, p, random.Fork("test"), context.Device), zero = Tensor.Scalar(0.0, context.Device);
        for (int i = 0; i < fits.Length; i++)
        {
            Tensor<double> w = fits[i].Weights;

            // Means carry 1 / sqrt p already; fresh noise does not, and labels turn a law that is not symmetric.
            Tensor<double> m = (w * problems.Means).Sum(1), q = w.Square().Mean(1), labels = random.Fork("signs").Rademacher<double>([Problems, n], context.Device);
            Tensor<double> margins = (w.MatMul(fresh.Transpose()) * (1 / Math.Sqrt(p)) * labels) + m.Unsqueeze(1);
            string name = $"{Losses[i].Name} {law.Name}";
            repeats.Add($"{name} train", fits[i].TrainLoss.Mean().Item());
            repeats.Add($"{name} formula", (-m / q.Sqrt()).NormalCdf().Mean().Item());
            repeats.Add($"{name} test", margins.Less(zero).Mean().Item());
        }
    }

    /// <summary>Exponents of how the training loss comes to state evolution, and of how the laws come to the Gaussian one on coupled data.</summary>
    private static void Rates(RunContext context, Repeats[] sizes)
    {
        double[] p = [.. Sizes.Select(size => (double)size)];
        List<IReadOnlyList<Cell>> rows = [];
        Figure figure = new("p", "distance of the training loss") { LogX = true, LogY = true };
        foreach (ConvexLoss loss in Losses)
        {
            double theory = new StateEvolution(loss, Classes, Alpha, Lambda).Solve().TrainLoss;
            foreach (NoiseLaw law in Laws)
            {
                string name = $"{loss.Name} {law.Name} train";
                Add($"{loss.Name}, {law.Name}, train less state evolution", [.. sizes.Select(size => size.Mean(name) - theory)], [.. sizes.Select(size => size.Error(name))]);
            }

            foreach (NoiseLaw law in Laws[1..])
            {
                string name = $"{loss.Name} {law.Name} train gap";
                Add($"{loss.Name}, {law.Name} less Gaussian, train", [.. sizes.Select(size => size.Mean(name))], [.. sizes.Select(size => size.Error(name))]);
            }
        }

        context.Table("Training loss: distances, standard errors, and p times the distance", ["distance", "p", "value", "s.e.", "p times value", "s.e."], rows);
        context.Plot("large-rates.svg", figure.Curve("1 / p", p, [.. p.Select(size => 1 / size)]), "Distances of mean training losses from state evolution and from the Gaussian law, on coupled data, with standard errors; those below two standard errors are not drawn.");

        void Add(string name, double[] distance, double[] error)
        {
            (double exponent, double spread) = Exponent(p, distance, error);
            context.Report($"rate of {name}", exponent, $"The exponent a of p^-a by least squares of logarithms, weighed by the standard errors; its own is {spread:F2}.");
            figure.Points(name, p, [.. distance.Select((d, i) => Math.Abs(d) > 2 * error[i] ? Math.Abs(d) : double.NaN)], error);
            for (int i = 0; i < p.Length; i++)
            {
                rows.Add([name, new Cell(p[i], "F0"), new Cell(distance[i], "F6"), new Cell(error[i], "F6"), new Cell(p[i] * distance[i], "F3"), new Cell(p[i] * error[i], "F3")]);
            }
        }
    }

    /// <summary>The slope of -ln |distance| over ln p, each weighed by (distance / error)^2, with its standard error.</summary>
    private static (double Exponent, double Error) Exponent(double[] p, double[] distance, double[] error)
    {
        double total = 0, x = 0, y = 0, xx = 0, xy = 0;
        for (int i = 0; i < p.Length; i++)
        {
            double weight = distance[i] * distance[i] / (error[i] * error[i]), lnP = Ln(p[i]), ln = Ln(Math.Abs(distance[i]));
            total += weight;
            x += weight * lnP;
            y += weight * ln;
            xx += weight * lnP * lnP;
            xy += weight * lnP * ln;
        }

        double spread = xx - (x * x / total);
        return (-(xy - (x * y / total)) / spread, 1 / Math.Sqrt(spread));
    }
}
