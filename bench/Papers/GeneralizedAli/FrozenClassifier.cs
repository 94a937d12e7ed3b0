using Onsager.Models;
using Onsager.Models.Adversarial;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>A net that learns the true factors of images in classes; frozen, its last hidden layer is the M of GALI-PT.</summary>
internal sealed class FrozenClassifier : IDisposable
{
    private const int BlobSquares = 4;

    private readonly ParameterBuffer<float> parameters = new();
    private readonly Func<RandomStream, int, (Tensor<float> Images, int[] Kinds)> draw;
    private readonly Sequential<float> body;
    private readonly Linear head;

    private FrozenClassifier(
        RandomStream random, Device device, int features, int kinds, Func<RandomStream, int, (Tensor<float>, int[])> draw, Func<ParameterBuffer<float>, ILayer<float>[]> layers)
    {
        this.draw = draw;
        FeatureCount = features;
        body = new Sequential<float>(layers(parameters));
        head = Linear.Declare(parameters, "head", features, kinds);
        parameters.Allocate(device);
        body.Initialize(parameters, random);
        head.Initialize(parameters, random.Fork("head"), 1);
    }

    /// <summary>Numbers of M(x).</summary>
    public int FeatureCount { get; }

    /// <summary>Of coloured shapes: which kind.</summary>
    public static FrozenClassifier OfShapes(RandomStream random, Device device, int width)
    {
        LeakyActivation<float> leak = new(0.01);
        return new(random, device, 2 * width, ShapeImages.Kinds, ShapeImages.Draw, parameters =>
        [
            new Conv2d<float>(parameters, "0", 3, width, 4, 2, 1), leak, new Conv2d<float>(parameters, "1", width, width, 4, 2, 1), leak, new Conv2d<float>(parameters, "2", width, width, 4, 2, 1), leak,
            new Flatten<float>(), Linear.Declare(parameters, "3", 16 * width, 2 * width), new Activation<Tanh, float>(),
        ]);
    }

    /// <summary>Of blobs: in which square of four by four the centre lies.</summary>
    public static FrozenClassifier OfBlobs(RandomStream random, Device device)
    {
        const int Features = 32;
        return new(random, device, Features, BlobSquares * BlobSquares, static (random, count) =>
        {
            (Tensor<float> images, (double X, double Y, double Width)[] factors) = BlobImages.Draw(random, count);
            return (images, [.. factors.Select(static factor => Square(factor.X) + (BlobSquares * Square(factor.Y)))]);
        },
        parameters => [Linear.Declare(parameters, "0", BlobImages.Side * BlobImages.Side, 64), new LeakyActivation<float>(0.01), Linear.Declare(parameters, "1", 64, Features), new Activation<Tanh, float>()]);

        // Centres are even in [4, 12).
        static int Square(double centre) => int.Clamp((int)((centre - 4) / 2), 0, BlobSquares - 1);
    }

    /// <summary>M(x) [batch, features], through which gradients flow to images.</summary>
    public Tensor<float> Features(Tensor<float> images) => body.Apply(parameters.Values, images);

    public void Train(RandomStream random, int iterations, int batch, Action<double>? progress = null)
    {
        using Adam<float> adam = new(parameters, 1e-3);
        for (int i = 0; i < iterations; i++)
        {
            using Scope scope = Scope.Begin();
            Device device = parameters.Values.Device;
            (Tensor<float> images, int[] kinds) = draw(random, batch);
            _ = Autodiff.ValueAndGradInto(parameters.Values, parameters.Gradients, (Own: this, X: images.To(device), Y: Tensor.From<int>(kinds, [batch]).To(device)), static (flat, s) =>
            {
                Tensor<float> scores = s.Own.head.Apply(flat, s.Own.body.Apply(flat, s.X));
                return Losses.SoftmaxCrossEntropy(scores, s.Y);
            });
            adam.Step();
            progress?.Invoke((double)i / iterations);
        }
    }

    /// <summary>The share of fresh images whose class is read.</summary>
    public double Accuracy(RandomStream random, int count)
    {
        using Scope scope = Scope.Begin();
        (Tensor<float> images, int[] kinds) = draw(random, count);
        int[] read = head.Apply(parameters.Values, Features(images.To(parameters.Values.Device))).To(Device.Cpu).ArgMax(1).ToArray();
        return read.Zip(kinds).Count(static pair => pair.First == pair.Second) / (double)kinds.Length;
    }

    public void Dispose() => parameters.Dispose();
}
