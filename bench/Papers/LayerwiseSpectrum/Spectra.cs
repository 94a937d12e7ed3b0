using Onsager.Models.Spectral;
using Onsager.Papers.Report;
using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>Claims S1 to S3: infinitely wide layers of relu, whose eigenvalues come by quadrature.</summary>
internal static class Spectra
{
    private static readonly int[] Dimensions = [3, 5, 10, 20, 50];

    /// <summary>S1: two layers, for which the ratio of both eigenvalues is known in closed form.</summary>
    public static void TwoLayers(RunContext context)
    {
        const int Degrees = 16;
        context.Heading("S1: with two layers, the first layer's part grows with the square of the degree");
        Figure figure = new("k", "λ_{k}^{(1)} / λ_{k}^{(2)}") { LogY = true };
        double vanishing = 0;
        foreach (int d in (ReadOnlySpan<int>)[3, 4, 5, 8, 10, 20])
        {
            LayerwiseSpectrum spectrum = LayerwiseSpectrum.Infinite(DualActivation.Relu, 2, d, Degrees);
            double largest = 0;
            List<double> degrees = [], ratios = [], closed = [];
            for (int k = 0; k <= Degrees; k++)
            {
                if (k > 1 && k % 2 == 1)
                {
                    vanishing = Math.Max(vanishing, Math.Max(Math.Abs(spectrum[1, k]), Math.Abs(spectrum[2, k])));
                }
                else if (spectrum[2, k] > 1e-9)
                {
                    double ratio = spectrum[1, k] / spectrum[2, k], expected = ((k * (k + d - 2.0)) + 1) / d;
                    largest = Math.Max(largest, Math.Abs((ratio / expected) - 1));
                    degrees.Add(k);
                    ratios.Add(ratio);
                    closed.Add(expected);
                }
            }

            context.Claim(
                $"S1 d = {d}, largest relative error of the ratio", largest, low: 0, high: 1e-7,
                explanation: $"λ1 / λ2 of two layers of relu against (k (k + d - 2) + 1) / d, for k = 0, 1 and even k up to {Degrees} with eigenvalues above 10^-9.");
            if (d is 3 or 5 or 10)
            {
                figure.Points($"d = {d}", [.. degrees], [.. ratios]).Curve("", [.. degrees], [.. closed], like: $"d = {d}");
            }
        }

        context.Claim("S1 odd degrees above 1, largest eigenvalue", vanishing, low: 0, high: 1e-9, explanation: "Of both layers, all dimensions: they vanish.");
        context.Plot("s1-two-layers.svg", figure, "The ratio of the layers' eigenvalues for two layers of relu, and, dashed, the closed form; odd degrees above 1 are in neither.");
    }

    /// <summary>S2: from k to k + 2, early layers gain.</summary>
    public static void Bias(RunContext context)
    {
        const int Degrees = 20, Firsts = 7;
        context.Heading("S2: the higher the degree, the earlier the layer");
        int cases = 0, ratios = 0, firsts = 0, lasts = 0, strict = 0;
        foreach (int layers in (ReadOnlySpan<int>)[2, 3, 4, 5, 6])
        {
            foreach (int d in Dimensions)
            {
                LayerwiseSpectrum spectrum = LayerwiseSpectrum.Infinite(DualActivation.Relu, layers, d, Degrees);
                context.Record($"L = {layers}, d = {d}", Flat(spectrum));
                if (layers == 2)
                {
                    continue;
                }

                cases++;
                (bool ratio, bool first, bool last) = Monotone(spectrum, 1e-13);
                ratios += ratio ? 1 : 0;
                firsts += first ? 1 : 0;
                lasts += last ? 1 : 0;
                strict += layers == 3 && Enumerable.Range(0, Firsts).All(k => spectrum.Share(3, k + 1) < spectrum.Share(3, k)) ? 1 : 0;
            }
        }

        string where = $"L = 3 .. 6 and d = 3, 5, 10, 20, 50, degrees up to {Degrees} with eigenvalues above 10^-13; the number of these {cases} cases in which it holds throughout.";
        context.Claim("S2 cases with all adjacent ratios rising from k to k + 2", ratios, cases, 0, explanation: where);
        context.Claim("S2 cases with the first layer's share rising from k to k + 2", firsts, cases, 0, explanation: where);
        context.Claim("S2 cases with the last layer's share falling from k to k + 2", lasts, cases, 0, explanation: where);
        context.Claim(
            "S2 L = 3, dimensions with the last layer's share falling for k = 0 .. 7", strict, Dimensions.Length, 0,
            explanation: "At every step of the degree, odd and even; at higher degrees parities wobble.");
        SpectrumPlot(context);
    }

