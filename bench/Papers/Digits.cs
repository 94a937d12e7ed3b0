using Onsager.Models;
using Onsager.Models.TwoLayer;
using Onsager.Papers.Report;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>A two-layer network learns real handwritten digits: not a paper, but the shortest way to see the engine work.</summary>
internal sealed class Digits : IPaper
{
    private const int Train = 8000;
    private const int Test = 2000;
    private const int Side = 28;
    private const int Pixels = Side * Side;
    private const int Hidden = 512;
    private const int Classes = 10;
    private const int Batch = 64;
    private const double Rate = 1e-3;

    public string Name => "digits";

    public string Title => "Handwritten digits with a two-layer network";

    public string Citation => "Data: LeCun, Cortes and Burges, the MNIST database, test set of 10,000 digits";

    public string Abstract =>
        "A 784-512-10 ReLU network, trained by Adam on 8,000 of the 10,000 digits, reads more than 96% of the other 2,000.";

    public bool NeedsData => true;

    public void Run(RunContext context)
    {
        (float[] pixels, int[] labels) = Read(context);
        int epochs = context.Choose(2, 15, 40);
        double accuracyToReach = context.Choose(0.90, 0.96, 0.96);

        using Scope scope = Scope.Begin();
        using TwoLayerNet<Relu, float> net = new(Pixels, Hidden, Classes, new RandomStream(context.Seed, 0), context.Device);
        double[] losses = Fit(context, net, pixels.AsSpan(0, Train * Pixels), labels.AsSpan(0, Train), epochs, out double[] accuracies, pixels, labels);

        ReadOnlySpan<int> testLabels = labels.AsSpan(Train);
        int[] read = Classify(net, pixels.AsSpan(Train * Pixels));
        double accuracy = Share(read, testLabels);
        context.Claim(
            "test accuracy", accuracy, low: accuracyToReach,
            explanation: $"Share of the {Test} held-out digits read right after {epochs} epochs.");
        context.Report("training accuracy", Share(Classify(net, pixels.AsSpan(0, Train * Pixels)), labels.AsSpan(0, Train)));
        context.Report("training loss of the last epoch", losses[^1], "Mean cross-entropy over the epoch's batches.");
        context.Record("parameters", net.Parameters.Values.ToArray());

        double[] epoch = [.. Enumerable.Range(1, epochs).Select(i => (double)i)];
        context.Plot("loss.svg", new Figure("epoch", "cross-entropy") { LogY = true }.Line("training loss", epoch, losses), "Training loss, averaged over each epoch.");
        context.Plot(
            "accuracy.svg", new Figure("epoch", "share read right").Line("held-out digits", epoch, accuracies).Horizontal(accuracyToReach, "to reach"),
            "Accuracy on the held-out digits after each epoch.");
        List<Picture> misread = Misread(pixels, read, testLabels);
        if (misread.Count > 0)
        {
            context.Pictures("misread.svg", misread, 8, "Held-out digits that the network misreads: the true digit, then what it read.");
        }
        else
        {
            context.Text("No held-out digit was misread.");
        }

        context.Pictures("features.svg", Features(net), 8, "First-layer weights of the 32 neurons with the largest norm: grey is zero, white positive.");
    }

    /// <summary>Runs the epochs; gives the mean loss of each and the held-out accuracy after it.</summary>
    private static double[] Fit(
        RunContext context, TwoLayerNet<Relu, float> net, ReadOnlySpan<float> pixels, ReadOnlySpan<int> labels, int epochs,
        out double[] accuracies, float[] all, int[] allLabels)
    {
        using Adam<float> adam = new(net.Parameters, Rate);
        using Tensor<float> x = Tensor.Empty<float>([Batch, Pixels], context.Device);
        using Tensor<int> y = Tensor.Empty<int>([Batch], context.Device);
        float[] images = new float[Batch * Pixels];
        int[] digits = new int[Batch];
        RandomStream order = new(context.Seed, 1);
        int[] permutation = new int[Train];
        double[] losses = new double[epochs];
        accuracies = new double[epochs];
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            order.Permutation(permutation);
            double sum = 0;
            int steps = Train / Batch;
            for (int step = 0; step < steps; step++)
            {
                Gather(pixels, labels, permutation.AsSpan(step * Batch, Batch), images, digits);
                x.CopyFrom(images);
                y.CopyFrom(digits);
                sum += net.CrossEntropyGradient(x, y);
                adam.Step();
                context.Progress("training", ((epoch * steps) + step + 1.0) / (epochs * steps));
            }

            losses[epoch] = sum / steps;
            accuracies[epoch] = Share(Classify(net, all.AsSpan(Train * Pixels)), allLabels.AsSpan(Train));
        }

