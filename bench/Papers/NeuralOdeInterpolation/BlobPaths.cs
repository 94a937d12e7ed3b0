using Onsager.Models.NeurInt;
using Onsager.Papers.Report;
using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>Criteria 1 and 2: frames between are images, ends are hit, on blobs along an arc; every model beside its ablations.</summary>
internal static class BlobPaths
{
    private const int Batch = 64;

    public static void Run(RunContext context)
    {
        int iterations = context.Choose(120, 1200, 1200), seeds = context.Choose(1, 3, 10);
        context.Heading("1 and 2: frames between two images");
        List<IReadOnlyList<Cell>> rows = [];
        List<PathQuality[]> all = [];
        for (int seed = 0; seed < seeds; seed++)
        {
            RandomStream random = new RandomStream(context.Seed, 100).Fork((ulong)seed);
            (Tensor<float> source, double[] from) = BlobScenes.Draw(random.Fork("sources"), 256);
            (Tensor<float> target, double[] to) = BlobScenes.Draw(random.Fork("targets"), 256);
            (Tensor<float> bank, double[] angles) = BlobScenes.Bank();
            using PairSet pairs = new(source, target, [.. from.Zip(to, (a, b) => Math.Abs(a - b))], bank, angles);
            // What goes beyond the paper takes as long as the paper: once, unless all is asked for.
            Variant[] variants = [.. Variant.All.Where(variant => seed == 0 || context.Size == RunSize.Full || variant != Variant.Diverse)];
            PathQuality[] trained = [.. variants.Select((variant, i) => Train(context, pairs, variant, random.Fork((ulong)i), iterations, seed))];
            using Tensor<float> faded = FrameMetrics.CrossFade(source, target, PairSet.Frames);
            (double dissolve, double dissolveFar, double[] at, _) = pairs.Off(faded);
            all.Add(trained);
            Claims(context, trained, dissolve, seed);
            foreach ((Variant variant, PathQuality quality) in variants.Zip(trained))
            {
                rows.Add([seed, variant.Name, quality.Rec0, quality.Rec1, quality.Off, quality.OffFar, quality.LargestPart, quality.Variation, quality.Jump, quality.DivMid, quality.DivEnd, quality.Sigma, quality.MethodsApart]);
                context.Timing($"seconds of training, {variant.Name}, seed {seed}", quality.Seconds);
            }

            rows.Add([seed, "cross-fade", 0, 0, dissolve, dissolveFar, 1.0 / (PairSet.Frames - 1), 0, double.NaN, 0, 0, 0, 0]);
            if (seed == 0)
            {
                Draw(context, pairs, trained, faded, at);
            }
        }

        context.Table(
            "Each model and its ablations", ["seed", "model", "rec0", "rec1", "off", "off, far pairs", "largest step", "variation", "jump", "div, middle", "div, end", "sigma", "Dopri5 - RK4"], rows);
        context.Text(Conclusion(all));
    }

    private static PathQuality Train(RunContext context, PairSet pairs, Variant variant, RandomStream random, int iterations, int seed)
    {
        InterpolationOptions options = variant.Of(new InterpolationOptions { Iterations = iterations });
        RandomStream data = random.Fork("data");
        string stage = $"{variant.Name}, seed {seed}";
        return pairs.Train(options, random.Fork("model"), () => (BlobScenes.Draw(data, Batch).Images, BlobScenes.Draw(data, Batch).Images), fraction => context.Progress(stage, fraction));
    }

    /// <summary>What the table says of the paper's claims, by its means over the seeds.</summary>
    private static string Conclusion(List<PathQuality[]> all)
    {
        double[] off = Means(quality => quality.Off), mid = Means(quality => quality.DivMid), end = Means(quality => quality.DivEnd);
        string gain = off[1] <= 1.1 * off[0]
            ? "The gain does not come from the differential equation at this size: straight latent paths that are trained with the same adversary are as good"
            : "Paths of the differential equation stay nearer to images than straight latent paths that are trained with the same adversary";
        string diversity = mid[0] < 1e-3
            ? "With reconstruction and adversary alone nothing rewards different paths between the same two images, and they collapse"
            : "Paths between the same two images differ";
        string beyond = mid[3] > 10 * end[3] && off[3] <= 1.1 * off[0]
            ? "With a spring that takes paths back to the target, and noise that must be readable in the frames, they differ in the middle, not at the end, and stay as near to images"
            : mid[3] > 10 * end[3] ? "With a spring and readable noise they differ in the middle, not at the end, but are farther from images"
            : "A spring and readable noise do not change that";
        return FormattableString.Invariant(
            $"{gain} (off {off[0]:F4} and {off[1]:F4}; without adversary {off[2]:F4}). {diversity} (variance of the middle frame {mid[0]:E1} of an image's squared norm). {beyond} (middle {mid[3]:F4}, end {end[3]:F4}, off {off[3]:F4}).");

        double[] Means(Func<PathQuality, double> of) => [.. Enumerable.Range(0, Variant.All.Length).Select(i => HostMath.Mean([.. all.Where(trained => trained.Length > i).Select(trained => of(trained[i]))]))];
    }

