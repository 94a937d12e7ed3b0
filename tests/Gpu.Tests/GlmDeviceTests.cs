using Onsager.Models.Glm;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>Generalized linear models whose rows are on a device: every solver, ensembles, Gibbs samples and surrogates have the processor's bits.</summary>
public sealed class GlmDeviceTests
{
    private static readonly Dictionary<string, Func<Device, double[]>> s_programs = new()
    {
        ["minimisers"] = Minimisers,
        ["ensembles"] = Ensembles,
        ["samples"] = Samples,
        ["surrogates"] = Surrogates,
    };

    public static TheoryData<string> Programs => [.. s_programs.Keys];

    [DeviceTheory(DeviceKind.OpenCl), MemberData(nameof(Programs))]
    public void OpenClAgrees(string program) => Agreement.Check(DeviceKind.OpenCl, s_programs[program]);

    [DeviceTheory(DeviceKind.Cuda), MemberData(nameof(Programs))]
    public void CudaAgrees(string program) => Agreement.Check(DeviceKind.Cuda, s_programs[program]);

    private static LabelledRows Rows(Device device, nint n, nint p)
    {
        RandomStream random = new(5);
        using Tensor<double> mu = Mixture.GenericMean(p, 1.5, random.Fork("mean"), device);
        return Mixture.Draw(mu, n, NoiseLaw.Elliptical(0.2, 1.8), random.Fork("rows"), 1 / Math.Sqrt(p));
    }

    /// <summary>The closed form from either side, Newton steps, L-BFGS.</summary>
    private static double[] Minimisers(Device device)
    {
        using Scope scope = Scope.Begin();
        LabelledRows many = Rows(device, 70, 40), few = Rows(device, 20, 40);
        return
        [
            .. Erm.Fit(ConvexLoss.Square, many.X, many.Y, 0.1).Weights.ToArray(), .. Erm.Fit(ConvexLoss.Square, few.X, few.Y, 0.1).Weights.ToArray(),
            .. Erm.Fit(ConvexLoss.Logistic, many.X, many.Y, 0.1, new() { Solver = ErmSolver.Newton }).Weights.ToArray(),
            .. Erm.Fit(ConvexLoss.Logistic, many.X, many.Y, 0.1, new() { Solver = ErmSolver.LBfgs }).Weights.ToArray(),
        ];
    }

    private static double[] Ensembles(Device device)
    {
        using Scope scope = Scope.Begin();
        ClusterEnsemble problems = ClusterEnsemble.Draw(3, 60, 30, 1.5, NoiseLaw.Exponential, new RandomStream(6), device);
        EnsembleFit square = problems.Fit(ConvexLoss.Square, 0.1), logistic = problems.Fit(ConvexLoss.Logistic, 0.1);
        return [.. square.Weights.ToArray(), .. logistic.Weights.ToArray(), .. logistic.TrainLoss.ToArray(), logistic.Iterations];
    }

    private static double[] Samples(Device device)
    {
        using Scope scope = Scope.Begin();
        LabelledRows rows = Rows(device, 50, 20);
        GaussianPosterior posterior = GaussianPosterior.OfSquareLoss(rows.X, rows.Y, 0.1, 2);
        using HamiltonianMonteCarlo chains = new(
            new GlmPotential(ConvexLoss.Logistic, rows.X, rows.Y, 0.5), new RandomStream(7).Normal<double>([3, 20], device), new RandomStream(8), step: 0.12, leaps: 5);
        chains.Run(10);
        return [.. posterior.Sample(4, new RandomStream(9)).ToArray(), posterior.MeanVariance(), .. chains.Position.ToArray(), chains.Acceptance];
    }

    private static double[] Surrogates(Device device)
    {
        using Scope scope = Scope.Begin();
        RandomStream random = new(10);
        Tensor<double> maps = RandomFeatures.Maps(12, 8, random.Fork("maps"), device), plus = random.Normal<double>([80, 8], device) + 0.5, minus = random.Normal<double>([80, 8], device) - 0.5;
        GaussianSurrogate surrogate = GaussianSurrogate.Fit([RandomFeatures.Apply<Tanh>(plus, maps), RandomFeatures.Apply<Tanh>(minus, maps)]);
        (Tensor<double> means, Tensor<double> covariance) = surrogate.Scores(1, maps.Transpose().Slice(1, 0, 12));
        return [.. surrogate.Draw(0, 9, random).ToArray(), .. means.ToArray(), .. covariance.ToArray()];
    }
}
