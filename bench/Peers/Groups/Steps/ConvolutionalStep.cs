using Onsager.Models;
using Onsager.Simd;
using Onsager.Tensors;
using static TorchSharp.torch.nn;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Onsager.Peers;

/// <summary>
/// Two convolutions of 3 x 3, to 8 and to 16 channels, each with relu and pooling by 2, and a linear layer of ten classes, on images of 28 x 28; the
/// loss is the cross-entropy.
/// </summary>
internal sealed class Convolutional : TrainingStep
{
    private const int Side = 28;
    private const int Classes = 10;

    private readonly ParameterBuffer<float> parameters;
    private readonly Sequential<float> layers;
    private readonly List<Tensor<float>> x = [];
    private readonly List<Tensor<int>> labels = [];

    public Convolutional(int batch, string optimizer)
        : this(new ParameterBuffer<float>(), optimizer)
    {
        RandomStream random = new(2);
        for (int i = 0; i < Batches; i++)
        {
            x.Add(random.Uniform<float>([batch, 1, Side, Side]));
            labels.Add(random.Integers([batch], Classes));
            TorchX.Add(Libtorch.Of<float>(x[i].AsSpan(), batch, 1, Side, Side));
            TorchTarget.Add(Libtorch.Of<long>([.. labels[i].ToArray().Select(label => (long)label)], batch));
        }
    }

    private Convolutional(ParameterBuffer<float> parameters, string optimizer)
        : this(parameters, Layers(parameters), optimizer)
    {
    }

    private Convolutional(ParameterBuffer<float> parameters, Sequential<float> layers, string optimizer)
        : base(parameters, Network(), optimizer)
    {
        this.parameters = parameters;
        this.layers = layers;
    }

    public override void Dispose()
    {
        x.ForEach(static x => x.Dispose());
        labels.ForEach(static label => label.Dispose());
        base.Dispose();
    }

    protected override float Gradient(int batch) =>
        Autodiff.ValueAndGradInto(parameters.Values, parameters.Gradients, (layers, X: x[batch], Labels: labels[batch]), static (flat, step) =>
        {
            using Tensor<float> scores = step.layers.Apply(flat, step.X);
            return scores.SoftmaxCrossEntropy(step.Labels);
        });

    protected override TorchTensor Loss(TorchTensor prediction, TorchTensor target) => functional.cross_entropy(prediction, target);

    private static Sequential<float> Layers(ParameterBuffer<float> parameters)
    {
        Sequential<float> layers = new(
            new Conv2d<float>(parameters, "first", 1, 8, 3), new Activation<Relu, float>(), new MaxPool2d<float>(2),
            new Conv2d<float>(parameters, "second", 8, 16, 3), new Activation<Relu, float>(), new MaxPool2d<float>(2),
            new Flatten<float>(), Models.Linear.Declare(parameters, "output", 16 * 5 * 5, Classes));
        parameters.Allocate();
        layers.Initialize(parameters, new RandomStream(1));
        return layers;
    }

    private static TorchSharp.Modules.Sequential Network() => Sequential(
        Conv2d(1, 8, 3), ReLU(inplace: true), MaxPool2d(2), Conv2d(8, 16, 3), ReLU(inplace: true), MaxPool2d(2), Flatten(), Linear(16 * 5 * 5, Classes));
}
