using Onsager.Models.Spectral;
using Onsager.Papers.Report;
using Onsager.Simd;
using Onsager.Tensors;
using static Onsager.Papers.HostMath;
using static Onsager.Papers.LayerwiseSpectrumPaper;

namespace Onsager.Papers;

/// <summary>Claims S4 and S6: networks of finite width, whose kernels come by Gram products.</summary>
internal static class WideNetworks
{
    private const int Layers = 3;
    private const int Dimension = 3;
    private const int Width = 512;
    private static readonly double Gain = Math.Sqrt(2);

    /// <summary>S4: eigenvalues and shares of finite networks are those of infinite ones.</summary>
    public static void Eigenvalues(RunContext context)
    {
        const int Points = 1024, Degrees = 4;
        int networks = context.Choose(16, 40, 100);
        context.Heading("S4: networks of finite width have the spectrum of infinite ones");
        LayerwiseSpectrum[] found = new LayerwiseSpectrum[networks];
        for (int r = 0; r < networks; r++)
        {
            using Scope scope = Scope.Begin();
            RandomStream random = Stream(context, SpectralCheck.Kernels, r);
            Tensor<double> x = random.Sphere<double>([Points, Dimension], context.Device) * Math.Sqrt(Dimension);
            found[r] = LayerwiseSpectrum.Finite<Relu>(Weights(random, Layers, Dimension, Width, context.Device), x, Degrees, Gain);
            context.Progress("S4 kernels", (r + 1.0) / networks);
        }

        LayerwiseSpectrum mean = LayerwiseSpectrum.Mean(found), theory = LayerwiseSpectrum.Infinite(DualActivation.Relu, Layers, Dimension, 12);
        string where = $"L = 3, d = 3, width {Width}, {Points} points, mean of {networks} networks, against infinite width.";
        for (int k = 0; k <= Degrees; k++)
        {
            double shares = 0, relative = 0;
            for (int l = 1; l <= Layers; l++)
            {
                shares = Math.Max(shares, Math.Abs(mean.Share(l, k) - theory.Share(l, k)));
                relative = Math.Max(relative, Math.Abs((mean[l, k] / theory[l, k]) - 1));
            }

            context.Claim($"S4 k = {k}, largest error of a share", shares, low: 0, high: 0.03, explanation: where);
            if (k <= 3)
            {
                context.Claim($"S4 k = {k}, largest relative error of an eigenvalue", relative, low: 0, high: 0.12, explanation: where);
            }
        }

        Tables(context, mean, theory);
        Plot(context, found, theory);
    }

    /// <summary>S6: white noise is shared equally, since all kernels are alike at equal points.</summary>
    public static void Noise(RunContext context)
    {
        const int Points = 256;
        int networks = context.Choose(8, 16, 40);
        context.Heading("S6: white noise is shared equally");
        double[,] shares = new double[Layers, networks];
        double[] noises = Grid(0.1, 100, 13);
        int[] degrees = [0, 4];
        double[,,] measured = new double[degrees.Length, noises.Length, Layers];
        for (int r = 0; r < networks; r++)
        {
            using Scope scope = Scope.Begin();
            RandomStream random = Stream(context, SpectralCheck.Noise, r);
            Tensor<double> x = random.Sphere<double>([Points, Dimension], context.Device) * Math.Sqrt(Dimension);
            Tensor<double>[] weights = Weights(random, Layers, Dimension, Width, context.Device);
            Tensor<double>[] kernels = LayerwiseKernels.Finite<Relu>(weights, x, x, Gain);
            double[] traces = [.. kernels.Select(static kernel => kernel.Diagonal().Sum().Item())];
            double sum = traces.Sum();
            for (int l = 0; l < Layers; l++)
            {
                shares[l, r] = traces[l] / sum;
            }

            for (int i = 0; i < degrees.Length; i++)
            {
                Tensor<double> target = Gegenbauer.Evaluate(Dimension, x.Select(1, 0) / Math.Sqrt(Dimension), degrees[i] + 1)[degrees[i]] * Math.Sqrt((2 * degrees[i]) + 1);
                double[] signals = [.. kernels.Select(kernel => (target * kernel.MatMul(target)).Sum().Item())];
                for (int j = 0; j < noises.Length; j++)
                {
                    double[] falls = [.. signals.Zip(traces, (signal, trace) => signal + (noises[j] * noises[j] * trace))];
                    for (int l = 0; l < Layers; l++)
                    {
                        measured[i, j, l] += falls[l] / falls.Sum() / networks;
                    }
                }
            }

            context.Progress("S6 noise", (r + 1.0) / networks);
        }

        for (int l = 1; l <= Layers; l++)
        {
            double[] row = [.. Enumerable.Range(0, networks).Select(r => shares[l - 1, r])];
            context.Claim(
                $"S6 layer {l}, share of white noise", Mean(row), 1.0 / Layers, 0.04,
                explanation: $"tr K_{l} / tr K over {Points} points, width {Width}: the mean of {networks} networks; their standard deviation is {Deviation(row):F3}.");
        }

        NoisePlot(context, noises, degrees, measured, Points);
    }

