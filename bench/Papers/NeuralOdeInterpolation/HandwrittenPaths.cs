using Onsager.Models.NeurInt;
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
        RandomStream random = new(context.Seed, 200), order = random.Fork("data");
        InterpolationOptions options = new() { Pixels = side * side, Latent = 32, Hidden = 256, FieldHidden = 128, Iterations = context.Choose(30, 1000, 20000) };
        PathQuality quality = pairs.Train(options, random.Fork("model"), Next, fraction => context.Progress("digits", fraction));
        using Tensor<float> faded = FrameMetrics.CrossFade(pairs.Source, pairs.Target, PairSet.Frames);
        context.Report("digits: rec0", quality.Rec0, "Mean squared error per pixel of the first frame, on digits that were not trained on.");
        context.Report("digits: rec1", quality.Rec1, "Of the last frame.");
        context.Report("digits: off", quality.Off, "Mean squared distance of frames between from the nearest digit that was trained on, as a part of a digit's squared norm.");
        context.Report("digits: off of cross-fading", pairs.Off(faded).All, "The same of mixed pixels.");
        context.Report("digits: maxfrac", quality.LargestPart, "The largest of 16 steps as a part of the path.");
        context.Pictures(
            "digits-frames.svg", PathPictures.Grid(["ODE", "cross-fade"], [quality.Frames, faded.ToArray()], pairs, side, 8), PathPictures.Columns,
            "Eight pairs of digits that were not trained on, by the model and by cross-fading: the source, nine frames, the target.");

        (Tensor<float> Source, Tensor<float> Target) Next() => (bank.IndexSelect(0, order.Integers([Batch], train)), bank.IndexSelect(0, order.Integers([Batch], train)));
    }
}
