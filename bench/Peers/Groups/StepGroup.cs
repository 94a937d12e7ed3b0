using Onsager.Models;
using Onsager.Models.TwoLayer;
using Onsager.Simd;
using Onsager.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Onsager.Peers;

/// <summary>
/// Whole training steps of two-layer networks: gradient and update. Batches change from step to step: on fixed data Adam converges, and
/// would be measured among subnormal numbers.
/// </summary>
internal sealed class StepGroup : IGroup
{
    /// <summary>Prepared batches, taken in turn.</summary>
    private const int Batches = 64;

    private const double Rate = 1e-3;

    private static readonly string[] Optimizers = ["sgd", "adam"];

    public string Name => "step";

    public bool Gradients => true;

    public IEnumerable<Case> Cases(int threads, Wanted wanted)
    {
        foreach (string optimizer in Optimizers)
        {
            string name = $"2-50-2 tanh b=32 {optimizer} eager";
            if (wanted(name, 32, "f32"))
            {
                using Regression step = new(2, 50, 2, 32, optimizer);
                yield return step.Case(name, 32);
            }

            foreach (int batch in new[] { 1, 32, 128 })
            {
                name = $"784-128-10 relu b={batch} {optimizer} eager";
                if (wanted(name, batch, "f32"))
                {
                    using Classification step = new(784, 128, 10, batch, optimizer);
                    yield return step.Case(name, batch);
                }
            }
        }
    }

    /// <summary>Ours and libtorch's network, optimizer and data.</summary>
    private abstract class Step<TActivation> : IDisposable
        where TActivation : struct, IUnaryOp
    {
        private readonly TwoLayerNet<TActivation, float> net;
        private readonly Sgd<float>? sgd;
        private readonly Adam<float>? adam;
        private readonly TorchSharp.Modules.Sequential network;
        private readonly optim.Optimizer optimizer;
        private int ourTurn;
        private int theirTurn;

        protected Step(int inputs, int hidden, int outputs, string optimizer, Module<TorchTensor, TorchTensor> activation)
        {
            net = new(inputs, hidden, outputs, new RandomStream(1));
            network = Sequential(("hidden", Linear(inputs, hidden)), ("activation", activation), ("output", Linear(hidden, outputs)));
            if (optimizer == "sgd")
            {
                sgd = new Sgd<float>(net.Parameters, Rate);
                this.optimizer = optim.SGD(network.parameters(), Rate);
            }
            else
            {
                adam = new Adam<float>(net.Parameters, Rate);
                this.optimizer = optim.Adam(network.parameters(), Rate);
            }
        }

        protected List<Tensor<float>> X { get; } = [];

        protected List<TorchTensor> TorchX { get; } = [];

        protected List<TorchTensor> TorchTarget { get; } = [];

        public Case Case(string name, int batch) =>
            new("step", name, batch, "f32", Quantity.Microseconds, Ours, [new(Libtorch.Name, Theirs)]);

        public virtual void Dispose()
        {
            X.ForEach(static x => x.Dispose());
            TorchX.ForEach(static x => x.Dispose());
            TorchTarget.ForEach(static x => x.Dispose());
            net.Dispose();
            adam?.Dispose();
            optimizer.Dispose();
            network.Dispose();
        }

        protected abstract void Gradient(TwoLayerNet<TActivation, float> net, int batch);

        protected abstract TorchTensor Loss(TorchTensor prediction, TorchTensor target);

        private void Ours()
        {
            Gradient(net, ourTurn++ % Batches);
            sgd?.Step();
            adam?.Step();
        }

        private void Theirs()
        {
            int batch = theirTurn++ % Batches;
            using TorchTensor prediction = network.forward(TorchX[batch]), loss = Loss(prediction, TorchTarget[batch]);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step()?.Dispose();
        }
    }

    private sealed class Regression : Step<Tanh>
    {
        private readonly List<Tensor<float>> targets = [];

        public Regression(int inputs, int hidden, int outputs, int batch, string optimizer)
            : base(inputs, hidden, outputs, optimizer, Tanh())
        {
            RandomStream random = new(2);
            for (int i = 0; i < Batches; i++)
            {
                X.Add(random.Normal<float>([batch, inputs]));
                targets.Add(random.Normal<float>([batch, outputs]));
                TorchX.Add(Libtorch.Of<float>(X[i].AsSpan(), batch, inputs));
                TorchTarget.Add(Libtorch.Of<float>(targets[i].AsSpan(), batch, outputs));
            }
        }

        public override void Dispose()
        {
            targets.ForEach(static target => target.Dispose());
            base.Dispose();
        }

        protected override void Gradient(TwoLayerNet<Tanh, float> net, int batch) => _ = net.SquaredErrorGradient(X[batch], targets[batch]);

        protected override TorchTensor Loss(TorchTensor prediction, TorchTensor target) => functional.mse_loss(prediction, target);
    }

    private sealed class Classification : Step<Relu>
    {
        private readonly List<Tensor<int>> labels = [];

        public Classification(int inputs, int hidden, int outputs, int batch, string optimizer)
            : base(inputs, hidden, outputs, optimizer, ReLU())
        {
            RandomStream random = new(2);
            for (int i = 0; i < Batches; i++)
            {
                X.Add(random.Uniform<float>([batch, inputs]));
                using Tensor<float> draws = random.Uniform<float>([batch]);
                int[] classes = [.. draws.ToArray().Select(draw => (int)(draw * outputs))];
                labels.Add(Tensors.Tensor.From<int>(classes, [batch]));
                TorchX.Add(Libtorch.Of<float>(X[i].AsSpan(), batch, inputs));
                TorchTarget.Add(Libtorch.Of<long>([.. classes.Select(label => (long)label)], batch));
            }
        }

        public override void Dispose()
        {
            labels.ForEach(static label => label.Dispose());
            base.Dispose();
        }

        protected override void Gradient(TwoLayerNet<Relu, float> net, int batch) => _ = net.CrossEntropyGradient(X[batch], labels[batch]);

        protected override TorchTensor Loss(TorchTensor prediction, TorchTensor target) => functional.cross_entropy(prediction, target);
    }
}
