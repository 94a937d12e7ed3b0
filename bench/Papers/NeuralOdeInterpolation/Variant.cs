using System.Diagnostics;
using Onsager.Models.NeurInt;
using Onsager.Models.Ode;
using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>What is trained: a name, and in what its options differ.</summary>
internal sealed record Variant(string Name, Func<InterpolationOptions, InterpolationOptions> Of)
{
    /// <summary>The paper's model.</summary>
    public static readonly Variant Ode = new("ODE", static options => options);

    /// <summary>Its ablation: straight paths, the same adversary.</summary>
    public static readonly Variant Linear = new("linear with adversary", static options => options with { Path = LatentPath.Linear });

    /// <summary>Straight paths in a plain autoencoder.</summary>
    public static readonly Variant Autoencoder = new("autoencoder", static options => options with { Path = LatentPath.Linear, Adversary = 0 });

    /// <summary>Beyond the paper: paths that differ between the same two images. A spring takes them back to the target, and their noise can be read off the frames.</summary>
    public static readonly Variant Diverse = new(
        "ODE with spring and recall", static options => options with { Path = LatentPath.Spring, Recall = 1, Adversary = 2 * options.Adversary, Iterations = 2 * options.Iterations });

    public static readonly Variant[] All = [Ode, Linear, Autoencoder, Diverse];
}

/// <summary>The numbers of one trained model on pairs that it has not seen.</summary>
internal sealed record PathQuality(
    double Rec0, double Rec1, double Off, double OffFar, double LargestPart, double Variation, double Jump, double DivMid, double DivEnd, double Sigma, double MethodsApart, double Seconds)
{
    /// <summary>off at each interior frame.</summary>
    public required double[] OffAt { get; init; }

    /// <summary>The reconstruction error along training.</summary>
    public required double[] Losses { get; init; }

    /// <summary>Frames [17, pairs, pixels] of the pairs.</summary>
    public required float[] Frames { get; init; }

    /// <summary>Frames [8, 17, pixels] of the first pair, each time with other noise.</summary>
    public required float[] Draws { get; init; }

    /// <summary>Latent places [17, pairs, d].</summary>
    public required float[] Places { get; init; }
}

/// <summary>Pairs of images, the bank that says what an image is, and how far pairs are apart.</summary>
internal sealed class PairSet(Tensor<float> source, Tensor<float> target, double[] distances, Tensor<float> bank, double[] bankAngles) : IDisposable
{
    public const int Frames = 17;

    /// <summary>Pairs farther apart than this are far.</summary>
    private const double Far = 0.6 * Math.PI;

    public Tensor<float> Source { get; } = source;

    public Tensor<float> Target { get; } = target;

    /// <summary>The mean squared norm of an image.</summary>
    public double Norm { get; } = Mean(bank);

