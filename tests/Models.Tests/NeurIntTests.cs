using Onsager.Models.NeurInt;
using Onsager.Models.Ode;
using Onsager.Tensors;

namespace Onsager.Models.Tests;

/// <summary>Paths between images: what training makes of them, what frames are measured by, and what is refused.</summary>
public sealed class NeurIntTests
{
    private static readonly InterpolationOptions Small = new() { Hidden = 32, FieldHidden = 16, Iterations = 60 };

    [Theory]
    [InlineData(LatentPath.SecondOrder)]
    [InlineData(LatentPath.Spring)]
    [InlineData(LatentPath.Linear)]
    public void Training_brings_both_ends_nearer_and_is_the_same_again(LatentPath path)
    {
        using Scope scope = Scope.Begin();
        using InterpolationModel model = new(Small with { Path = path }, new RandomStream(1)), again = new(Small with { Path = path }, new RandomStream(1));
        RandomStream data = new(2), same = new(2);
        double first = 0, last = 0;
        for (int i = 0; i < 60; i++)
        {
            (double reconstruction, double discriminator, double generator, double recall) = model.Train(BlobScenes.Draw(data, 32).Images, BlobScenes.Draw(data, 32).Images);
            Assert.True(double.IsFinite(discriminator) && discriminator > 0 && generator > 0 && recall == 0);
            (first, last) = (i == 0 ? reconstruction : first, reconstruction);
            _ = again.Train(BlobScenes.Draw(same, 32).Images, BlobScenes.Draw(same, 32).Images);
        }

        Assert.True(last < 0.7 * first, $"{first} to {last}");
        Assert.Equal(60, model.Iteration);
        Assert.Equal(model.Parameters.Values.ToArray(), again.Parameters.Values.ToArray());
    }

    [Fact]
    public void A_path_begins_at_the_source_and_methods_agree()
    {
        using Scope scope = Scope.Begin();
        using InterpolationModel model = new(Small, new RandomStream(1));
        Tensor<float> source = BlobScenes.Draw(new RandomStream(2), 5).Images, target = BlobScenes.Draw(new RandomStream(3), 5).Images, none = Tensor.Zeros<float>([5, 8]);
        Tensor<float> places = model.Places(source, target, none, 9, Tableaus.Rk4), frames = model.Interpolate(source, target, none, 9);
        Assert.Equal("[9, 5, 8] [9, 5, 256]", $"{places.Shape} {frames.Shape}");
        Tensor<float> still = model.Interpolate(source, source, none, 2), other = model.Interpolate(source, target, none, 2);
        Assert.Equal(frames.Select(0, 0).ToArray(), still.Select(0, 0).ToArray());
        Assert.Equal(frames.Select(0, 0).ToArray(), other.Select(0, 0).ToArray());
        Tensor<float> fine = model.Interpolate(source, target, none, 9, Tableaus.Dopri5);
        Assert.True((frames - fine).Abs().Max().Item() < 1e-4f);

        // Other noise, another path; straight ones have none.
        Tensor<float> noise = new RandomStream(4).Normal<float>([5, 8]);
        Assert.True((frames - model.Interpolate(source, target, noise, 9)).Abs().Max().Item() > 1e-4f);
        using InterpolationModel straight = new(Small with { Path = LatentPath.Linear }, new RandomStream(1));
        Assert.Equal(straight.Interpolate(source, target, none, 9).ToArray(), straight.Interpolate(source, target, noise, 9).ToArray());
        Tensor<float> line = straight.Places(source, target, none, 3, Tableaus.Rk4);
        Assert.True((line.Select(0, 1) - ((line.Select(0, 0) + line.Select(0, 2)) * 0.5f)).Abs().Max().Item() < 1e-6f);
        Assert.InRange(model.MeanSigma(source, target), Math.Exp(-5), Math.E);
    }

    [Fact]
    public void Without_an_adversary_nothing_is_judged()
    {
        using Scope scope = Scope.Begin();
        using InterpolationModel model = new(Small with { Adversary = 0 }, new RandomStream(1));
        (double reconstruction, double discriminator, double generator, double recall) = model.Train(BlobScenes.Draw(new RandomStream(2), 8).Images, BlobScenes.Draw(new RandomStream(3), 8).Images);
        Assert.True(reconstruction > 0 && discriminator == 0 && generator == 0 && recall == 0);
    }

    /// <summary>A free oscillation about the line: sin(pi t) / pi times the noise's part of the velocity, which is gone at the target.</summary>
    [Fact]
    public void A_spring_bends_paths_between_and_takes_them_back()
    {
        using Scope scope = Scope.Begin();
        using InterpolationModel model = new(Small with { Path = LatentPath.Spring, Steps = 32 }, new RandomStream(1));
        foreach (Parameter part in model.Parameters.Parts.Where(part => part.Name.StartsWith("acceleration", StringComparison.Ordinal)))
        {
            part.In(model.Parameters.Values).Fill(0);
        }

        Tensor<float> source = BlobScenes.Draw(new RandomStream(2), 5).Images, target = BlobScenes.Draw(new RandomStream(3), 5).Images;
        Tensor<float> none = Tensor.Zeros<float>([5, 8]), noise = new RandomStream(4).Normal<float>([5, 8]);
        Tensor<float> bent = model.Places(source, target, noise, 33, Tableaus.Rk4) - model.Places(source, target, none, 33, Tableaus.Rk4);
        double middle = bent.Select(0, 16).Abs().Max().Item(), quarter = bent.Select(0, 8).Abs().Max().Item();
        Assert.True(middle > 0.1);
        Assert.Equal(Math.Sqrt(0.5), quarter / middle, 1e-4);
        Assert.True(bent.Select(0, 32).Abs().Max().Item() < 1e-4 * middle);
    }

