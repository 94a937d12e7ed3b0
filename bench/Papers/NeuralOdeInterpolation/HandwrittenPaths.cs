using Onsager.Models.NeurInt;
using Onsager.Papers.Report;
using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>The same model on handwritten digits, where --data has them; numbers and pictures without a verdict, since no card names any.</summary>
internal static class HandwrittenPaths
{
    private const int Batch = 64, Pairs = 64;

    public static void Run(RunContext context)
    {
        using Scope scope = Scope.Begin();
        if (HandwrittenImages.Load(context, 4 * Pairs) is not (Tensor<float> images, int side))
        {
            context.Text($"Handwritten digits are not here: --data names a folder with {HandwrittenImages.File} of MNIST, plain or gzipped, to run the same model on them.");
            return;
        }

        context.Heading("Handwritten digits");
        int count = (int)images.Shape[0], train = count - (2 * Pairs);
        Tensor<float> bank = images.Slice(0, 0, train).Clone();
        using PairSet pairs = new(images.Slice(0, train, train + Pairs).Clone(), images.Slice(0, train + Pairs, count).Clone(), [], bank, []);
        Variant[] variants = context.Choose<Variant[]>([Variant.Ode], [Variant.Ode, Variant.Autoencoder], [Variant.Ode, Variant.Autoencoder, Variant.Diverse]);
        int seeds = context.Choose(1, 1, 3);
        using Tensor<float> faded = FrameMetrics.CrossFade(pairs.Source, pairs.Target, PairSet.Frames);
        List<IReadOnlyList<Cell>> rows = [];
        for (int seed = 0; seed < seeds; seed++)
        {
            PathQuality[] trained = [.. variants.Select(variant => Train(variant, seed))];
            foreach ((Variant variant, PathQuality quality) in variants.Zip(trained))
            {
                rows.Add([seed, variant.Name, quality.Rec0, quality.Rec1, quality.Off, quality.LargestPart, quality.DivMid, quality.DivEnd]);
                context.Timing($"seconds of training on digits, {variant.Name}, seed {seed}", quality.Seconds);
            }

            string[] names = [.. variants.Select(variant => variant.Name), "cross-fade"];
            context.Pictures(
                $"digits-frames-{seed}.svg", PathPictures.Grid(names, [.. trained.Select(quality => quality.Frames), faded.ToArray()], pairs, side, 8), PathPictures.Columns,
                $"Eight pairs of digits that were not trained on ({string.Join(", ", names)}), seed {seed}: the source, nine frames, the target.");
            if (variants.Length > 2)
            {
                context.Pictures(
                    $"digits-draws-{seed}.svg", [.. PathPictures.Draws(names[0], trained[0], side), .. PathPictures.Draws(names[2], trained[2], side)], PathPictures.DrawColumns,
                    $"Eight draws of the path between the same two digits, seed {seed}: {names[0]} above, {names[2]} below.");
            }
        }

        rows.Add(["", "cross-fade", 0, 0, pairs.Off(faded).All, 1.0 / (PairSet.Frames - 1), 0, 0]);
        context.Table(
            "Digits that were not trained on: squared error per pixel of both ends; distance of frames between from the nearest digit that was, as a part of a digit's squared norm; the largest of 16 steps; variance over draws",
            ["seed", "model", "rec0", "rec1", "off", "largest step", "div, middle", "div, end"], rows);

        PathQuality Train(Variant variant, int seed)
        {
            RandomStream random = new RandomStream(context.Seed, 200).Fork((ulong)seed), order = random.Fork("data");
            InterpolationOptions options = variant.Of(new() { Pixels = side * side, Latent = 32, Hidden = 256, FieldHidden = 128, Iterations = context.Choose(30, 1000, 3000) });
            return pairs.Train(options, random.Fork("model"), () => (Next(order), Next(order)), fraction => context.Progress($"digits, {variant.Name}, seed {seed}", fraction));
        }

        Tensor<float> Next(RandomStream order) => bank.IndexSelect(0, order.Integers([Batch], train));
    }
}
