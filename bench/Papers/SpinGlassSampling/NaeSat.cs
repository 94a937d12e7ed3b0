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
        Pictures(context);
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

    /// <summary>The gap between both branches over alpha and the strength of what is known, each branch followed along its column: from nothing upwards and from everything downwards.</summary>
    private static void Pictures(RunContext context)
    {
        (int columns, int rows, int population, int sweeps) = context.Choose((5, 6, 500, 8), (12, 12, 2000, 10), (24, 24, 20_000, 30));
        Picture(context, "flow", "gamma^{2}", 0.36, (8.4, 0.295), revealed: false);
        Picture(context, "decimation", "theta", 0.24, (8.4, 0.172), revealed: true);

        void Picture(RunContext context, string name, string axis, double top, (double Density, double Side) authors, bool revealed)
        {
            (double Low, double High) range = (8, 10.2);
            double[] densities = HostMath.Grid(range.Low, range.High, columns, logarithmic: false), sides = HostMath.Grid(0, top, rows, logarithmic: false);
            double[][] branches = new double[2 * columns][];
            RandomStream random = Stream(context, GlassCheck.SatisfiabilityPicture, revealed ? 1 : 0);
            Device.Cpu.InParts(2 * columns, part => branches[part] = Follow(new(K, densities[part / 2], population, random.Fork((ulong)part)), sides, part % 2 == 1, sweeps, revealed));
            double[] gaps = new double[columns * rows];
            for (int i = 0; i < columns; i++)
            {
                for (int j = 0; j < rows; j++)
                {
                    gaps[(j * columns) + i] = Math.Max(0, branches[(2 * i) + 1][j] - branches[2 * i][j]);
                }
            }

            context.Record($"NAE-SAT, {name}, gaps", gaps);
            context.Progress("C5 pictures", revealed ? 1 : 0.5);
            context.Plot(
                $"C5-satisfiability-{name}.svg",
                new Figure("alpha", axis) { XRange = range, YRange = (0, top) }.Heat(range, (0, top), columns, gaps, [.. gaps.Select(gap => gap > 0.1 ? 2 : 0)])
                    .Points("the authors' tri-critical point", [authors.Density], [authors.Side]),
                $"5-NAE-SAT by population dynamics, {population} variables, {sweeps} sweeps at each point: the gap between informed and uninformed overlap, red where it is above .1. A sampler at an alpha goes up its column.");
        }
    }

    /// <summary>The overlaps of a branch at all strengths: that which knows everything comes down from the last, the other goes up from the first.</summary>
    private static double[] Follow(NaeSatPopulation variables, double[] sides, bool informed, int sweeps, bool revealed)
    {
        double[] overlaps = new double[sides.Length];
        variables.Start(informed ? 1 : 0);
        for (int k = 0; k < sides.Length; k++)
        {
            int j = informed ? sides.Length - 1 - k : k;
            (variables.GammaSquared, variables.Revealed) = (revealed ? 0 : sides[j], revealed ? sides[j] : 0);
            variables.Sweep(sweeps);
            overlaps[j] = variables.Overlap;
        }

        return overlaps;
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
            context.Report($"large NAE-SAT, alpha = {density}, overlap", overlap, $"Of the branch that knows the assignment, after {sweeps} sweeps of {Population} variables from the alpha before.");
            context.Report($"large NAE-SAT, alpha = {density}, free entropy less the annealed one", gain, $"Mean of {Looks} looks.");
        }

        context.Table("The branch that knows the assignment, followed down in alpha", ["alpha", "overlap", "free entropy less the annealed one"], rows);
        context.Report("large NAE-SAT, alpha_d is below", alive, "The last alpha of the path at which the informed overlap is above .8; the authors give 9.465 to 9.472.");
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
