using Onsager.Models.Adversarial;
using Onsager.Models.NeurInt;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.GeneralizedAliPaper;
using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>The numbers of one game trained on blobs.</summary>
internal sealed record BlobQuality(string Method, int Seed, double Pixel, double Position, double ZError, double OffManifold, double Gap, TupleTraining Training)
{
    /// <summary>Rows of eight pictures: reconstructions, samples, completions, and a latent interpolation.</summary>
    public required float[][] Rows { get; init; }
}

/// <summary>Criteria 7 to 9, and 10 on images: blobs with known factors.</summary>
internal static class BlobGames
{
    private const int Batch = 64, Tests = 1024, Shown = 8;

    public static void Run(RunContext context)
    {
        int iterations = context.Choose(40, 5000, 5000), seeds = context.Choose(1, 3, 6);
        context.Heading("7 to 9: images of a blob");
        TupleGame[] games = [TupleGame.GaliMix(), TupleGame.GaliPt(), TupleGame.Gali4(), TupleGame.Alice(), TupleGame.Ali()];
        BlobTests tests = new(context);
        RandomStream factors = Stream(context, AliCheck.Blobs, 2);
        using FrozenClassifier classifier = FrozenClassifier.OfBlobs(factors.Fork("classifier"), context.Device);
        classifier.Train(factors.Fork("data"), context.Choose(40, 2000, 2000), Batch);
        List<Func<Action<double>, BlobQuality>> jobs = [];
        foreach (TupleGame game in games)
        {
            for (int seed = 0; seed < seeds; seed++)
            {
                int own = seed;
                jobs.Add(progress => Train(context, tests, classifier, game, own, iterations, progress));
            }
        }

        BlobQuality[] all = Trainings.Run(context, "blobs", jobs);
        context.Report("blobs, accuracy of the frozen classifier", classifier.Accuracy(factors.Fork("read"), Tests), "In which of 4 x 4 squares a blob's centre lies; its 32 features are the M of GALI-PT.");
        Claims(context, all, tests, seeds);
        context.Table(
            $"Blobs after {iterations} iterations", ["method", "seed", "pixel MSE", "position error, pixels", "z MSE", "sample off manifold", "gap MSE", "D loss"],
            [.. all.Select(q => (IReadOnlyList<Cell>)[q.Method, q.Seed, q.Pixel, q.Position, q.ZError, q.OffManifold, q.Gap, q.Training.Loss])]);
        foreach (BlobQuality quality in all)
        {
            context.Record("reconstructions", quality.Rows[0]);
            context.Timing($"seconds of training, blobs, {quality.Method}, seed {quality.Seed}", quality.Training.Seconds);
        }

        Draw(context, [.. all.Where(static q => q.Seed == 0)], games, tests, iterations);
    }

    private static BlobQuality Train(RunContext context, BlobTests tests, FrozenClassifier classifier, TupleGame game, int seed, int iterations, Action<double> progress)
    {
        using Scope scope = Scope.Begin();
        RandomStream random = Stream(context, AliCheck.Blobs).Fork((ulong)seed), data = random.Fork("data"), own = random.Fork(game.Name);
        TupleRun run = new(game, new AdversarialOptions { Iterations = iterations, DiscriminatorRate = 5e-4, Noise = 0.2 });
        DenseNetOptions sizes = new()
        {
            Pixels = BlobImages.Side * BlobImages.Side,
            Latent = 4,
            Hidden = [192, 192],
            HasBatchNorm = true,
            HasTanh = true,
            MeanImage = tests.MeanImage,
            Features = classifier.Features,
            FeatureCount = classifier.FeatureCount,
        };
        RectangleMask mask = new(BlobImages.Side, BlobImages.Side, 8);
        using AdversarialNets nets = DenseNets.Create(game, sizes, own.Fork("weights"), context.Device);
        using AdversarialModel model = new(game, nets, run.Options, own.Fork("training"), mask);
        Tensor<float> images = tests.Images.To(context.Device), covered = tests.Covered.To(context.Device), few = images.Slice(0, 0, 256);
        TupleTraining training = run.Train(
            model, () => BlobImages.Draw(data, Batch).Images.To(context.Device), () => BlobTests.Error(few, model.Reconstruct(few)), progress);
        Tensor<float> rebuilt = model.Reconstruct(images), filled = model.Complete(images, covered, mask.Cover), z = own.Fork("samples").Normal<float>([Tests, 4], context.Device);
        Tensor<float> samples = model.Generate(z), codes = model.Encode(images);
        return new BlobQuality(
            game.Name, seed, BlobTests.Error(images, rebuilt), tests.Position(rebuilt), (z - model.Encode(samples)).Square().Mean().Item(), tests.OffManifold(samples), tests.Gap(filled), training)
        {
            Rows = [First(rebuilt), First(samples), First(filled), First(model.Generate(BlobTests.Between(codes, Shown)))],
        };
    }

    private static float[] First(Tensor<float> images) => images.Slice(0, 0, Shown).ToArray();

