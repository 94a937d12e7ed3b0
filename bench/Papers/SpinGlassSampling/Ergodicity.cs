using Onsager.Models.Amp;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.GlassMeasures;

namespace Onsager.Papers;

/// <summary>Claim C6's Markov chains: from a planted equilibrium configuration they forget it above T_d, and not below.</summary>
/// <remarks>
/// The card asks for C(200) &lt;= .35 at T = .714 and takes it from two tensors. C(200) differs by .28 from tensor to tensor, so that two, or 24, do not settle a mean that is near to the bound: here it is reported, with how many tensors
/// are below; the full run judges it over <see cref="Many"/> tensors.
/// </remarks>
internal static class Ergodicity
{
    private const int N = 120;

    /// <summary>Tensors of the full run: their mean's standard error is a quarter of what the mean at T = .714 is away from its bound.</summary>
    private const int Many = 1000;

    private static readonly (double Temperature, double Bound, bool Forgets)[] Sides = [(0.7141, 0.35, true), (0.60, 0.75, false)];

    public static void Run(RunContext context)
    {
        const int Chains = 16;
        int tensors = context.Choose(12, 24, 24);
        int[] times = context.Choose<int[]>([1, 3, 10, 30, 100, 200], [1, 3, 10, 30, 100, 200, 500, 1000], [1, 3, 10, 30, 100, 200, 500, 1000]);
        int card = Array.IndexOf(times, 200);
        Figure figure = new("sweeps", "C(t)") { LogX = true, YRange = (0, 1) };
        double[] axis = [.. times.Select(time => (double)time)];
        foreach ((double temperature, double bound, bool forgets) in Sides)
        {
            double[][] curves = new double[tensors][];
            Device.Cpu.InParts(tensors, t => curves[t] = Correlation(Stream(context, GlassCheck.Planted, t), temperature, Chains, times));
            context.Progress("C6 ergodicity", forgets ? 0.5 : 1);
            Estimate[] at = [.. times.Select((_, i) => Estimate.Of([.. curves.Select(curve => curve[i])]))];
            string of = $"N = {N}, {Chains} chains from the planted configuration of each of {tensors} tensors. ";
            for (int i = card; i < times.Length; i++)
            {
                string name = $"C6 Glauber from planted, T = {(forgets ? ".714" : ".60")}, C({times[i]})";
                if (i == card && forgets)
                {
                    context.Report(name, at[i].Mean, $"{of}{at[i].Text("tensors")} {Against(bound, [.. curves.Select(curve => curve[card])])}");
                }
                else if (i == card || i == times.Length - 1)
                {
                    context.Claim(name, at[i].Mean, low: forgets ? null : bound, high: forgets ? bound : null, explanation: of + at[i].Text("tensors"));
                }
            }

            double[] mean = [.. at.Select(estimate => estimate.Mean)];
            context.Record("C(t)", mean);
            figure.Line($"T = {temperature}", axis, mean, [.. at.Select(estimate => estimate.Error)]);
        }

        context.Plot("C6-correlation.svg", figure, $"Overlap of Glauber dynamics with its start, an equilibrium configuration by planting, N = {N}; T_d = .6816 lies between the two temperatures.");
    }

    /// <summary>The full run: the card's criterion with its twelve chains, over so many tensors that it can be judged.</summary>
    public static void Distribution(RunContext context)
    {
        const int Chains = 12;
        context.Heading("C6: C(200) over many tensors");
        foreach ((double temperature, double bound, bool forgets) in Sides)
        {
            double[] values = new double[Many];
            const int Batch = 40;
            for (int first = 0; first < Many; first += Batch)
            {
                int from = first;
                Device.Cpu.InParts(Batch, t => values[from + t] = Correlation(Stream(context, GlassCheck.PlantedMany, from + t), temperature, Chains, [200])[0]);
                context.Progress("C6 C(200)", (first + Batch) / (double)Many);
            }

            Estimate mean = Estimate.Of(values);
            string name = $"C6 Glauber from planted, T = {(forgets ? ".714" : ".60")}, C(200) of {Many} tensors", of = $"N = {N}, {Chains} chains from the planted configuration of each tensor. ";
            context.Claim($"{name}, mean", mean.Mean, low: forgets ? null : bound, high: forgets ? bound : null, explanation: $"{of}{mean.Text("tensors")} {Against(bound, values)}");
            context.Report($"{name}, median", Median(values), of);
            int pairs = 0, meet = 0;
            for (int t = 0; t + 1 < Many; t += 2, pairs++)
            {
                double pair = (values[t] + values[t + 1]) / 2;
                meet += (forgets ? pair <= bound : pair >= bound) ? 1 : 0;
            }

            context.Report($"{name}, share of pairs of tensors that meet the bound", (double)meet / pairs, "The card states its criterion for two tensors.");
        }
    }

    /// <summary>What the numbers of single tensors say of a bound that their mean should not pass.</summary>
    private static string Against(double bound, double[] values)
    {
        Estimate mean = Estimate.Of(values);
        int below = values.Count(value => value <= bound);
        double distance = (mean.Mean - bound) / mean.Error;
        return $"The card's bound is {bound}: {below} of {values.Length} tensors are below it (their deviation is {mean.Error * Math.Sqrt(mean.Count):F2}), and their mean is {Math.Abs(distance):F1} standard errors {(distance > 0 ? "above" : "below")} it.";
    }

    private static double[] Correlation(RandomStream random, double temperature, int count, int[] times)
    {
        using Scope scope = Scope.Begin();
        Tensor<float> spike = random.Fork("spike").Rademacher<float>([N]);
        using SpikedModel model = SpikedModel.Stored(3, N, random.Fork("tensor"), spike);
        SpinChains chains = new(model, Each(count, temperature), random.Fork("chains"));
        chains.Set(spike.ToArray());
        double[] curve = new double[times.Length];
        for (int i = 0; i < times.Length; i++)
        {
            chains.Sweep(times[i] - (i == 0 ? 0 : times[i - 1]));
            curve[i] = HostMath.Mean(SpinStatistics.OverlapsWith(chains.ToTensor(), model.Spike));
        }

        return curve;
    }
}