    /// <summary>Trains a model and measures it.</summary>
    /// <param name="options">Sizes and weights.</param>
    /// <param name="random">Weights and training draw from it.</param>
    /// <param name="next">A batch of training pairs.</param>
    /// <param name="progress">Told how far training has come.</param>
    public PathQuality Train(InterpolationOptions options, RandomStream random, Func<(Tensor<float> Source, Tensor<float> Target)> next, Action<double> progress)
    {
        long start = Stopwatch.GetTimestamp();
        using InterpolationModel model = new(options, random);
        List<double> losses = [];
        double sum = 0;
        for (int i = 0; i < options.Iterations; i++)
        {
            using Scope scope = Scope.Begin();
            (Tensor<float> source, Tensor<float> target) = next();
            sum += model.Train(source, target).Reconstruction;
            if ((i + 1) % 20 == 0)
            {
                losses.Add(sum / 20);
                sum = 0;
                progress((i + 1.0) / options.Iterations);
            }
        }

        return Measure(model, random.Fork("evaluation"), [.. losses], Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>The mean distance of the frames between from images: over all pairs, over far ones, and at each frame.</summary>
    public (double All, double Far, double[] At, int[] Nearest) Off(Tensor<float> frames)
    {
        int pairs = (int)Source.Shape[0], pixels = (int)Source.Shape[1];
        using Tensor<float> flat = frames.Reshape(Frames * pairs, pixels);
        (double[] squared, int[] nearest) = FrameMetrics.ToBank(flat, bank);
        double all = 0, far = 0;
        int count = 0;
        double[] at = new double[Frames];
        for (int k = 0; k < Frames; k++)
        {
            for (int pair = 0; pair < pairs; pair++)
            {
                double own = squared[(k * pairs) + pair] / Norm;
                at[k] += own / pairs;
                if (k is > 0 and < Frames - 1)
                {
                    all += own;
                    (far, count) = distances.Length > 0 && distances[pair] > Far ? (far + own, count + 1) : (far, count);
                }
            }
        }

        return (all / (pairs * (Frames - 2)), count > 0 ? far / count : double.NaN, at, nearest);
    }

    public void Dispose()
    {
        Source.Dispose();
        Target.Dispose();
        bank.Dispose();
    }

    private PathQuality Measure(InterpolationModel model, RandomStream random, double[] losses, double seconds)
    {
        using Scope scope = Scope.Begin();
        nint pairs = Source.Shape[0];
        Tensor<float> noise = random.Normal<float>([pairs, model.Options.Latent]);
        Tensor<float> frames = model.Interpolate(Source, Target, noise, Frames), other = model.Interpolate(Source, Target, noise, Frames, Tableaus.Dopri5);
        (double off, double far, double[] at, int[] nearest) = Off(frames);
        (double part, double variation) = FrameMetrics.Evenness(frames);
        (double mid, double end, float[] draws) = Diversity(model, random);
        return new PathQuality(
            Error(frames.Select(0, 0), Source), Error(frames.Select(0, Frames - 1), Target), off, far, part, variation, Jump(nearest, (int)pairs), mid, end,
            model.MeanSigma(Source, Target), (frames - other).Abs().Max().Item(), seconds)
        {
            OffAt = at[1..^1],
            Losses = losses,
            Frames = frames.ToArray(),
            Draws = draws,
            Places = model.Places(Source, Target, noise, Frames, Tableaus.Rk4).ToArray(),
        };
    }

    /// <summary>The variance over eight draws of the middle and of the last frame, and what the first pair's draws look like.</summary>
    private (double Mid, double End, float[] OfFirst) Diversity(InterpolationModel model, RandomStream random)
    {
        const int Draws = 8;
        nint pairs = Source.Shape[0];
        Tensor<float>[] middle = new Tensor<float>[Draws], last = new Tensor<float>[Draws], first = new Tensor<float>[Draws];
        for (int i = 0; i < Draws; i++)
        {
            Tensor<float> frames = model.Interpolate(Source, Target, random.Normal<float>([pairs, model.Options.Latent]), Frames);
            (middle[i], last[i], first[i]) = (frames.Select(0, Frames / 2), frames.Select(0, Frames - 1), frames.Select(1, 0));
        }

        return (Spread(middle), Spread(last), Tensor.Stack(0, first).ToArray());

        double Spread(Tensor<float>[] draws)
        {
            Tensor<float> all = Tensor.Stack(0, draws), apart = all - all.Mean(0, keepDimension: true);
            return apart.Square().Sum().Item() / (Draws * pairs) / Norm;
        }
    }

    /// <summary>The mean over pairs of the largest change of the nearest image's angle from frame to frame.</summary>
    private double Jump(int[] nearest, int pairs)
    {
        double sum = 0;
        for (int pair = 0; pair < pairs && bankAngles.Length > 0; pair++)
        {
            double largest = 0;
            for (int k = 0; k + 1 < Frames; k++)
            {
                largest = Math.Max(largest, Math.Abs(bankAngles[nearest[((k + 1) * pairs) + pair]] - bankAngles[nearest[(k * pairs) + pair]]));
            }

            sum += largest;
        }

        return sum / pairs;
    }

    private static double Error(Tensor<float> frame, Tensor<float> image) => (frame - image).Square().Mean().Item();

    private static double Mean(Tensor<float> bank)
    {
        using Scope scope = Scope.Begin();
        return bank.Square().Sum().Item() / bank.Shape[0];
    }
}