    private static void Claims(RunContext context, BlobQuality[] all, BlobTests tests, int seeds)
    {
        double ali = Of("ALI", static q => q.Pixel), gali = Of("GALI-4", static q => q.Pixel), alice = Of("ALICE", static q => q.Pixel), gap = Of("GALI-mix", static q => q.Gap);
        Judged judged = new(context);
        context.Report("7 blobs, pixel variance", tests.Variance, "What the mean image leaves.");
        judged.Claim("7 blobs, pixel MSE, GALI-4 / ALI", gali / ali, high: 0.75, explanation: $"Means over {seeds} seeds.");
        judged.Claim("7 blobs, pixel MSE, GALI-4", gali, high: 0.008, explanation: "Pixels in [0, 1].");
        judged.Claim("7 blobs, position error, GALI-4", Of("GALI-4", static q => q.Position), high: 0.8, explanation: "In pixels, of the nearest image of the fine grid.");
        judged.Claim("8 blobs, pixel MSE, ALICE / GALI-4", alice / gali, high: 1, explanation: "An explicit squared error is the reference.");
        context.Report("9 blobs, gap MSE of the mean image", tests.MeanGap);
        judged.Claim("9 blobs, gap MSE, GALI-mix / mean image", gap / tests.MeanGap, high: 0.5, explanation: "Inside rectangles with sides up to 8 pixels.");
        judged.Claim("9 blobs, gap MSE, GALI-mix / ALI", gap / Of("ALI", static q => q.Gap), high: 0.5, explanation: "On the same covered images.");
        foreach (string method in all.Select(static q => q.Method).Distinct())
        {
            double even = method == "GALI-mix" ? 8 * Ln(8) : method is "GALI-4" or "GALI-PT" ? 4 * Ln(4) : 2 * Ln(2);
            if (method == "GALI-PT")
            {
                context.Report($"blobs, D loss / n log n - 1, {method}", (Of(method, static q => q.Training.Loss) / even) - 1, "The card did not train it.");
                continue;
            }

            judged.Claim(
                $"10 blobs, D loss / n log n - 1, {method}", (Of(method, static q => q.Training.Loss) / even) - 1, expected: 0, tolerance: method.StartsWith("GALI", StringComparison.Ordinal) ? 0.15 : 0.25,
                explanation: $"Mean over {seeds} seeds of the last twentieth of all iterations.");
        }

        context.Report("blobs, pixel MSE, GALI-PT", Of("GALI-PT", static q => q.Pixel), "The card did not train it.");
        context.Report("blobs, position error, GALI-PT", Of("GALI-PT", static q => q.Position), "Its tuples carry features of where the blob is.");
        context.Text(
            $"GALI-PT, trained here though the card did not, has a pixel error of {Of("GALI-PT", static q => q.Pixel):F4} and a position error of {Of("GALI-PT", static q => q.Position):F2} pixels; GALI-4 without features {gali:F4} and "
            + $"{Of("GALI-4", static q => q.Position):F2}. What did not show on blobs: GALI-4 does not reach ALICE's pixel error ({gali:F4} against {alice:F4}), and codes are not recovered reliably better than by ALI (z MSE "
            + $"{Of("GALI-4", static q => q.ZError):F2} against {Of("ALI", static q => q.ZError):F2}).");

        double Of(string method, Func<BlobQuality, double> number) => Mean([.. all.Where(q => q.Method == method).Select(number)]);
    }

    private static void Draw(RunContext context, BlobQuality[] all, TupleGame[] games, BlobTests tests, int iterations)
    {
        float[] images = First(tests.Images);
        Figure losses = new("iteration", "D loss / n log n"), errors = new("iteration", "pixel MSE") { LogY = true };
        foreach ((BlobQuality quality, TupleGame game) in all.Zip(games))
        {
            TuplePictures.Curves(losses, errors, quality.Method, quality.Training, new TupleRun(game, new AdversarialOptions { Iterations = iterations }));
        }

        context.Plot("7-losses.svg", losses.Horizontal(1, "D cannot tell"), "Blobs: the discriminator's loss along training.");
        context.Plot("7-errors.svg", errors, "Blobs: the reconstruction error along training.");
        context.Pictures("7-chances.svg", [.. all.Select(static q => TuplePictures.Chances(q.Method, q.Training))], all.Length, "Mean probabilities at the end: rows are the tuples, columns the classes.");
        context.Pictures("7-reconstructions.svg", TuplePictures.Rows(BlobImages.Side, Shown, [("x", images), .. all.Select(static q => (q.Method, q.Rows[0]))]), Shown, "Images and their reconstructions.");
        context.Pictures("7-samples.svg", TuplePictures.Rows(BlobImages.Side, Shown, [.. all.Select(static q => (q.Method, q.Rows[1]))]), Shown, "Samples.");
        context.Pictures(
            "9-gaps.svg", TuplePictures.Rows(BlobImages.Side, Shown, [("covered", First(tests.Seen)), .. all.Select(static q => (q.Method, q.Rows[2])), ("x", images)]), Shown,
            "Covered images, what each method fills in, and the originals.");
        context.Pictures("7-between.svg", TuplePictures.Rows(BlobImages.Side, Shown, [.. all.Select(static q => (q.Method, q.Rows[3]))]), Shown, "From the code of the first image to that of the second in a straight line.");
    }
}
