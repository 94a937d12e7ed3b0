using System.Globalization;
using Onsager.Models;
using Onsager.Models.Adversarial;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.GeneralizedAliPaper;

namespace Onsager.Papers;

/// <summary>The large configuration: convolutional nets on coloured shapes 32 x 32 before clutter, with GALI-8, and GALI-PT with a classifier trained on the true factors.</summary>
internal static class ShapeGames
{
    private const int Tests = 256, Shown = 8;

    public static void Run(RunContext context)
    {
        bool isSmoke = context.Size == RunSize.Quick;
        int iterations = isSmoke ? 2 : 20000, batch = isSmoke ? 4 : 100, width = isSmoke ? 2 : 32, latent = isSmoke ? 4 : 64;
        context.Heading("Coloured shapes, convolutional nets");
        using Scope scope = Scope.Begin();
        RandomStream random = Stream(context, AliCheck.Shapes), data = random.Fork("data");
        (Tensor<float> images, _) = ShapeImages.Draw(random.Fork("tests"), Tests);
        Tensor<float> tests = images.To(context.Device);
        using FrozenClassifier classifier = FrozenClassifier.OfShapes(random.Fork("classifier"), context.Device, isSmoke ? 4 : 32);
        classifier.Train(random.Fork("classifier data"), isSmoke ? 2 : 2000, batch, fraction => context.Progress("classifier", fraction));
        double accuracy = classifier.Accuracy(random.Fork("read"), Tests);
        context.Report("shapes, accuracy of the frozen classifier", accuracy, $"Of {ShapeImages.Kinds} kinds, {Tests} images that were not trained on.");
        List<IReadOnlyList<Cell>> rows = [];
        List<string> course = ["game,iteration,pixel MSE,D loss"];
        List<(string, float[])> pictures = [("x", Grey(images))];
        foreach (TupleGame game in (TupleGame[])[TupleGame.Ali(), TupleGame.Alice(), TupleGame.Gali4(), TupleGame.Gali8(), TupleGame.GaliPt()])
        {
            using Scope one = Scope.Begin();
            RandomStream own = random.Fork(game.Name);
            TupleRun run = new(game, new AdversarialOptions { Iterations = iterations, Rate = 2e-4, DiscriminatorRate = 2e-4, LastRate = 1, PlayersEvery = game.Name is "GALI-4" or "GALI-PT" || isSmoke ? 1 : 6 });
            ConvNetOptions sizes = new() { Latent = latent, Width = width, MeanImage = images.Mean(0).ToArray(), Features = classifier.Features, FeatureCount = classifier.FeatureCount };
            using AdversarialNets nets = ConvNets.Create(game, sizes, own.Fork("weights"), context.Device);
            using AdversarialModel model = new(game, nets, run.Options, own.Fork("training"));
            Tensor<float> few = tests.Slice(0, 0, 64);
            TupleTraining training = run.Train(
                model, () => ShapeImages.Draw(data, batch).Images.To(context.Device),
                () =>
                {
                    double error = BlobTests.Error(few, model.Reconstruct(few));
                    course.Add(string.Create(CultureInfo.InvariantCulture, $"{game.Name},{model.Iteration},{error:R},{model.DiscriminatorLoss:R}"));
                    Files.WriteAtomically(context.PartialFile("shapes-course.csv"), string.Join('\n', course) + "\n");
                    return error;
                },
                fraction => context.Progress(game.Name, fraction));
            Tensor<float> rebuilt = model.Reconstruct(tests), z = own.Fork("samples").Normal<float>([Tests, latent], context.Device);
            double pixel = BlobTests.Error(tests, rebuilt), seen = (classifier.Features(tests) - classifier.Features(rebuilt)).Square().Mean().Item();
            rows.Add([game.Name, pixel, seen, (z - model.Encode(model.Generate(z))).Square().Mean().Item(), training.Loss / run.Even]);
            pictures.Add((game.Name, Grey(rebuilt.To(Device.Cpu))));
            context.Report($"shapes, pixel MSE, {game.Name}", pixel);
            context.Report($"shapes, feature MSE, {game.Name}", seen);
            context.Timing($"seconds of training, shapes, {game.Name}", training.Seconds);
        }

        context.Table($"Coloured shapes after {iterations} iterations", ["method", "pixel MSE", "feature MSE", "z MSE", "D loss / n log n"], rows);
        context.Pictures("shapes.svg", TuplePictures.Rows(ShapeImages.Side, Shown, [.. pictures]), Shown, "Images and their reconstructions, in grey.");
    }

    /// <summary>The mean over colours of the first pictures.</summary>
    private static float[] Grey(Tensor<float> images)
    {
        using Tensor<float> first = images.Slice(0, 0, Shown), grey = first.Mean(1);
        return grey.ToArray();
    }
}