        return losses;
    }

    private static void Gather(ReadOnlySpan<float> pixels, ReadOnlySpan<int> labels, ReadOnlySpan<int> picked, Span<float> x, Span<int> y)
    {
        for (int i = 0; i < picked.Length; i++)
        {
            pixels.Slice(picked[i] * Pixels, Pixels).CopyTo(x[(i * Pixels)..]);
            y[i] = labels[picked[i]];
        }
    }

    private static int[] Classify(TwoLayerNet<Relu, float> net, ReadOnlySpan<float> pixels)
    {
        int[] read = new int[pixels.Length / Pixels];
        using Tensor<float> x = Tensor.From(pixels, [read.Length, Pixels], net.Parameters.Values.Device), scores = net.Apply(x), here = scores.To(Device.Cpu);
        here.ArgMaxRows(read);
        return read;
    }

    private static double Share(ReadOnlySpan<int> read, ReadOnlySpan<int> labels)
    {
        int right = 0;
        for (int i = 0; i < read.Length; i++)
        {
            right += read[i] == labels[i] ? 1 : 0;
        }

        return (double)right / read.Length;
    }

    private static List<Picture> Misread(float[] pixels, int[] read, ReadOnlySpan<int> labels)
    {
        List<Picture> pictures = [];
        for (int i = 0; i < read.Length && pictures.Count < 40; i++)
        {
            if (read[i] != labels[i])
            {
                pictures.Add(new Picture(pixels.AsMemory((Train + i) * Pixels, Pixels), Side, $"{labels[i]}, read {read[i]}"));
            }
        }

        return pictures;
    }

    private static List<Picture> Features(TwoLayerNet<Relu, float> net)
    {
        using Tensor<float> weight = net.Hidden.Weight.In(net.Parameters.Values), rows = weight.Transpose().Clone();
        float[] all = rows.ToArray();
        return
        [
            .. Enumerable.Range(0, Hidden)
                .Select(i => all.AsMemory(i * Pixels, Pixels))
                .OrderByDescending(feature => Reduce.Dot<float>(feature.Span, feature.Span))
                .Take(32)
                .Select(feature => new Picture(Grey(feature.Span), Side)),
        ];
    }

    /// <summary>Zero becomes middle grey, the largest weight black or white.</summary>
    private static float[] Grey(ReadOnlySpan<float> feature)
    {
        float largest = 0;
        foreach (float weight in feature)
        {
            largest = MathF.Max(largest, MathF.Abs(weight));
        }

        float[] grey = new float[feature.Length];
        for (int i = 0; i < grey.Length; i++)
        {
            grey[i] = 0.5f + (0.5f * feature[i] / MathF.Max(largest, float.Epsilon));
        }

        return grey;
    }

    /// <summary>Pixels in [0, 1] and labels; the files are checked before anything is computed.</summary>
    internal static (float[] Pixels, int[] Labels) Read(RunContext context)
    {
        string imageFile = Find(context, "t10k-images-idx3-ubyte"), labelFile = Find(context, "t10k-labels-idx1-ubyte");
        Idx images = Idx.Read(imageFile), labels = Idx.Read(labelFile);
        if (!images.Shape.SequenceEqual([Train + Test, Side, Side]) || images.ElementType != IdxType.Byte)
        {
            throw new InvalidDataException($"{imageFile}: expected unsigned bytes [{Train + Test}, {Side}, {Side}], got {images.ElementType} [{string.Join(", ", images.Shape.ToArray())}].");
        }

        if (!labels.Shape.SequenceEqual([Train + Test]) || labels.ElementType != IdxType.Byte || labels.Data.ContainsAnyExceptInRange((byte)0, (byte)(Classes - 1)))
        {
            throw new InvalidDataException($"{labelFile}: expected {Train + Test} unsigned bytes from 0 to 9, got {labels.ElementType} [{string.Join(", ", labels.Shape.ToArray())}].");
        }

        float[] pixels = images.ToSingle();
        Map.Binary<Divide, float>(pixels, 255f, pixels);
        return (pixels, [.. labels.Data.ToArray().Select(label => (int)label)]);
    }

    private static string Find(RunContext context, string name)
    {
        try
        {
            return context.DataFile(name);
        }
        catch (FileNotFoundException problem)
        {
            throw new FileNotFoundException(
                $"{problem.Message}. Put the MNIST test set there, plain or gzipped: t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte.", problem.FileName, problem);
        }
    }
}
