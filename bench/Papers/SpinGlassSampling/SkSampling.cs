using Onsager.Models.Amp;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.GlassMeasures;

namespace Onsager.Papers;

/// <summary>Claim C4: in the Sherrington-Kirkpatrick model above its critical temperature, flows, localisation and decimation sample as Markov chains do.</summary>
internal static class SkSampling
{
    private static readonly string[] Samplers = ["flow", "decimation", "Glauber", "diffusion", "localization"];

    private const string Difference = "flow less Glauber";
    private const string Ratio = "flow over Glauber";

    private const int Flow = 0;
    private const int Decimation = 1;
    private const int Glauber = 2;

    public static void Run(RunContext context)
    {
        int n = context.Choose(256, 400, 400), samples = 100, least = 12, most = 40;
        context.Heading("C4: sampling the Sherrington-Kirkpatrick model");
        double[] betas = [0.5, 0.8];
        List<IReadOnlyList<Cell>> rows = [];
        Dictionary<double, double[]> first = [];
        foreach (double beta in betas)
        {
            first[beta] = Measured(context, beta, n, samples, least, most, rows);
        }

        context.Table($"N = {n}, {samples} samples of each disorder: energy per spin, and N times the mean square overlap", ["beta", "sampler", "E / N", "± s.e.", "theory", "N<q^2>", "theory"], rows);
        Curve(context, n, samples, first);
    }

    /// <summary>Energies and scaled overlaps of all samplers on one disorder.</summary>
    private static (double[] Energies, double[] Overlaps) Sample(RunContext context, double beta, int n, int samples, int disorder, bool all)
    {
        using Scope scope = Scope.Begin();
        RandomStream random = Stream(context, GlassCheck.Pairs, disorder);
        using SpikedModel model = SpikedModel.Stored(2, n, random.Fork("couplings"), device: context.Device);
        double[] delta = Each(samples, 1 / (beta * beta));
        SpinChains chains = new(model, Each(samples, 1 / beta), random.Fork("glauber"));
        chains.Sweep(30);
        List<Tensor<float>> drawn =
        [
            AmpSamplers.Flow(model, delta, random.Fork("flow"), new SamplerOptions { Steps = 50, Iterations = 8 }),
            AmpSamplers.Decimation(model, delta, random.Fork("decimation"), new SamplerOptions { Steps = context.Choose(50, 100, 100), Iterations = 6 }),
            chains.ToTensor(),
        ];
        if (all)
        {
            drawn.Add(AmpSamplers.Diffusion(model, delta, random.Fork("diffusion"), new SamplerOptions { Steps = 50, Iterations = 8 }));
            drawn.Add(AmpSamplers.Localization(model, delta, random.Fork("localization"), new SamplerOptions { Steps = 100, Iterations = 6 }));
        }

        return ([.. drawn.Select(spins => HostMath.Mean(SpinStatistics.Energies(model, spins)))], [.. drawn.Select(SpinStatistics.ScaledOverlap)]);
    }

    /// <summary>The claims at one beta; returns the energies on the first disorder.</summary>
    private static double[] Measured(RunContext context, double beta, int n, int samples, int least, int most, List<IReadOnlyList<Cell>> rows)
    {
        double theory = -beta / 2 * (1 - (1.0 / n)), scaled = 1 / (1 - (beta * beta));
        double[] first = [];
        Repeats repeats = new();
        repeats.Judge(Difference, 0.008).Judge(Energy(Flow), 0.010).Judge(Energy(Decimation), 0.012).Judge(Energy(Glauber), 0.010).Judge(Ratio, 0.15);
        repeats.Run(context, $"C4 SK, beta = {beta}", least, most, every: 1, experiment: disorder =>
        {
            (double[] energies, double[] overlaps) = Sample(context, beta, n, samples, disorder, disorder < 3 && context.Size != RunSize.Quick);
            first = disorder == 0 ? energies : first;
            for (int s = 0; s < energies.Length; s++)
            {
                repeats.Add(Energy(s), energies[s]);
                repeats.Add(Overlap(s), overlaps[s]);
            }

            repeats.Add(Difference, energies[Flow] - energies[Glauber]);
            repeats.Add(Ratio, overlaps[Flow] / overlaps[Glauber]);
        });
        string of = $"beta = {beta}, N = {n}, {samples} samples of each disorder; {(repeats.AreKnown ? "repeated until each standard error is a quarter of its tolerance" : $"stopped at {most} disorders with a standard error above a quarter of its tolerance")}.";
        repeats.Claim(context, $"C4 beta = {beta}, E_flow - E_Glauber", Difference, 0, 0.008, $"{of} Both sample the same disorders.");
        repeats.Claim(context, $"C4 beta = {beta}, E_flow", Energy(Flow), theory, 0.010, $"{of} Theory: -beta / 2 (1 - 1 / N).");
        repeats.Claim(context, $"C4 beta = {beta}, E_Glauber", Energy(Glauber), theory, 0.010, of);
        repeats.Claim(context, $"C4 beta = {beta}, E_decimation", Energy(Decimation), theory, 0.012, of);
        repeats.Claim(context, $"C4 beta = {beta}, N<q^2> of the flow over Glauber's", Ratio, 1, 0.15, of);
        for (int s = 0; s < first.Length; s++)
        {
            rows.Add([new Cell(beta, "0.0#"), Samplers[s], new Cell(repeats.Mean(Energy(s)), "F4"), new Cell(repeats.Error(Energy(s)), "F4"), new Cell(theory, "F4"), new Cell(repeats.Mean(Overlap(s)), "F3"), new Cell(scaled, "F3")]);
        }

        return first;

        static string Energy(int sampler) => $"{Samplers[sampler]} energy";
        static string Overlap(int sampler) => $"{Samplers[sampler]} overlap";
    }

    private static void Curve(RunContext context, int n, int samples, Dictionary<double, double[]> known)
    {
        double[] betas = context.Choose<double[]>([0.5, 0.8], [0.2, 0.35, 0.5, 0.65, 0.8, 0.9], [0.2, 0.35, 0.5, 0.65, 0.8, 0.9]);
        double[][] energies = [.. betas.Select(beta => known.TryGetValue(beta, out double[]? energies) ? energies : Sample(context, beta, n, samples, 0, all: true).Energies)];
        Figure figure = new("beta", "E / N");
        for (int s = 0; s < energies[0].Length; s++)
        {
            double[] line = [.. energies.Select(at => at[s])];
            context.Record(Samplers[s], line);
            figure.Line(Samplers[s], betas, line);
        }

        figure.Slope(-0.5, "-beta / 2");
        context.Plot("C4-energy.svg", figure, $"Energies of one disorder of N = {n} by each sampler, and the theory of the high-temperature phase.");
    }
}
