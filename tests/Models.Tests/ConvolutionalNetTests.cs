using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;
using Xunit.Abstractions;

namespace Onsager.Models.Tests;

/// <summary>
/// A small convolutional network on images of 28 x 28: on MNIST's test set where its files are (in the folder that ONSAGER_DATA names, or in
/// shared/data/mnist beside or above the repository), and on bars that the test draws.
/// </summary>
[Collection(Alone.Name)]
public sealed class ConvolutionalNetTests(ITestOutputHelper output)
{
    private const int Batch = 32, Side = 28;

    [DigitsFact]
    public void It_learns_to_read_digits_with_the_same_bits_for_one_and_two_threads()
    {
        string folder = DigitsFactAttribute.Folder!;
        float[] pixels = Idx.Read(Path.Combine(folder, "t10k-images-idx3-ubyte.gz")).ToSingle();
        int[] labels = [.. Idx.Read(Path.Combine(folder, "t10k-labels-idx1-ubyte.gz")).Data.ToArray().Select(label => (int)label)];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] /= 255;
        }

        const int Steps = 250, Test = 1000;
        (string hash, double accuracy) one = Train(1), two = Train(2);
        output.WriteLine($"accuracy {one.accuracy:P1} after {Steps} steps, {one.hash}");
        Assert.Equal(one, two);
        Assert.True(one.accuracy > 0.9, $"{one.accuracy:P1} of {Test} digits read after {Steps} steps");

        (string Hash, double Accuracy) Train(int threads) => OnThreads(threads, () =>
        {
            using Net net = new();
            for (int step = 0; step < Steps; step++)
            {
                int first = step * Batch % (labels.Length - Test - Batch);
                net.Step(pixels.AsSpan(first * Side * Side, Batch * Side * Side), labels.AsSpan(first, Batch));
            }

            return (net.Hash(), net.Accuracy(pixels.AsSpan(^(Test * Side * Side)..), labels.AsSpan(^Test..)));
        });
    }

    [Fact]
    public void It_learns_bars_with_the_same_bits_for_every_number_of_threads()
    {
        Random random = new(5);
        float[] pixels = new float[Batch * Side * Side];
        int[] labels = new int[Batch];
        for (int i = 0; i < Batch; i++)
        {
            labels[i] = i % 10;
            Span<float> image = pixels.AsSpan(i * Side * Side, Side * Side);
            foreach (ref float pixel in image)
            {
                pixel = random.NextSingle();
            }

            image.Slice(((2 * labels[i]) + 3) * Side, 2 * Side).Fill(2);
        }

        string? first = null;
        foreach (int threads in (int[])[1, 2, 3])
        {
            (string hash, float before, float after) = OnThreads(threads, () =>
            {
                using Net net = new();
                float before = net.Step(pixels, labels), after = before;
                for (int step = 0; step < 25; step++)
                {
                    after = net.Step(pixels, labels);
                }

                return (net.Hash(), before, after);
            });
            first ??= hash;
            Assert.Equal(first, hash);
            Assert.True(after < 0.5f * before, $"{before} became {after}");
        }
    }

    [Theory(Skip = Optimized.Skip)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_step_allocates_nothing_once_it_is_warm(int threads) => OnThreads(threads, () =>
    {
        using Net net = new();
        float[] pixels = new float[Batch * Side * Side];
        int[] labels = new int[Batch];
        new RandomStream(4).Uniform<float>([pixels.Length]).CopyTo(pixels);
        for (int i = 0; i < 50; i++)
        {
            net.Step(pixels, labels);
        }

        long blocks = Device.Cpu.NativeBlocks, own = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            net.Step(pixels, labels);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - own);
        Assert.Equal(blocks, Device.Cpu.NativeBlocks);
        return true;
    });

    private static TResult OnThreads<TResult>(int threads, Func<TResult> work)
    {
        int before = Device.Cpu.Threads;
        try
        {
            Device.Cpu.Threads = threads;
            return work();
        }
        finally
        {
            Device.Cpu.Threads = before;
        }
    }

    /// <summary>Two convolutions with pooling and a linear layer, trained by AdamW.</summary>
    private sealed class Net : IDisposable
    {
        private readonly ParameterBuffer<float> parameters = new();
        private readonly Sequential<float> layers;
        private readonly AdamW<float> optimizer;
        private readonly Tensor<float> x = Tensor.Zeros<float>([Batch, 1, Side, Side]);
        private readonly Tensor<int> y = Tensor.Zeros<int>([Batch]);

        public Net()
        {
            layers = new(
                new Conv2d<float>(parameters, "first", 1, 8, 5, padding: 2), new Activation<Relu, float>(), new MaxPool2d<float>(2),
                new Conv2d<float>(parameters, "second", 8, 16, 3), new Activation<Relu, float>(), new MaxPool2d<float>(2),
                new Flatten<float>(), Linear.Declare(parameters, "output", 16 * 6 * 6, 10));
            parameters.Allocate();
            layers.Initialize(parameters, new RandomStream(12));
            optimizer = new(parameters, 2e-3);
        }

        public float Step(ReadOnlySpan<float> pixels, ReadOnlySpan<int> labels)
        {
            x.CopyFrom(pixels);
            y.CopyFrom(labels);
            float loss = Autodiff.ValueAndGradInto(parameters.Values, parameters.Gradients, this, static (flat, net) =>
            {
                using Tensor<float> scores = net.layers.Apply(flat, net.x);
                return scores.SoftmaxCrossEntropy(net.y);
            });
            optimizer.Step();
            return loss;
        }

        public double Accuracy(ReadOnlySpan<float> pixels, ReadOnlySpan<int> labels)
        {
            using Scope scope = Scope.Begin();
            int[] read = layers.Apply(parameters.Values, Tensor.From(pixels, [labels.Length, 1, Side, Side])).ArgMax(1).ToArray();
            int right = 0;
            for (int i = 0; i < read.Length; i++)
            {
                right += read[i] == labels[i] ? 1 : 0;
            }

            return (double)right / read.Length;
        }

        public string Hash() => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(parameters.Values.AsSpan())));

        public void Dispose()
        {
            parameters.Dispose();
            optimizer.Dispose();
            x.Dispose();
            y.Dispose();
        }
    }
}

/// <summary>A test that reads MNIST's test set, skipped with a reason where its files are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DigitsFactAttribute : FactAttribute
{
    public DigitsFactAttribute()
    {
        if (Folder is null)
        {
            Skip = "MNIST's t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz are needed in the folder that ONSAGER_DATA names, or in shared/data/mnist beside or above the repository";
        }
    }

    /// <summary>Where the files are; null where they are not.</summary>
    public static string? Folder { get; } = Find();

    private static string? Find()
    {
        List<string> folders = [];
        if (Environment.GetEnvironmentVariable("ONSAGER_DATA") is { Length: > 0 } named)
        {
            folders.Add(named);
        }

        for (DirectoryInfo? at = new(Repository.Root); at is not null; at = at.Parent)
        {
            folders.Add(Path.Combine(at.FullName, "shared", "data", "mnist"));
        }

        return folders.Find(folder =>
            File.Exists(Path.Combine(folder, "t10k-images-idx3-ubyte.gz")) && File.Exists(Path.Combine(folder, "t10k-labels-idx1-ubyte.gz")));
    }
}
