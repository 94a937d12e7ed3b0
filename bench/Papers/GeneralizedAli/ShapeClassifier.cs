using Onsager.Models;
using Onsager.Models.Adversarial;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>A convolutional net that learns the kinds of shapes; frozen, its last hidden layer is the M of GALI-PT.</summary>
internal sealed class ShapeClassifier : IDisposable
{
    private readonly ParameterBuffer<float> parameters = new();
    private readonly Sequential<float> body;
    private readonly Linear head;

    public ShapeClassifier(RandomStream random, Device device, int width)
    {
        FeatureCount = 2 * width;
        LeakyActivation<float> leak = new(0.01);
        body = new Sequential<float>(
            new Conv2d<float>(parameters, "0", 3, width, 4, 2, 1), leak, new Conv2d<float>(parameters, "1", width, width, 4, 2, 1), leak, new Conv2d<float>(parameters, "2", width, width, 4, 2, 1), leak,
            new Flatten<float>(), Linear.Declare(parameters, "3", 16 * width, FeatureCount), new Activation<Tanh, float>());
        head = Linear.Declare(parameters, "head", FeatureCount, ShapeImages.Kinds);
        parameters.Allocate(device);
        body.Initialize(parameters, random);
        head.Initialize(parameters, random.Fork("head"), 1);
    }

    /// <summary>Numbers of M(x).</summary>
    public int FeatureCount { get; }

    /// <summary>M(x) [batch, features], through which gradients flow to images.</summary>
    public Tensor<float> Features(Tensor<float> images) => body.Apply(parameters.Values, images);

    public void Train(RandomStream random, int iterations, int batch, Action<double> progress)
    {
        using Adam<float> adam = new(parameters, 1e-3);
        for (int i = 0; i < iterations; i++)
        {
            using Scope scope = Scope.Begin();
            Device device = parameters.Values.Device;
            (Tensor<float> images, int[] kinds) = ShapeImages.Draw(random, batch);
            _ = Autodiff.ValueAndGradInto(parameters.Values, parameters.Gradients, (Own: this, X: images.To(device), Y: Tensor.From<int>(kinds, [batch]).To(device)), static (flat, s) =>
            {
                Tensor<float> scores = s.Own.head.Apply(flat, s.Own.body.Apply(flat, s.X));
                return Losses.SoftmaxCrossEntropy(scores, s.Y);
            });
            adam.Step();
            progress((double)i / iterations);
        }
    }

    public double Accuracy(Tensor<float> images, int[] kinds)
    {
        using Scope scope = Scope.Begin();
        int[] read = head.Apply(parameters.Values, Features(images)).To(Device.Cpu).ArgMax(1).ToArray();
        return read.Zip(kinds).Count(static pair => pair.First == pair.Second) / (double)kinds.Length;
    }

    public void Dispose() => parameters.Dispose();
}
