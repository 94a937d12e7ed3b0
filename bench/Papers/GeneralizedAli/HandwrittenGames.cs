using System.Diagnostics;
using Onsager.Models.Adversarial;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.GeneralizedAliPaper;
using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>The numbers of one method on digits that it has not seen.</summary>
internal sealed record DigitQuality(string Method, int Seed, double Pixel, double Gap, double Within, double Seconds)
{
    /// <summary>Rows of eight pictures: reconstructions, completions, and a latent interpolation.</summary>
    public required float[][] Rows { get; init; }
}

/// <summary>The same games on handwritten digits, where --data has them, beside a plain autoencoder; numbers and pictures without a verdict, since no card names any.</summary>
internal static class HandwrittenGames
{
    public const int Least = 4 * Tests;

    private const int Batch = 64, Tests = 256, Shown = 8, Latent = 16, Longest = 14;

    public static void Run(RunContext context, (Tensor<float> Images, int Side)? digits)
    {
        if (digits is not (Tensor<float> images, int side))
        {
            context.Text($"Handwritten digits are not here: --data names a folder with {HandwrittenImages.File} of MNIST, plain or gzipped, to train the same games on them.");
            return;
        }

        int iterations = context.Choose(20, 6000, 20000), seeds = context.Choose(1, 3, 3);
        context.Heading("Handwritten digits");
        DigitSet set = new((images * 2f) - 1f, side, Tests, Math.Min(Longest, side / 2), Stream(context, AliCheck.Digits, 1));
        List<Func<Action<double>, DigitQuality>> jobs = [];
        foreach (TupleGame game in (TupleGame[])[TupleGame.GaliMix(), TupleGame.Gali4(), TupleGame.Ali()])
        {
            for (int seed = 0; seed < seeds; seed++)
            {
                int own = seed;
                jobs.Add(progress => Train(context, set, game, own, iterations, progress));
            }
        }

        for (int seed = 0; seed < seeds; seed++)
        {
            int own = seed;
            jobs.Add(progress => Autoencoder(context, set, own, iterations, progress));
        }

        DigitQuality[] all = Trainings.Run(context, "digits", jobs);
        Report(context, all, set, iterations, seeds);
    }

    private static void Report(RunContext context, DigitQuality[] all, DigitSet set, int iterations, int seeds)
    {
        context.Report("digits, pixel variance", set.Variance, "What the mean digit leaves; pixels in [0, 1].");
        context.Report("digits, gap MSE of the mean digit", set.MeanGap, $"Inside rectangles with sides up to {set.Longest} pixels.");
        foreach (string method in all.Select(static q => q.Method).Distinct())
        {
            double[] own = [.. all.Where(q => q.Method == method).Select(static q => q.Pixel)], gaps = [.. all.Where(q => q.Method == method).Select(static q => q.Gap)];
            context.Report($"digits, pixel MSE, {method}", Mean(own), $"Of {Tests} digits that were not trained on; mean over {seeds} seeds, deviation {Deviation(own):F4}.");
            context.Report($"digits, gap MSE, {method}", Mean(gaps), $"Deviation {Deviation(gaps):F4}.");
        }

        context.Table(
            $"Digits after {iterations} iterations", ["method", "seed", "pixel MSE", "gap MSE", "between: off digits"],
            [.. all.Select(static q => (IReadOnlyList<Cell>)[q.Method, q.Seed, q.Pixel, q.Gap, q.Within])]);
        foreach (DigitQuality quality in all)
        {
            context.Record("reconstructions", quality.Rows[0]);
            context.Timing($"seconds of training, digits, {quality.Method}, seed {quality.Seed}", quality.Seconds);
        }

        DigitQuality[] first = [.. all.Where(static q => q.Seed == 0)];
        float[] images = DigitSet.First(set.Tests, Shown);
        context.Pictures("digits-reconstructions.svg", TuplePictures.Rows(set.Side, Shown, [("x", images), .. first.Select(static q => (q.Method, q.Rows[0]))]), Shown, "Digits that were not trained on, and their reconstructions.");
        context.Pictures(
            "digits-gaps.svg", TuplePictures.Rows(set.Side, Shown, [("covered", DigitSet.First(set.Seen, Shown)), .. first.Select(static q => (q.Method, q.Rows[1])), ("x", images)]), Shown,
            "Covered digits, what each method fills in, and the originals.");
        context.Pictures("digits-between.svg", TuplePictures.Rows(set.Side, Shown, [.. first.Select(static q => (q.Method, q.Rows[2]))]), Shown, "From the code of the first digit to that of the second in a straight line.");
    }

