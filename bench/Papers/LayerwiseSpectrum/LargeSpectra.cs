using System.Diagnostics;
using Onsager.Models.Spectral;
using Onsager.Papers.Report;
using Onsager.Simd;
using Onsager.Tensors;
using static Onsager.Papers.HostMath;
using static Onsager.Papers.LayerwiseSpectrumPaper;

namespace Onsager.Papers;

/// <summary>The full run: other activations and depths, the limit of high dimension, and widths and numbers of points that no stored kernel would hold.</summary>
internal static class LargeSpectra
{
    public static void Run(RunContext context)
    {
        context.Heading("Beyond relu, beyond three layers");
        Activations(context);
        HighDimension(context);
        Widths(context);
    }

    private static (string Name, DualActivation Dual)[] All() =>
    [
        ("relu", DualActivation.Relu), ("leaky relu 0.1", DualActivation.LeakyRelu(0.1)), ("absolute value", DualActivation.LeakyRelu(-1)), ("erf", DualActivation.Erf), ("sine", DualActivation.Sine),
        ("exponential", DualActivation.Exponential), ("tanh", DualActivation.Of<Tanh>()), ("gelu", DualActivation.Of<Gelu>()), ("silu", DualActivation.Of<Silu>()),
    ];

    /// <summary>Whether the bias of S2 is there for other activations, and how steep it is.</summary>
    private static void Activations(RunContext context)
    {
        const int Dimension = 10, Degrees = 12;
        Figure figure = new("k", "share of the first layer") { YRange = (0, 1) };
        List<IReadOnlyList<Cell>> rows = [];
        foreach ((string name, DualActivation dual) in All())
        {
            int cases = 0, holds = 0;
            List<string> misses = [];
            foreach (int layers in (ReadOnlySpan<int>)[2, 3, 4, 6, 8, 12])
            {
                foreach (int d in (ReadOnlySpan<int>)[3, 5, 10, 20])
                {
                    LayerwiseSpectrum spectrum = LayerwiseSpectrum.Infinite(dual, layers, d, Degrees);
                    (bool ratios, bool first, bool last) = Spectra.Monotone(spectrum, 1e-11);
                    cases++;
                    if (ratios && first && last)
                    {
                        holds++;
                    }
                    else
                    {
                        misses.Add($"({layers}, {d})");
                    }
                }
            }

            LayerwiseSpectrum three = LayerwiseSpectrum.Infinite(dual, 3, Dimension, Degrees);
            double[] degrees = [.. Enumerable.Range(0, Degrees + 1).Where(k => three[1, k] > 1e-11).Select(k => (double)k)];
            if (name is "relu" or "erf" or "tanh" or "gelu" or "silu" or "exponential")
            {
                figure.Line(name, degrees, [.. degrees.Select(k => three.Share(1, (int)k))]);
            }

            rows.Add([name, holds, cases, string.Join(" ", misses), .. ((int[])[0, 1, 2, 3, 4]).Select(k => three[1, k] > 1e-11 ? new Cell(three.Share(1, k), "F3") : new Cell("-"))]);
            context.Report($"full {name}, cases with all ratios and shares monotone", holds, $"Of {cases}: L = 2, 3, 4, 6, 8, 12 and d = 3, 5, 10, 20, from k to k + 2 up to {Degrees}, eigenvalues above 10^-11.");
        }

        context.Table($"The bias of S2 for other activations; the first of three layers' share at d = {Dimension}", ["activation", "monotone", "of", "not at (L, d)", "k = 0", "k = 1", "k = 2", "k = 3", "k = 4"], rows);
        context.Plot("full-activations.svg", figure, $"Share of the first of three layers, d = {Dimension}.");
    }