    /// <summary>A smoke run trains too little to be judged.</summary>
    private static void Claims(RunContext context, PathQuality[] trained, double dissolve, int seed)
    {
        (PathQuality ode, PathQuality plain) = (trained[0], trained[2]);
        Judge("1 off", ode.Off, 0.030, "Mean squared distance of frames between from the nearest image, as a part of an image's squared norm.");
        Judge("1 off / off of the autoencoder", ode.Off / plain.Off, 0.5, "Beside straight paths in an autoencoder without adversary.");
        Judge("1 off / off of cross-fading", ode.Off / dissolve, 0.3, "Beside mixing the pixels of source and target.");
        Judge("2 rec0", ode.Rec0, 1e-3, "Mean squared error per pixel of the first frame; the mean image has 0.024.");
        Judge("2 rec1", ode.Rec1, 1e-3, "Of the last frame.");
        Judge("2 maxfrac", ode.LargestPart, 0.13, "The largest of 16 steps as a part of the path; 1/16 if all are the same.");

        void Judge(string name, double value, double high, string explanation)
        {
            if (context.Size == RunSize.Quick)
            {
                context.Report($"{name}, seed {seed}", value, explanation);
            }
            else
            {
                context.Claim($"{name}, seed {seed}", value, high: high, explanation: explanation);
            }
        }
    }

    private static void Draw(RunContext context, PairSet pairs, PathQuality[] trained, Tensor<float> faded, double[] fadedAt)
    {
        string[] names = [.. Variant.All.Select(variant => variant.Name), "cross-fade"];
        float[][] frames = [.. trained.Select(quality => quality.Frames), faded.ToArray()];
        context.Pictures(
            "1-frames.svg", PathPictures.Grid(names, frames, pairs, BlobScenes.Side, 8), PathPictures.Columns,
            $"Eight pairs for each model, block after block ({string.Join(", ", names)}): the source, nine frames, the target.");
        context.Plot("1-centres.svg", PathPictures.Centres(names, frames, BlobScenes.Side), "Centres of brightness of four pairs' frames over the circle on which blobs lie: cross-fading cuts across.");
        context.Pictures(
            "2-draws.svg", [.. PathPictures.Draws("ODE", trained[0], BlobScenes.Side), .. PathPictures.Draws(names[3], trained[3], BlobScenes.Side)], PathPictures.DrawColumns,
            $"Eight draws of the path between the same two images, every other frame: ODE above, {names[3]} below.");
        foreach (int model in (int[])[0, 3])
        {
            context.Plot(
                $"2-latent-{(model == 0 ? "ode" : "spring")}.svg", PathPictures.Latent(trained[model].Places, (int)pairs.Source.Shape[0]),
                $"{names[model]}: eight pairs' latent paths in the plane of their two largest variances; strokes are velocities, the source's end is marked.");
        }

        double[] times = [.. Enumerable.Range(1, PairSet.Frames - 2).Select(k => k / (PairSet.Frames - 1.0))];
        Figure off = new("t", "off"), losses = new("iteration", "error of both ends") { LogY = true };
        for (int i = 0; i < trained.Length; i++)
        {
            off.Line(names[i], times, trained[i].OffAt);
            losses.Curve(names[i], [.. Enumerable.Range(1, trained[i].Losses.Length).Select(k => 20.0 * k)], trained[i].Losses);
        }

        context.Plot("1-off.svg", off.Line("cross-fade", times, fadedAt.AsSpan(1, times.Length)), "Distance from the set of images along the path: cross-fading is worst in the middle.");
        context.Plot("2-losses.svg", losses, "Reconstruction of both ends along training, means over 20 iterations.");
    }
}
