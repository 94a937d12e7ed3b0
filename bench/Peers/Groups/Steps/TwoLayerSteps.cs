using Onsager.Models.TwoLayer;
using Onsager.Simd;
using Onsager.Tensors;
using static TorchSharp.torch.nn;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Onsager.Peers;

/// <summary>A network with one hidden layer of tanh and its mean squared error.</summary>
internal sealed class Regression : TrainingStep
{
    private readonly TwoLayerNet<Tanh, float> net;
    private readonly List<Tensor<float>> x = [];
    private readonly List<Tensor<float>> targets = [];

    public Regression(int inputs, int hidden, int outputs, int batch, string optimizer)
        : this(new TwoLayerNet<Tanh, float>(inputs, hidden, outputs, new RandomStream(1)), inputs, hidden, outputs, optimizer)
    {
        RandomStream random = new(2);
        for (int i = 0; i < Batches; i++)
        {
            x.Add(random.Normal<float>([batch, inputs]));
            targets.Add(random.Normal<float>([batch, outputs]));
            TorchX.Add(Libtorch.Of<float>(x[i].AsSpan(), batch, inputs));
            TorchTarget.Add(Libtorch.Of<float>(targets[i].AsSpan(), batch, outputs));
        }
    }

    private Regression(TwoLayerNet<Tanh, float> net, int inputs, int hidden, int outputs, string optimizer)
        : base(net.Parameters, Sequential(Linear(inputs, hidden), Tanh(), Linear(hidden, outputs)), optimizer) => this.net = net;

    public override void Dispose()
    {
        x.ForEach(static x => x.Dispose());
        targets.ForEach(static target => target.Dispose());
        base.Dispose();
    }

    protected override float Gradient(int batch) => net.SquaredErrorGradient(x[batch], targets[batch]);

    protected override TorchTensor Loss(TorchTensor prediction, TorchTensor target) => functional.mse_loss(prediction, target);
}

/// <summary>A network with one hidden layer of relu and its cross-entropy.</summary>
internal sealed class Classification : TrainingStep
{
    private readonly TwoLayerNet<Relu, float> net;
    private readonly List<Tensor<float>> x = [];
    private readonly List<Tensor<int>> labels = [];

    public Classification(int inputs, int hidden, int outputs, int batch, string optimizer)
        : this(new TwoLayerNet<Relu, float>(inputs, hidden, outputs, new RandomStream(1)), inputs, hidden, outputs, optimizer)
    {
        RandomStream random = new(2);
        for (int i = 0; i < Batches; i++)
        {
            x.Add(random.Uniform<float>([batch, inputs]));
            labels.Add(random.Integers([batch], outputs));
            TorchX.Add(Libtorch.Of<float>(x[i].AsSpan(), batch, inputs));
            TorchTarget.Add(Libtorch.Of<long>([.. labels[i].ToArray().Select(label => (long)label)], batch));
        }
    }

    private Classification(TwoLayerNet<Relu, float> net, int inputs, int hidden, int outputs, string optimizer)
        : base(net.Parameters, Sequential(Linear(inputs, hidden), ReLU(), Linear(hidden, outputs)), optimizer) => this.net = net;

    public override void Dispose()
    {
        x.ForEach(static x => x.Dispose());
        labels.ForEach(static label => label.Dispose());
        base.Dispose();
    }

    protected override float Gradient(int batch) => net.CrossEntropyGradient(x[batch], labels[batch]);

    protected override TorchTensor Loss(TorchTensor prediction, TorchTensor target) => functional.cross_entropy(prediction, target);
}
