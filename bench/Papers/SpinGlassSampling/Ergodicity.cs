using Onsager.Models.Amp;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.GlassMeasures;

namespace Onsager.Papers;

/// <summary>Claim C6's Markov chains: from a planted equilibrium configuration they forget it above T_d, and not below.</summary>
internal static class Ergodicity
{
    private const int N = 120;
    private const int Chains = 16;

    private static readonly int[] Times = [1, 3, 10, 30, 100, 200];

    public static void Run(RunContext context)
    {
        int tensors = context.Choose(8, 16, 24);
        Figure figure = new("sweeps", "C(t)") { LogX = true, YRange = (0, 1) };
        double[] axis = [.. Times.Select(time => (double)time)];
        foreach ((double temperature, double bound) in (ReadOnlySpan<(double, double)>)[(0.7141, 0.35), (0.60, 0.75)])
        {
            double[][] curves = new double[tensors][];
            for (int t = 0; t < tensors; t++)
            {
                curves[t] = Correlation(Stream(context, GlassCheck.Planted, t), temperature);
                context.Progress("C6 ergodicity", (t + 1.0) / tensors);
            }

            Estimate[] at = [.. Times.Select((_, i) => Estimate.Of([.. curves.Select(curve => curve[i])]))];
            string why = $"N = {N}, {Chains} chains from the planted configuration of each of {tensors} tensors. {at[^1].Text("tensors")}";
            bool isErgodic = temperature > 0.6816;
            context.Claim($"C6 Glauber from planted, T = {(isErgodic ? ".714" : ".60")}, C(200)", at[^1].Mean, low: isErgodic ? null : bound, high: isErgodic ? bound : null, explanation: why);
            double[] mean = [.. at.Select(estimate => estimate.Mean)];
            context.Record("C(t)", mean);
            figure.Line($"T = {temperature}", axis, mean, [.. at.Select(estimate => estimate.Error)]);
        }

        context.Plot("C6-correlation.svg", figure, $"Overlap of Glauber dynamics with its start, an equilibrium configuration by planting, N = {N}: above T_d = .6816 it decays, below it is stuck.");
    }

    private static double[] Correlation(RandomStream random, double temperature)
    {
        using Scope scope = Scope.Begin();
        Tensor<float> spike = random.Fork("spike").Rademacher<float>([N]);
        SpikedModel model = SpikedModel.Stored(3, N, random.Fork("tensor"), spike);
        SpinChains chains = new(model, Each(Chains, temperature), random.Fork("chains"));
        chains.Set(spike.ToArray());
        double[] curve = new double[Times.Length];
        for (int i = 0; i < Times.Length; i++)
        {
            chains.Sweep(Times[i] - (i == 0 ? 0 : Times[i - 1]));
            curve[i] = HostMath.Mean(SpinStatistics.OverlapsWith(chains.ToTensor(), model.Spike));
        }

        return curve;
    }
}
