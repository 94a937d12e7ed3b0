using Onsager.Models.Spectral;
using Onsager.Papers.Report;
using Onsager.Simd;
using Onsager.Tensors;
using static Onsager.Papers.HostMath;
using static Onsager.Papers.LayerwiseSpectrumPaper;

namespace Onsager.Papers;

/// <summary>Claim S5: gradient descent on all layers, with harmonics of one degree as targets. All networks, seeds times targets, are one batch.</summary>
internal sealed class TrainingShares
{
    private const int Layers = 3;
    private const int Dimension = 3;
    private const double Rate = 0.5;
    private static readonly int[] Degrees = [0, 1, 2, 3, 4, 6];

    private readonly RunContext context;
    private readonly int width;
    private readonly int steps;
    private readonly int networks;

    /// <summary>Shares [target, layer, network] of the first step's fall, and of all steps'.</summary>
    private readonly double[,,] first;
    private readonly double[,,] whole;

    /// <summary>Mean losses [step][target].</summary>
    private readonly double[][] losses;

    private TrainingShares(RunContext context)
    {
        this.context = context;
        (width, steps, networks) = context.Choose((128, 20, 6), (256, 40, 6), (256, 40, 10));
        first = new double[Degrees.Length, Layers, networks];
        whole = new double[Degrees.Length, Layers, networks];
        losses = [.. Enumerable.Range(0, steps + 1).Select(_ => new double[Degrees.Length])];
    }

    public static void Run(RunContext context)
    {
        const int AtOnce = 2;
        context.Heading("S5: in training, early layers learn high degrees and the last layer low ones");
        TrainingShares training = new(context);
        for (int r = 0; r < training.networks; r += AtOnce)
        {
            training.Train(r, AtOnce);
        }

        training.Claims();
        training.Plots();
    }

    /// <summary>Some networks with every target: the batch's index is network times targets plus target.</summary>
    private void Train(int from, int count)
    {
        using Scope scope = Scope.Begin();
        (Tensor<double> points, Tensor<double> importance) = SphereGrid.Product(14, 28, context.Device);
        Tensor<double>[] starts = Starts(from, count);
        Tensor<double>[] harmonics = Gegenbauer.Evaluate(Dimension, points.Select(1, 0), Degrees[^1] + 1);
        Tensor<double> targets = Tensor.Stack(0, [.. Degrees.Select(k => harmonics[k] * Math.Sqrt((2 * k) + 1))]).Tile(count, 1);
        using LayerwiseTraining<Relu> run = new(starts, points * Math.Sqrt(Dimension), targets, importance, Math.Sqrt(2));
        double[,] sums = new double[Layers, count * Degrees.Length];
        for (int step = 0; step < steps; step++)
        {
            AddLosses(losses[step], run.Losses());
            double[,] falls = run.Step(Rate);
            for (int l = 0; l < Layers; l++)
            {
                for (int b = 0; b < falls.GetLength(1); b++)
                {
                    sums[l, b] += falls[l, b];
                }
            }

            if (step == 0)
            {
                AddShares(first, falls, from);
            }

            context.Progress("S5 training", (from + (count * (step + 1.0) / steps)) / networks);
        }

        AddLosses(losses[steps], run.Losses());
        AddShares(whole, sums, from);
    }

    /// <summary>Weights [count targets, out, in], each network's once for every target.</summary>
    private Tensor<double>[] Starts(int from, int count)
    {
        Tensor<double>[][] each = [.. Enumerable.Range(from, count).Select(r => Weights(Stream(context, SpectralCheck.Training, r), Layers, Dimension, width, context.Device))];
        return [.. Enumerable.Range(0, Layers).Select(l => Tensor.Stack(0, [.. each.Select(weights => weights[l])]).RepeatInterleave(Degrees.Length, 0))];
    }

    private static void AddShares(double[,,] shares, double[,] falls, int from)
    {
        for (int b = 0; b < falls.GetLength(1); b++)
        {
            double sum = Enumerable.Range(0, Layers).Sum(l => falls[l, b]);
            for (int l = 0; l < Layers; l++)
            {
                shares[b % Degrees.Length, l, from + (b / Degrees.Length)] = falls[l, b] / sum;
            }
        }
    }