    /// <summary>S3: at high degrees the ratios of adjacent layers tend to numbers that the kernel's singularities give.</summary>
    public static void Asymptotics(RunContext context)
    {
        const int Dimension = 3, Degrees = 40;
        context.Heading("S3: at high degrees, each layer before the last gains one part for each layer behind it");
        Figure figure = new("k", "λ_{k}^{(1)} / λ_{k}^{(2)}");
        foreach (int layers in (ReadOnlySpan<int>)[3, 4, 5])
        {
            LayerwiseSpectrum spectrum = LayerwiseSpectrum.Infinite(DualActivation.Relu, layers, Dimension, Degrees);
            double b = Opposite(layers);
            foreach (int k in (ReadOnlySpan<int>)[Degrees, Degrees - 1])
            {
                double limit = (layers - 1 + (k % 2 == 0 ? b : -b)) / (layers - 2);
                context.Claim(
                    $"S3 L = {layers}, k = {k}, λ1 / λ2", spectrum[1, k] / spectrum[2, k], limit, 0.005 * limit,
                    explanation: $"Against its limit (L - 1 {(k % 2 == 0 ? "+" : "-")} b) / (L - 2), b = {b:F5} from the kernel's singularity at opposite points, d = 3.");
            }

            double[] degrees = [.. Enumerable.Range(0, Degrees + 1).Select(k => (double)k)];
            figure.Points($"L = {layers}", degrees, [.. degrees.Select(k => spectrum[1, (int)k] / spectrum[2, (int)k])]);
            figure.Horizontal((layers - 1 + b) / (layers - 2)).Horizontal((layers - 1 - b) / (layers - 2));
        }

        context.Plot("s3-ratios.svg", figure, "First over second layer, d = 3: even and odd degrees tend to two limits, drawn broken.");
    }

    /// <summary>Every eigenvalue, layer after layer.</summary>
    public static double[] Flat(LayerwiseSpectrum spectrum) =>
        [.. Enumerable.Range(1, spectrum.Layers).SelectMany(l => Enumerable.Range(0, spectrum.Degrees + 1).Select(k => spectrum[l, k]))];

    /// <summary>Whether ratios of adjacent layers and the first share rise, and the last share falls, from each degree to the next of its parity.</summary>
    public static (bool Ratios, bool First, bool Last) Monotone(LayerwiseSpectrum spectrum, double least)
    {
        bool ratios = true, first = true, last = true;
        int layers = spectrum.Layers;
        for (int k = 0; k + 2 <= spectrum.Degrees; k++)
        {
            if (!Enumerable.Range(1, layers).All(l => spectrum[l, k] > least && spectrum[l, k + 2] > least))
            {
                continue;
            }

            first &= spectrum.Share(1, k + 2) > spectrum.Share(1, k);
            last &= spectrum.Share(layers, k + 2) < spectrum.Share(layers, k);
            for (int l = 1; l < layers; l++)
            {
                ratios &= spectrum[l, k + 2] / spectrum[l + 1, k + 2] > spectrum[l, k] / spectrum[l + 1, k];
            }
        }

        return (ratios, first, last);
    }

    /// <summary>b: the product of the slopes of kappa along the images of opposite points, the first one excepted.</summary>
    private static double Opposite(int layers)
    {
        double b = 1, s = DualActivation.Relu.Value(-1);
        for (int j = 2; j < layers; j++)
        {
            b *= DualActivation.Relu.Derivative(s);
            s = DualActivation.Relu.Value(s);
        }

        return b;
    }

    private static void SpectrumPlot(RunContext context)
    {
        const int Dimension = 3, Degrees = 40, Layers = 3;
        LayerwiseSpectrum spectrum = LayerwiseSpectrum.Infinite(DualActivation.Relu, Layers, Dimension, Degrees);
        double[] degrees = [.. Enumerable.Range(1, Degrees).Select(k => (double)k)];
        Figure figure = new("k", "λ_{k}^{(l)}") { LogX = true, LogY = true };
        for (int l = 1; l <= Layers; l++)
        {
            figure.Line($"layer {l}", degrees, [.. degrees.Select(k => spectrum[l, (int)k])]);
        }

        double scale = spectrum[1, Degrees], late = spectrum[Layers, Degrees];
        figure.Curve("k^{-3}", degrees, [.. degrees.Select(k => scale * Power(Degrees / k, Dimension))], like: "layer 1");
        figure.Curve("k^{-5}", degrees, [.. degrees.Select(k => late * Power(Degrees / k, Dimension + 2))], like: "layer 3");
        context.Plot("s2-spectrum.svg", figure, "Eigenvalues of the layers' kernels, three layers of relu on the sphere in three dimensions; the last layer's fall two orders faster, as k^-(d+2) against k^-d.");
    }
}
