using Onsager.Models.Amp;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.GlassMeasures;

namespace Onsager.Papers;

/// <summary>Claim C6: on the same tensors of order three, the flow's energy leaves that of a Markov chain where the flow meets its transition, far above the temperature where the chain freezes.</summary>
internal static class FlowOrGlauber
{
    public static readonly double[] Temperatures = [1.732, 1.225, 0.866, 0.714];

    public static void Run(RunContext context)
    {
        int samples = context.Choose(32, 128, 128), least = context.Choose(2, 3, 3), most = context.Choose(3, 24, 24);
        context.Heading("C6: flows against Glauber dynamics, triples");
        Repeats repeats = new();
        repeats.Judge(Gap(0), 0.03).Judge(Gap(3), 0.05);
        repeats.Run(context, "C6 flows and chains", least, most, every: 1, experiment: tensor =>
        {
            (double Flow, double Glauber)[] energies = Compare(Stream(context, GlassCheck.Triples, tensor), 90, samples, context.Device);
            for (int t = 0; t < Temperatures.Length; t++)
            {
                repeats.Add($"flow {t}", energies[t].Flow);
                repeats.Add($"Glauber {t}", energies[t].Glauber);
                repeats.Add(Gap(t), Math.Abs(energies[t].Flow - energies[t].Glauber));
            }
        });
        string of = $"Mean over {repeats.Count} tensors of N = 90 of |E_flow - E_Glauber| on the same tensor, {samples} samples each: 80 Euler steps of 10 iterations with damping 0.1 against 60 + 60 sweeps.";
        repeats.Claim(context, "C6 gap, T = 1.732", Gap(0), 0, 0.03, of);
        repeats.Bound(context, "C6 gap, T = .714", Gap(3), 0.05, null, of);
        context.Claim("C6 gap, T = .714 over T = 1.732", repeats.Mean(Gap(3)) / repeats.Mean(Gap(0)), low: 3, explanation: of);
        List<IReadOnlyList<Cell>> rows = [.. Temperatures.Select((temperature, t) => (IReadOnlyList<Cell>)
            [
                new Cell(temperature, "F3"), new Cell(repeats.Mean($"flow {t}"), "F4"), new Cell(repeats.Mean($"Glauber {t}"), "F4"),
                new Cell(Theory(temperature, 90), "F4"), new Cell(repeats.Mean(Gap(t)), "F4"), new Cell(repeats.Error(Gap(t)), "F4"),
            ])];
        context.Table("Energy per spin at N = 90", ["T", "flow", "Glauber", "-(1 / 2T)(1 - 1/N)(1 - 2/N)", "gap", "± s.e."], rows);
        Sizes(context);

        static string Gap(int t) => $"gap {t}";
    }

    /// <summary>-(1 / 2 T) (1 - 1/N) (1 - 2/N).</summary>
    public static double Theory(double temperature, int n) => -(1 - (1.0 / n)) * (1 - (2.0 / n)) / (2 * temperature);

    /// <summary>Mean energies of both samplers at all temperatures on one tensor: all temperatures and samples are columns of one batch.</summary>
    public static (double Flow, double Glauber)[] Compare(RandomStream random, int n, int samples, Device device)
    {
        using Scope scope = Scope.Begin();
        using SpikedModel model = SpikedModel.Stored(3, n, random.Fork("tensor"), device: device);
        double[] temperatures = [.. Temperatures.SelectMany(t => Each(samples, t))];
        SamplerOptions options = new() { Steps = 80, Iterations = 10, Damping = 0.1 };
        double[] flow = SpinStatistics.Energies(model, AmpSamplers.Flow(model, [.. temperatures.Select(t => SpikedModel.DeltaOf(3, t))], random.Fork("flow"), options));
        SpinChains chains = new(model, temperatures, random.Fork("glauber"));
        chains.Sweep(60);
        double[] glauber = new double[temperatures.Length];
        const int Every = 10, Looks = 6;
        for (int look = 0; look < Looks; look++)
        {
            chains.Sweep(Every);
            double[] energies = SpinStatistics.Energies(model, chains.ToTensor());
            for (int c = 0; c < glauber.Length; c++)
            {
                glauber[c] += energies[c] / Looks;
            }
        }

        return [.. Temperatures.Select((_, t) => (HostMath.Mean(flow.AsSpan(t * samples, samples)), HostMath.Mean(glauber.AsSpan(t * samples, samples))))];
    }

    /// <summary>The same gaps as N grows.</summary>
    private static void Sizes(RunContext context)
    {
        int[] sizes = context.Choose<int[]>([60], [90, 150], [90, 150, 240, 400, 600, 800]);
        List<IReadOnlyList<Cell>> rows = [];
        double[][] gaps = new double[Temperatures.Length][];
        for (int t = 0; t < gaps.Length; t++)
        {
            gaps[t] = new double[sizes.Length];
        }

        for (int s = 0; s < sizes.Length; s++)
        {
            (double Flow, double Glauber)[] at = Compare(Stream(context, GlassCheck.LargeTriples, s), sizes[s], 16, context.Device);
            for (int t = 0; t < gaps.Length; t++)
            {
                gaps[t][s] = at[t].Flow - at[t].Glauber;
                context.Report($"C6 N = {sizes[s]}, T = {Temperatures[t]}, E_flow - E_Glauber", gaps[t][s], "On one tensor, 16 samples of each.");
                rows.Add([new Cell(sizes[s], "F0"), new Cell(Temperatures[t], "F3"), new Cell(at[t].Flow, "F4"), new Cell(at[t].Glauber, "F4"), new Cell(gaps[t][s], "F4")]);
            }

            context.Progress("C6 sizes", (s + 1.0) / sizes.Length);
        }

        context.Table("The same on one tensor of each size, 16 samples", ["N", "T", "flow", "Glauber", "gap"], rows);
        double[] axis = [.. sizes.Select(size => (double)size)];
        Figure figure = new("N", "E_{flow} - E_{Glauber}");
        for (int t = 0; t < gaps.Length; t++)
        {
            figure.Line($"T = {Temperatures[t]}", axis, gaps[t]);
        }

        context.Plot("C6-sizes.svg", figure, "What the flow misses of the energy, as the size grows: T = .714 lies between T_d = .6816 and T_tri = .7410, the others above.");
    }
}