    private static void Tables(RunContext context, LayerwiseSpectrum mean, LayerwiseSpectrum theory)
    {
        List<IReadOnlyList<Cell>> rows = [];
        for (int k = 0; k <= mean.Degrees; k++)
        {
            rows.Add([
                k, new(mean[1, k], "F5"), new(theory[1, k], "F5"), new(mean[2, k], "F5"), new(theory[2, k], "F5"), new(mean[3, k], "F5"), new(theory[3, k], "F5"),
                new(mean.Share(1, k), "F3"), new(theory.Share(1, k), "F3"), new(mean.Share(3, k), "F3"), new(theory.Share(3, k), "F3")]);
        }

        context.Table(
            $"Eigenvalues and shares at width {Width}, and their limits",
            ["k", "λ1", "limit", "λ2", "limit", "λ3", "limit", "first share", "limit", "last share", "limit"], rows);
    }

    private static void Plot(RunContext context, LayerwiseSpectrum[] found, LayerwiseSpectrum theory)
    {
        Figure figure = new("k", "share of layer l") { YRange = (0, 0.75) };
        double[] all = [.. Enumerable.Range(0, theory.Degrees + 1).Select(k => (double)k)], few = all[..(found[0].Degrees + 1)];
        for (int l = 1; l <= Layers; l++)
        {
            double[][] shares = [.. few.Select(k => found.Select(spectrum => spectrum.Share(l, (int)k)).ToArray())];
            figure.Points($"layer {l}", few, [.. shares.Select(values => Mean(values))], [.. shares.Select(values => Deviation(values))])
                .Curve("", all, [.. all.Select(k => theory.Share(l, (int)k))], like: $"layer {l}");
        }

        context.Plot("s4-shares.svg", figure, $"Shares of three layers of relu in the eigenvalue of each degree, d = 3: networks of width {Width} with their standard deviations, and, dashed, infinite width. The first layer takes the high degrees, the last one the low.");
    }

    private static void NoisePlot(RunContext context, double[] noises, int[] degrees, double[,,] measured, int points)
    {
        LayerwiseSpectrum theory = LayerwiseSpectrum.Infinite(DualActivation.Relu, Layers, Dimension, degrees[^1]);
        Figure figure = new("noise / signal", "share of layer l") { LogX = true, YRange = (0, 0.75) };
        for (int i = 0; i < degrees.Length; i++)
        {
            foreach (int l in (ReadOnlySpan<int>)[1, Layers])
            {
                double[] found = new double[noises.Length], expected = new double[noises.Length];
                for (int j = 0; j < noises.Length; j++)
                {
                    // Each layer's pairs give its eigenvalue, equal points and noise 1 / n each.
                    double own = ((1 + (noises[j] * noises[j])) / points) + (theory[l, degrees[i]] * (points - 1) / points), sum = 0;
                    for (int other = 1; other <= Layers; other++)
                    {
                        sum += ((1 + (noises[j] * noises[j])) / points) + (theory[other, degrees[i]] * (points - 1) / points);
                    }

                    found[j] = measured[i, j, l - 1];
                    expected[j] = own / sum;
                }

                context.Record("shares of noise", found);
                string name = $"layer {l}, k = {degrees[i]}";
                figure.Points(name, noises, found).Curve("", noises, expected, like: name);
            }
        }

        context.Plot("s6-noise.svg", figure, $"What the first and the last layer contribute to the first fall of the loss on {points} noisy samples of a harmonic of degree k, and, dashed, theory: for smooth targets the last layer has most of the signal, and white noise is shared equally, so the first layer fits more of it.");
    }
}
