using Onsager.Models.Adversarial;
using Onsager.Models.NeurInt;
using Onsager.Tensors;
using static Onsager.Papers.GeneralizedAliPaper;

namespace Onsager.Papers;

/// <summary>Images that no game has seen, gaps in them, and the fine grid of all images; made once, read by every training. Errors are of pixels in [0, 1].</summary>
internal sealed class BlobTests
{
    private const int Tests = 1024;

    private readonly (double X, double Y, double Width)[] factors;
    private readonly Tensor<float> bank;
    private readonly (double X, double Y, double Width)[] bankFactors;

    public BlobTests(RunContext context)
    {
        RandomStream random = Stream(context, AliCheck.Blobs, 1);
        (Images, factors) = BlobImages.Draw(random.Fork("tests"), Tests);
        (bank, bankFactors) = BlobImages.Bank();
        Covered = new RectangleMask(BlobImages.Side, BlobImages.Side, 8).Draw(random.Fork("gaps"), Tests, Device.Cpu);
        Tensor<float> mean = Images.Mean(0, keepDimension: true);
        MeanImage = mean.ToArray();
        Variance = Error(Images, mean);
        MeanGap = Gap(mean.Expand([Tests, mean.Shape[1]]).Contiguous());
        Seen = (Images * (-Covered + 1f)) + (Covered * -1f);
    }

    /// <summary>Images [1024, 256] in [-1, 1].</summary>
    public Tensor<float> Images { get; }

    /// <summary>1 where they are covered.</summary>
    public Tensor<float> Covered { get; }

    /// <summary>Covered images as one would see them, the gap black.</summary>
    public Tensor<float> Seen { get; }

    /// <summary>The mean image.</summary>
    public float[] MeanImage { get; }

    /// <summary>The mean squared error of the mean image.</summary>
    public double Variance { get; }

    /// <summary>The same inside the gaps.</summary>
    public double MeanGap { get; }

    /// <summary>The mean squared error per pixel.</summary>
    public static double Error(Tensor<float> x, Tensor<float> y)
    {
        using Scope scope = Scope.Begin();
        return (x - y).Square().Mean().Item() / 4;
    }

    /// <summary>Codes on the straight line from the first to the second.</summary>
    public static Tensor<float> Between(Tensor<float> codes, int count)
    {
        using Scope scope = Scope.Begin();
        Tensor<float> from = codes.Slice(0, 0, 1), to = codes.Slice(0, 1, 2), times = Tensor.Arange<float>(count, codes.Device).Reshape(count, 1) / (count - 1f);
        return scope.Keep(((to - from) * times) + from);
    }

    /// <summary>The mean squared error inside the gaps.</summary>
    public double Gap(Tensor<float> filled)
    {
        using Scope scope = Scope.Begin();
        return ((filled.To(Device.Cpu) - Images).Square() * Covered).Sum().Item() / (4.0 * Covered.Sum().Item());
    }

    /// <summary>The mean distance in pixels of a reconstruction's blob, that of the nearest image of the grid, from the image's.</summary>
    public double Position(Tensor<float> rebuilt)
    {
        using Scope scope = Scope.Begin();
        (_, int[] nearest) = FrameMetrics.ToBank(rebuilt.To(Device.Cpu), bank);
        double sum = 0;
        for (int i = 0; i < nearest.Length; i++)
        {
            double dx = bankFactors[nearest[i]].X - factors[i].X, dy = bankFactors[nearest[i]].Y - factors[i].Y;
            sum += Math.Sqrt((dx * dx) + (dy * dy));
        }

        return sum / nearest.Length;
    }

    /// <summary>The mean squared distance per pixel of samples from the nearest image of the grid.</summary>
    public double OffManifold(Tensor<float> samples)
    {
        using Scope scope = Scope.Begin();
        (double[] squared, _) = FrameMetrics.ToBank(samples.To(Device.Cpu), bank);
        return HostMath.Mean(squared) / (4 * samples.Shape[1]);
    }
}
