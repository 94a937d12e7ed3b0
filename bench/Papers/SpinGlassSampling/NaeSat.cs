using Onsager.Models.Amp;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.GlassMeasures;

namespace Onsager.Papers;

/// <summary>Claim C5 for 5-NAE-SAT: the branches of its population dynamics, and in the full run its thresholds at 10^6 variables.</summary>
internal static class NaeSat
{
    private const int K = 5;

    public static void Run(RunContext context)
    {
        int population = context.Choose(4000, 20_000, 20_000), sweeps = context.Choose(80, 90, 90);
        context.Heading("C5: satisfiability by population dynamics");
        double[] sides = context.Choose<double[]>([0.08, 0.18, 0.3], [0.04, 0.08, 0.14, 0.18, 0.26, 0.3], [0.04, 0.08, 0.14, 0.18, 0.26, 0.3]);
        string of = $"{population} variables, {sweeps} sweeps, the mean of the last ten.";
        double[] low = new double[sides.Length], high = new double[sides.Length];
        for (int s = 0; s < sides.Length; s++)
        {
            RandomStream random = Stream(context, GlassCheck.Satisfiability, s);
            (low[s], high[s]) = (Settle(random.Fork(0), 9, sides[s], 0, population, sweeps), Settle(random.Fork(1), 9, sides[s], 1, population, sweeps));
            context.Progress("C5 satisfiability", (s + 1.0) / sides.Length);
        }

        double Gap(double side) => high[Array.IndexOf(sides, side)] - low[Array.IndexOf(sides, side)];
        context.Record("uninformed", low);
        context.Record("informed", high);
        context.Claim("C5 NAE-SAT alpha = 9, gamma^2 = .18, gap", Gap(0.18), low: 0.25, explanation: $"Informed less uninformed overlap, inside the window. {of}");
        context.Claim("C5 NAE-SAT alpha = 9, gamma^2 = .08, gap", Gap(0.08), 0, 0.05, explanation: $"Before the window. {of}");
        context.Claim("C5 NAE-SAT alpha = 9, gamma^2 = .30, gap", Gap(0.3), 0, 0.05, explanation: $"Behind it. {of}");

        // Without a side channel the informed branch dies below the dynamic threshold, 9.465, and lives above it.
        int longer = context.Choose(100, 160, 160);
        double below = Settle(Stream(context, GlassCheck.Satisfiability, 100), 9.3, 0, 1, population, longer), above = Settle(Stream(context, GlassCheck.Satisfiability, 101), 9.65, 0, 1, context.Choose(10_000, 20_000, 20_000), longer);
        context.Claim("C5 NAE-SAT alpha = 9.3, informed overlap", below, high: 0.05, explanation: $"At gamma = 0, {longer} sweeps.");
        context.Claim("C5 NAE-SAT alpha = 9.65, informed overlap", above, low: 0.8, explanation: $"At gamma = 0, {longer} sweeps.");
        context.Plot(
            "C5-satisfiability.svg", new Figure("gamma^{2}", "overlap") { YRange = (0, 1) }.Line("uninformed", sides, low).Line("informed", sides, high),
            $"5-NAE-SAT at alpha = 9 by population dynamics: {of}");
    }

    /// <summary>The overlap after so many sweeps from Q = start, averaged over the last ten.</summary>
    private static double Settle(RandomStream random, double alpha, double gammaSquared, double start, int population, int sweeps)
    {
        NaeSatPopulation variables = new(K, alpha, population, random) { GammaSquared = gammaSquared };
        variables.Start(start);
        variables.Sweep(sweeps - 10);
        double sum = 0;
        for (int i = 0; i < 10; i++)
        {
            variables.Sweep();
            sum += variables.Overlap;
        }

        return sum / 10;
    }

    /// <summary>The full run: the informed branch is followed down in alpha until it dies, and its free entropy compared with the annealed one.</summary>
    public static void Large(RunContext context)
    {
        const int Population = 1_000_000, Looks = 5;
        (double Density, int Sweeps)[] path = [(10.4, 20), (10.2, 15), (9.6, 20), (9.5, 60), (9.47, 100), (9.44, 100), (9.4, 100)];
        context.Heading("5-NAE-SAT at 10^6 variables");
        NaeSatPopulation variables = new(K, path[0].Density, Population, Stream(context, GlassCheck.LargeSatisfiability));
        variables.Start(1);
        List<IReadOnlyList<Cell>> rows = [];
        List<(double Density, double Gain)> entropies = [];
        (double alive, double dead) = (double.NaN, double.NaN);
        for (int i = 0; i < path.Length && double.IsNaN(dead); i++)
        {
            // Near its end the branch decays slowly: more sweeps there.
            (double density, int sweeps) = path[i];
            variables.Move(density);
            for (int sweep = 0; sweep < sweeps; sweep++)
            {
                variables.Sweep();
                context.Progress("large population", (i + ((sweep + 1.0) / sweeps)) / path.Length);
            }

            double entropy = 0;
            for (int look = 0; look < Looks; look++)
            {
                entropy += variables.FreeEntropy() / Looks;
            }

            double overlap = variables.Overlap, gain = entropy - variables.AnnealedEntropy;
            (alive, dead) = overlap > 0.8 ? (density, dead) : (alive, density);
            entropies.Add((density, gain));
            rows.Add([new Cell(density, "F3"), new Cell(overlap, "F4"), new Cell(gain, "F5")]);
        }

        context.Table("The branch that knows the assignment, followed down in alpha", ["alpha", "overlap", "free entropy less the annealed one"], rows);
        context.Report("large NAE-SAT, alpha_d is below", alive, "The last alpha at which the informed branch lives after 60 to 100 sweeps; the authors give 9.465 to 9.472.");
        context.Report("large NAE-SAT, alpha_d is above", dead, "The first at which it has died, or NaN if it lived at all.");
        for (int i = 1; i < entropies.Count; i++)
        {
            ((double high, double gainHigh), (double low, double gainLow)) = (entropies[i - 1], entropies[i]);
            if (gainHigh >= 0 && gainLow < 0)
            {
                context.Report("large NAE-SAT, alpha_IT", low + ((high - low) * gainLow / (gainLow - gainHigh)), "Where Bethe's free entropy of the informed branch is the annealed one, between two points linearly; the authors give 10.27.");
            }
        }
    }
}