    private void AddLosses(double[] sums, double[] batch)
    {
        for (int b = 0; b < batch.Length; b++)
        {
            sums[b % Degrees.Length] += batch[b] / networks;
        }
    }

    private void Claims()
    {
        LayerwiseSpectrum theory = LayerwiseSpectrum.Infinite(DualActivation.Relu, Layers, Dimension, Degrees[^1]);
        string where = $"width {width}, mean of {networks} networks";
        for (int i = 0; i < Degrees.Length; i++)
        {
            double largest = 0;
            for (int l = 1; l <= Layers; l++)
            {
                double expected = theory.Share(l, Degrees[i]);
                context.Claim(
                    $"S5 k = {Degrees[i]}, layer {l}, share", MeanShare(first, i, l), expected, 0.06,
                    explanation: $"Of the first fall of the loss on a target of this degree, {where}, against the layer's share of the eigenvalue at infinite width.");
                largest = Math.Max(largest, Math.Abs(MeanShare(whole, i, l) - expected));
            }

            context.Claim($"S5 k = {Degrees[i]}, largest error of a share of {steps} steps", largest, low: 0, high: 0.06, explanation: $"Of the falls of all {steps} steps, rate {Rate}, {where}.");
        }

        int four = Array.IndexOf(Degrees, 4);
        context.Claim("S5 first layer, share(4) - share(0)", MeanShare(first, four, 1) - MeanShare(first, 0, 1), low: 0.35, explanation: "The first layer is for high degrees.");
        context.Claim("S5 last layer, share(0) - share(4)", MeanShare(first, 0, Layers) - MeanShare(first, four, Layers), low: 0.40, explanation: "The last layer is for low degrees.");
        int ordered = Enumerable.Range(0, Degrees.Length - 1).Count(i => losses[steps][i] < losses[steps][i + 1]);
        context.Claim(
            "S5 pairs of degrees in the order of their losses", ordered, Degrees.Length - 1, 0,
            explanation: $"Of neighbours among degrees {string.Join(", ", Degrees)}: the higher the degree, the larger the loss after {steps} steps.");
        for (int i = 0; i < Degrees.Length; i++)
        {
            context.Report($"S5 k = {Degrees[i]}, loss", losses[steps][i], $"After {steps} steps; 1/2 before.");
        }
    }

    private static double MeanShare(double[,,] shares, int degree, int layer)
    {
        double[] row = [.. Enumerable.Range(0, shares.GetLength(2)).Select(r => shares[degree, layer - 1, r])];
        return Mean(row);
    }

    private void Plots()
    {
        LayerwiseSpectrum theory = LayerwiseSpectrum.Infinite(DualActivation.Relu, Layers, Dimension, Degrees[^1]);
        double[] degrees = [.. Degrees.Select(k => (double)k)], axis = [.. Enumerable.Range(0, steps + 1).Select(step => (double)step)];
        Figure shares = new("degree of the target", "share of layer l") { YRange = (0, 0.75) };
        for (int l = 1; l <= Layers; l++)
        {
            double[] mean = [.. Enumerable.Range(0, Degrees.Length).Select(i => MeanShare(whole, i, l))];
            double[] spread = [.. Enumerable.Range(0, Degrees.Length).Select(i => Deviation([.. Enumerable.Range(0, networks).Select(r => whole[i, l - 1, r])]))];
            shares.Points($"layer {l}", degrees, mean, spread).Curve("", degrees, [.. Degrees.Select(k => theory.Share(l, k))], like: $"layer {l}");
        }

        context.Plot("s5-shares.svg", shares, $"What each layer contributes to {steps} steps of gradient descent on a target of one degree: networks of width {width} with their standard deviations, and, dashed, the shares of the eigenvalues at infinite width.");
        Figure fall = new("step", "loss") { LogY = true };
        for (int i = 0; i < Degrees.Length; i++)
        {
            double[] values = [.. losses.Select(row => row[i])];
            context.Record("losses", values);
            fall.Curve($"k = {Degrees[i]}", axis, values);
        }

        context.Plot("s5-losses.svg", fall, "Losses of targets of different degrees: low degrees are learned first.");
    }
}
