using Onsager.Models;
using Onsager.Tensors;
using static TorchSharp.torch;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Onsager.Peers;

/// <summary>One network on both sides, with its optimizer and its data: prepared batches, taken in turn.</summary>
internal abstract class TrainingStep : IDisposable
{
    /// <summary>Steps over which the losses are compared.</summary>
    public const int Compared = 100;

    private const double Rate = 1e-3;

    private readonly ParameterBuffer<float> parameters;
    private readonly IOptimizer ours;
    private readonly TorchSharp.Modules.Sequential network;
    private readonly optim.Optimizer theirs;
    private IDisposable? plan;
    private Func<int, float>? run;
    private int ourTurn;
    private int theirTurn;

    /// <summary>Both sides with our parameters; the network's parts follow ours in their order, linear weights turned.</summary>
    protected TrainingStep(ParameterBuffer<float> parameters, TorchSharp.Modules.Sequential network, string optimizer)
    {
        this.parameters = parameters;
        this.network = network;
        CopyParameters();
        (ours, theirs) = optimizer == "sgd"
            ? ((IOptimizer)new Sgd<float>(parameters, Rate), (optim.Optimizer)optim.SGD(network.parameters(), Rate))
            : (new Adam<float>(parameters, Rate), optim.Adam(network.parameters(), Rate));
    }

    /// <summary>Prepared batches.</summary>
    protected static int Batches => 64;

    protected List<TorchTensor> TorchX { get; } = [];

    protected List<TorchTensor> TorchTarget { get; } = [];

    /// <summary>A step of ours.</summary>
    public void Ours() => _ = OurLoss();

    /// <summary>From now on our steps are those of a plan.</summary>
    public void Capture() => (plan, run) = Plan(ours);

    /// <summary>A step of libtorch's.</summary>
    public void Theirs()
    {
        int batch = theirTurn++ % Batches;
        using TorchTensor loss = Forward(batch);
        Backward(loss);
    }

    /// <summary>The largest difference of the losses of both sides over the next steps; infinite where one is not a number.</summary>
    public double LossDifference()
    {
        double largest = 0;
        for (int step = 0; step < Compared; step++)
        {
            double mine = OurLoss();
            using TorchTensor loss = Forward(theirTurn++ % Batches);
            double difference = double.Abs(mine - loss.item<float>());
            largest = double.IsNaN(difference) ? double.PositiveInfinity : double.Max(largest, difference);
            Backward(loss);
        }

        return largest;
    }

    public virtual void Dispose()
    {
        TorchX.ForEach(static x => x.Dispose());
        TorchTarget.ForEach(static x => x.Dispose());
        plan?.Dispose();
        (ours as IDisposable)?.Dispose();
        parameters.Dispose();
        theirs.Dispose();
        network.Dispose();
    }

    /// <summary>The loss of our network on a batch; its gradient goes to the parameter buffer.</summary>
    protected abstract float Gradient(int batch);

    /// <summary>Whole steps as a plan, and the one on a batch, which gives its loss.</summary>
    protected abstract (IDisposable Plan, Func<int, float> Run) Plan(IOptimizer optimizer);

    /// <summary>What libtorch's network makes of a batch.</summary>
    protected virtual TorchTensor Predict(TorchTensor x) => network.forward(x);

    /// <summary>The loss of libtorch's network.</summary>
    protected abstract TorchTensor Loss(TorchTensor prediction, TorchTensor target);

    private float OurLoss()
    {
        int batch = ourTurn++ % Batches;
        if (run is not null)
        {
            return run(batch);
        }

        float loss = Gradient(batch);
        ours.Step();
        return loss;
    }

    private TorchTensor Forward(int batch)
    {
        using TorchTensor prediction = Predict(TorchX[batch]);
        return Loss(prediction, TorchTarget[batch]);
    }

    private void Backward(TorchTensor loss)
    {
        theirs.zero_grad();
        loss.backward();
        theirs.step()?.Dispose();
    }

    private void CopyParameters()
    {
        using IDisposable quiet = no_grad();
        int at = 0;
        foreach (TorchSharp.Modules.Parameter theirs in network.parameters())
        {
            Parameter part = parameters.Parts[at++];
            using Tensor<float> values = part.In(parameters.Values);
            long[] shape = [.. part.Shape.AsSpan().ToArray().Select(extent => (long)extent)];
            using TorchTensor copy = Libtorch.Of<float>(values.AsSpan(), shape), turned = shape.Length == 2 ? copy.t() : copy.alias();
            _ = theirs.copy_(turned);
        }
    }
}
