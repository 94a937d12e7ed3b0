using Onsager.Models.Adversarial;
using Onsager.Models.NeurInt;
using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>Digits in [-1, 1] to train on and to test with, and gaps in the latter.</summary>
internal sealed class DigitSet
{
    private readonly Tensor<float> train;

    public DigitSet(Tensor<float> images, int side, int tests, int longest, RandomStream random)
    {
        nint count = images.Shape[0];
        (Side, Longest) = (side, longest);
        train = images.Slice(0, 0, count - tests).Clone();
        Tests = images.Slice(0, count - tests, count).Clone();
        Mask = new RectangleMask(side, side, longest);
        Covered = Mask.Draw(random, tests, Device.Cpu);
        Seen = (Tests * (-Covered + 1f)) + (Covered * -1f);
        Tensor<float> mean = train.Mean(0, keepDimension: true);
        MeanImage = mean.ToArray();
        Variance = BlobTests.Error(Tests, mean);
        MeanGap = Gap(mean.Expand(Tests.Shape).Contiguous());
    }

    public int Side { get; }

    /// <summary>The longest side of a gap.</summary>
    public int Longest { get; }

    public RectangleMask Mask { get; }

    /// <summary>Digits that are not trained on.</summary>
    public Tensor<float> Tests { get; }

    public Tensor<float> Covered { get; }

    /// <summary>Covered digits as one would see them, the gap black.</summary>
    public Tensor<float> Seen { get; }

    public float[] MeanImage { get; }

    public double Variance { get; }

    public double MeanGap { get; }

    public static float[] First(Tensor<float> images, int count) => images.Slice(0, 0, count).ToArray();

    public Tensor<float> Next(RandomStream random, int batch)
    {
        using Tensor<int> rows = random.Integers([batch], (int)train.Shape[0]);
        return train.IndexSelect(0, rows);
    }

    /// <summary>The mean squared error inside the gaps, pixels in [0, 1].</summary>
    public double Gap(Tensor<float> filled)
    {
        using Scope scope = Scope.Begin();
        return ((filled.To(Device.Cpu) - Tests).Square() * Covered).Sum().Item() / (4.0 * Covered.Sum().Item());
    }

    /// <summary>The mean squared distance per pixel from the nearest digit that is trained on.</summary>
    public double OffDigits(Tensor<float> images)
    {
        using Scope scope = Scope.Begin();
        (double[] squared, _) = FrameMetrics.ToBank(images.To(Device.Cpu), train);
        return HostMath.Mean(squared) / (4 * images.Shape[1]);
    }
}