    private static DigitQuality Train(RunContext context, DigitSet set, TupleGame game, int seed, int iterations, Action<double> progress)
    {
        using Scope scope = Scope.Begin();
        RandomStream random = Stream(context, AliCheck.Digits).Fork((ulong)seed), data = random.Fork("data"), own = random.Fork(game.Name);
        TupleRun run = new(game, new AdversarialOptions { Iterations = iterations, DiscriminatorRate = 5e-4, Noise = 0.2 });
        using AdversarialNets nets = DenseNets.Create(game, Sizes(set), own.Fork("weights"), context.Device);
        using AdversarialModel model = new(game, nets, run.Options, own.Fork("training"), set.Mask);
        Tensor<float> few = set.Tests.Slice(0, 0, 64).To(context.Device);
        TupleTraining training = run.Train(model, () => set.Next(data, Batch).To(context.Device), () => BlobTests.Error(few, model.Reconstruct(few)), progress);
        return Measure(context, set, model, game.Name, seed, training.Seconds);
    }

    /// <summary>The same encoder and generator with the squared error alone, codes without noise.</summary>
    private static DigitQuality Autoencoder(RunContext context, DigitSet set, int seed, int iterations, Action<double> progress)
    {
        using Scope scope = Scope.Begin();
        long start = Stopwatch.GetTimestamp();
        RandomStream random = Stream(context, AliCheck.Digits).Fork((ulong)seed), data = random.Fork("data"), own = random.Fork("autoencoder");
        TupleGame game = TupleGame.Ali();
        using AdversarialNets nets = DenseNets.Create(game, Sizes(set), own.Fork("weights"), context.Device);
        using AdversarialModel model = new(game, nets, new AdversarialOptions(), own.Fork("training"));
        using PlainAutoencoder autoencoder = new(nets, 1e-3, iterations);
        for (int i = 0; i < iterations; i++)
        {
            using Scope step = Scope.Begin();
            autoencoder.Train(set.Next(data, Batch).To(context.Device));
            progress((double)i / iterations);
        }

        return Measure(context, set, model, "autoencoder", seed, Trainings.Seconds(start));
    }

    private static DenseNetOptions Sizes(DigitSet set) => new()
    {
        Pixels = set.Side * set.Side,
        Latent = Latent,
        Hidden = [192, 192],
        HasBatchNorm = true,
        HasTanh = true,
        MeanImage = set.MeanImage,
    };

    private static DigitQuality Measure(RunContext context, DigitSet set, AdversarialModel model, string method, int seed, double seconds)
    {
        Tensor<float> tests = set.Tests.To(context.Device), covered = set.Covered.To(context.Device);
        Tensor<float> rebuilt = model.Reconstruct(tests), filled = model.Complete(tests, covered, set.Mask.Cover), codes = model.Encode(tests);
        Tensor<float> halfway = model.Generate((codes.Slice(0, 0, Tests / 2) + codes.Slice(0, Tests / 2, Tests)) * 0.5f);
        return new DigitQuality(method, seed, BlobTests.Error(tests, rebuilt), set.Gap(filled), set.OffDigits(halfway), seconds)
        {
            Rows = [DigitSet.First(rebuilt, Shown), DigitSet.First(filled, Shown), DigitSet.First(model.Generate(BlobTests.Between(codes, Shown)), Shown)],
        };
    }
}