    /// <summary>As d grows, two layers have the ratio k for any activation, and shares tend to those of power series.</summary>
    private static void HighDimension(RunContext context)
    {
        const int Degrees = 6;
        foreach ((string name, DualActivation dual) in All())
        {
            LayerwiseSpectrum two = LayerwiseSpectrum.HighDimension(dual, 2, Degrees);
            double largest = 0;
            for (int k = 0; k <= Degrees; k++)
            {
                largest = two[2, k] > 0 ? Math.Max(largest, Math.Abs((two[1, k] / two[2, k]) - k)) : largest;
            }

            context.Claim($"full {name}, largest error of the ratio k at d = infinity", largest, low: 0, high: 1e-12, explanation: "λ1 / λ2 of two layers as d grows, in power series: k for any activation.");
        }

        LayerwiseSpectrum limit = LayerwiseSpectrum.HighDimension(DualActivation.Relu, 3, Degrees);
        double[] dimensions = Grid(3, 1000, 12), shares = [.. dimensions.Select(d => LayerwiseSpectrum.Infinite(DualActivation.Relu, 3, (int)d, 4).Share(1, 4))];
        context.Record("shares by dimension", shares);
        context.Report("full relu, L = 3, first share of k = 4 at d = infinity", limit.Share(1, 4), "0.614 at d = 3.");
        context.Plot(
            "full-dimension.svg", new Figure("d", "share of the first layer, k = 4") { LogX = true }.Line("quadrature", [.. dimensions.Select(d => (double)(int)d)], shares).Horizontal(limit.Share(1, 4), "power series"),
            "Three layers of relu: the share at finite d tends to that of the power series.");
    }

    /// <summary>Depths and dimensions at a larger width; the error of a network's shares falls as the width grows.</summary>
    private static void Widths(RunContext context)
    {
        const int Points = 4096, Degrees = 3, Networks = 2, Width = 2048;
        long from = Stopwatch.GetTimestamp();
        int done = 0;
        foreach (int d in (ReadOnlySpan<int>)[3, 10, 30])
        {
            foreach (int layers in (ReadOnlySpan<int>)[2, 3, 4, 5, 6])
            {
                LayerwiseSpectrum found = Find(context, layers, d, Width, Points, Degrees, Networks, 100 * done), theory = LayerwiseSpectrum.Infinite(DualActivation.Relu, layers, d, Degrees);
                double largest = 0;
                for (int k = 0; k <= (d == 3 ? (layers == 2 ? 2 : 3) : 1); k++)
                {
                    for (int l = 1; l <= layers; l++)
                    {
                        largest = Math.Max(largest, Math.Abs(found.Share(l, k) - theory.Share(l, k)));
                    }
                }

                context.Report($"full d = {d}, L = {layers}, width {Width}, largest error of a share", largest, $"{Networks} networks, {Points} points, degrees up to {(d == 3 ? 3 : 1)}.");
                context.Progress("wide networks", ++done / 15.0);
            }
        }

        context.Timing("full wide networks, seconds", Stopwatch.GetElapsedTime(from).TotalSeconds, $"{15 * Networks} networks of width {Width}, all pairs of {Points} points.");
        Rate(context);
    }

    private static void Rate(RunContext context)
    {
        const int Points = 1024, Networks = 12, Degrees = 1;
        double[] widths = [64, 128, 256, 512, 1024, 2048], errors = new double[widths.Length];
        LayerwiseSpectrum theory = LayerwiseSpectrum.Infinite(DualActivation.Relu, 3, 3, Degrees);
        for (int i = 0; i < widths.Length; i++)
        {
            double squares = 0;
            for (int r = 0; r < Networks; r++)
            {
                LayerwiseSpectrum one = Find(context, 3, 3, (int)widths[i], Points, Degrees, 1, 5000 + (100 * i) + r);
                double error = one.Share(3, 0) - theory.Share(3, 0);
                squares += error * error / Networks;
            }

            errors[i] = Math.Sqrt(squares);
            context.Report($"full width {widths[i]}, error of the last share of k = 0", errors[i], $"Root mean square of {Networks} networks.");
            context.Progress("widths", (i + 1.0) / widths.Length);
        }

        context.Plot(
            "full-widths.svg", new Figure("width", "error of a share") { LogX = true, LogY = true }.Line("last layer, k = 0", widths, errors).Curve("width^{-1/2}", widths, [.. widths.Select(width => errors[0] * Math.Sqrt(widths[0] / width))]),
            "The share of single networks of three layers, d = 3, against that of infinite width.");
    }

    private static LayerwiseSpectrum Find(RunContext context, int layers, int dimension, int width, int points, int degrees, int networks, int repetition)
    {
        LayerwiseSpectrum[] found = new LayerwiseSpectrum[networks];
        for (int r = 0; r < networks; r++)
        {
            using Scope scope = Scope.Begin();
            RandomStream random = Stream(context, SpectralCheck.Large, repetition + r);
            Tensor<double> x = random.Sphere<double>([points, dimension], context.Device) * Math.Sqrt(dimension);
            found[r] = LayerwiseSpectrum.Finite<Relu>(Weights(random, layers, dimension, width, context.Device), x, degrees, Math.Sqrt(2));
        }

        return LayerwiseSpectrum.Mean(found);
    }
}
