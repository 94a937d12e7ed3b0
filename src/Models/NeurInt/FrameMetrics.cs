using Onsager.Tensors;

namespace Onsager.Models.NeurInt;

/// <summary>How good frames between two images are.</summary>
public static class FrameMetrics
{
    private const int Chunk = 512;

    /// <summary>The squared distance of each image [n, pixels] to the nearest of a bank [m, pixels], and which one that is.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or the bank is empty.</exception>
    public static (double[] Squared, int[] Nearest) ToBank(Tensor<float> images, Tensor<float> bank)
    {
        if (images.Rank != 2 || bank.Rank != 2 || bank.Shape[0] < 1 || bank.Shape[1] != images.Shape[1])
        {
            throw new ArgumentException($"frames: images [n, pixels] and a bank [m, pixels] are needed; got {images.Shape} and {bank.Shape}.", nameof(bank));
        }

        int count = checked((int)images.Shape[0]);
        double[] squared = new double[count];
        int[] nearest = new int[count];
        using Scope scope = Scope.Begin();
        Tensor<float> turned = bank.Transpose().Contiguous(), half = bank.Square().Sum(1) * 0.5f;
        for (int first = 0; first < count; first += Chunk)
        {
            using Scope part = Scope.Begin();
            int last = Math.Min(first + Chunk, count);

            // The nearest has the least |b|^2 / 2 - x b; its distance is then computed by differences, which lose nothing.
            Tensor<float> own = images.Slice(0, first, last), score = half - own.MatMul(turned);
            ReadOnlySpan<int> which = score.ArgMin(1).AsSpan();
            using Tensor<float> packed = own.Contiguous();
            for (int i = 0; i < which.Length; i++)
            {
                nearest[first + i] = which[i];
                squared[first + i] = Squared(packed.AsSpan(), i, bank.AsSpan(), which[i], (int)bank.Shape[1]);
            }
        }

        return (squared, nearest);
    }

    /// <summary>
    /// For frames [frames, batch, pixels] the lengths of the steps from each to the next: the mean over pairs of the largest as a part of the whole path,
    /// 1 / (frames - 1) if all are the same, and of their standard deviation as a part of their mean.
    /// </summary>
    /// <exception cref="ArgumentException">There are fewer frames than 2, or no pairs.</exception>
    public static (double LargestPart, double Variation) Evenness(Tensor<float> frames)
    {
        if (frames.Rank != 3 || frames.Shape[0] < 2 || frames.Shape[1] < 1)
        {
            throw new ArgumentException($"frames: [frames, batch, pixels] of two frames or more are needed; got {frames.Shape}.", nameof(frames));
        }

        int steps = (int)frames.Shape[0] - 1, pairs = (int)frames.Shape[1], pixels = (int)frames.Shape[2];
        using Tensor<float> packed = frames.Contiguous();
        ReadOnlySpan<float> elements = packed.AsSpan();
        double parts = 0, variations = 0;
        double[] lengths = new double[steps];
        for (int pair = 0; pair < pairs; pair++)
        {
            double sum = 0, largest = 0, squares = 0;
            for (int k = 0; k < steps; k++)
            {
                lengths[k] = Math.Sqrt(Squared(elements, ((k + 1) * pairs) + pair, elements, (k * pairs) + pair, pixels));
                sum += lengths[k];
                largest = Math.Max(largest, lengths[k]);
            }

            foreach (double length in lengths)
            {
                squares += (length - (sum / steps)) * (length - (sum / steps));
            }

            parts += sum > 0 ? largest / sum : 1.0 / steps;
            variations += sum > 0 ? Math.Sqrt(squares / steps) / (sum / steps) : 0;
        }

        return (parts / pairs, variations / pairs);
    }

    /// <summary>The pixels of source and target mixed, [frames, batch, pixels]: the trivial interpolation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer frames than 2.</exception>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor<float> CrossFade(Tensor<float> source, Tensor<float> target, int frames)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 2);
        if (source.Shape != target.Shape)
        {
            throw new ArgumentException($"frames: source {source.Shape} and target {target.Shape} differ.", nameof(target));
        }

        using Scope scope = Scope.Begin();
        Tensor<float>[] mixed = new Tensor<float>[frames];
        for (int k = 0; k < frames; k++)
        {
            float t = (float)k / (frames - 1);
            mixed[k] = (source * (1 - t)) + (target * t);
        }

        return scope.Keep(Tensor.Stack(0, mixed));
    }

    private static double Squared(ReadOnlySpan<float> x, int i, ReadOnlySpan<float> y, int j, int pixels)
    {
        double sum = 0;
        ReadOnlySpan<float> first = x.Slice(i * pixels, pixels), second = y.Slice(j * pixels, pixels);
        for (int at = 0; at < pixels; at++)
        {
            double difference = (double)first[at] - second[at];
            sum = Math.FusedMultiplyAdd(difference, difference, sum);
        }

        return sum;
    }
}