    [Fact]
    public void Noise_is_recalled_better_than_by_guessing()
    {
        using Scope scope = Scope.Begin();
        using InterpolationModel model = new(
            Small with { Path = LatentPath.Spring, Reconstruction = 1, Adversary = 0.01, Recall = 10, RecallNoise = 0, Rate = 3e-3, Iterations = 300 }, new RandomStream(1));
        RandomStream data = new(2);
        double late = 0;
        for (int i = 0; i < 300; i++)
        {
            using Scope step = Scope.Begin();
            double recall = model.Train(BlobScenes.Draw(data, 32).Images, BlobScenes.Draw(data, 32).Images).Recall;
            late += i >= 250 ? recall / 50 : 0;
        }

        Assert.True(late < 0.8, $"{late}");
    }

    [Fact]
    public void Blobs_are_what_their_formula_says_and_the_bank_holds_them()
    {
        using Scope scope = Scope.Begin();
        (Tensor<float> bank, double[] angles) = BlobScenes.Bank();
        Assert.Equal("[1629, 256]", bank.Shape.ToString());
        Assert.Equal((0.0, BlobScenes.Arc), (angles[0], angles[^1]));

        // The first: width 1.2 at (12.5, 8); pixel (x = 12, y = 8) is half a pixel away.
        Assert.Equal(Math.Exp(-0.25 / (2 * 1.2 * 1.2)), bank[0, (8 * 16) + 12], 1e-6);
        Tensor<float> images = BlobScenes.Draw(new RandomStream(2), 20).Images;
        (double[] squared, int[] nearest) = FrameMetrics.ToBank(images, bank);
        float[] all = bank.ToArray(), own = images.ToArray();
        for (int i = 0; i < 20; i++)
        {
            double[] distances = [.. Enumerable.Range(0, 1629).Select(j => Enumerable.Range(0, 256).Sum(at => Math.Pow(own[(i * 256) + at] - (double)all[(j * 256) + at], 2)))];
            Assert.Equal(distances.Min(), squared[i], 1e-6);
            Assert.Equal(distances[nearest[i]], squared[i], 1e-9);
            Assert.True(squared[i] < 0.05);
        }
    }

    [Fact]
    public void Evenness_of_a_cross_fade_is_perfect()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> source = BlobScenes.Draw(new RandomStream(2), 4).Images, target = BlobScenes.Draw(new RandomStream(3), 4).Images;
        Tensor<float> faded = FrameMetrics.CrossFade(source, target, 9);
        (double part, double variation) = FrameMetrics.Evenness(faded);
        Assert.Equal(1.0 / 8, part, 1e-4);
        Assert.True(variation < 1e-3);
        Assert.Equal(source.ToArray(), faded.Select(0, 0).ToArray());
        (part, variation) = FrameMetrics.Evenness(Tensor.Stack(0, source, source, target));
        Assert.Equal((1.0, 1.0), (part, variation));
        Assert.Equal(0.5, FrameMetrics.Evenness(Tensor.Stack(0, source, source, source)).LargestPart);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        using Scope scope = Scope.Begin();
        using InterpolationModel model = new(Small, new RandomStream(1));
        Tensor<float> images = BlobScenes.Draw(new RandomStream(2), 4).Images, narrow = Tensor.Zeros<float>([4, 9]);
        Message<ArgumentException>("interpolation: pairs of images [batch, 256] are needed; got [4, 256] and [4, 9].", () => model.Train(images, narrow));
        Message<ArgumentException>("interpolation: noise [4, 8] is needed; got [4, 9].", () => model.Interpolate(images, images, narrow, 3));
        Message<ArgumentException>(
            "interpolation: the options have 9 recalled numbers of 8; between 1 and all, an adversary and paths of second order are needed.",
            () => _ = new InterpolationModel(Small with { Recall = 1, Recalled = 9 }, new RandomStream(1)));
        Message<ArgumentException>("interpolation: the options have 1 steps", () => _ = new InterpolationModel(Small with { Steps = 1 }, new RandomStream(1)));
        Message<ArgumentException>("interpolation: the options have sizes 256, 0, 32 and 16.", () => _ = new InterpolationModel(Small with { Latent = 0 }, new RandomStream(1)));
        Message<ArgumentException>("frames: images [n, pixels] and a bank [m, pixels] are needed; got [4, 256] and [4, 9].", () => FrameMetrics.ToBank(images, narrow));
        Message<ArgumentException>("frames: source [4, 256] and target [4, 9] differ.", () => FrameMetrics.CrossFade(images, narrow, 3));
        Message<ArgumentException>("frames: [frames, batch, pixels] of two frames or more are needed; got [4, 256].", () => FrameMetrics.Evenness(images));
        Message<ArgumentOutOfRangeException>("blobs: an arc in (0, 2 pi] is needed.", () => BlobScenes.Bank(7));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Interpolate(images, images, Tensor.Zeros<float>([4, 8]), 1));
        images[0, 0] = float.NaN;
        float[] before = model.Parameters.Values.ToArray();
        Message<ArithmeticException>("interpolation: the loss is NaN at iteration 0.", () => model.Train(images, images));
        Assert.Equal(before, model.Parameters.Values.ToArray());

        static void Message<TException>(string message, Action action)
            where TException : Exception => Assert.StartsWith(message, Assert.Throws<TException>(action).Message, StringComparison.Ordinal);
    }
}
