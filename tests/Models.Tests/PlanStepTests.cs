using System.Runtime.InteropServices;
using Onsager.Models.TwoLayer;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>Training steps that a plan has recorded: the bits of eager steps with every layer, loss and optimizer, and no memory taken.</summary>
[Collection(Alone.Name)]
public sealed class PlanStepTests
{
    private const int Batch = 12;

    private static readonly Dictionary<string, Func<ParameterBuffer<float>, IOptimizer>> Optimizers = new()
    {
        ["sgd"] = p => new Sgd<float>(p, 0.01, weightDecay: 0.01),
        ["momentum"] = p => new Sgd<float>(p, 0.01, 0.9, dampening: 0.5),
        ["nesterov"] = p => new Sgd<float>(p, 0.01, 0.9, isNesterov: true),
        ["adam"] = p => new Adam<float>(p, 0.01),
        ["adamw"] = p => new AdamW<float>(p, 0.01),
        ["rmsprop"] = p => new RmsProp<float>(p, 0.01),
        ["rmsprop with momentum"] = p => new RmsProp<float>(p, 0.01, momentum: 0.9),
        ["lion"] = p => new Lion<float>(p, 0.01),
    };

    private static readonly Dictionary<string, Func<ParameterBuffer<float>, ILayer<float>>> Nets = new()
    {
        ["linear and activations"] = p => new Sequential<float>(
            new Flatten<float>(), Linear.Declare(p, "first", 64, 30), new Activation<Gelu, float>(), Linear.Declare(p, "second", 30, 20), new Activation<Silu, float>(), Linear.Declare(p, "third", 20, 5)),
        ["convolution and pooling"] = p => new Sequential<float>(
            new Conv2d<float>(p, "first", 1, 4, 3, padding: 1), new Activation<Relu, float>(), new MaxPool2d<float>(2), new Conv2d<float>(p, "second", 4, 6, 3, padding: 1),
            new Activation<Tanh, float>(), new AvgPool2d<float>(2), new Flatten<float>(), Linear.Declare(p, "output", 24, 5)),
        ["norms and dropout"] = p => new Sequential<float>(
            new Conv2d<float>(p, "first", 1, 4, 3, padding: 1), new BatchNorm<float>(p, "norm", 4), new Activation<Relu, float>(), new Flatten<float>(), new Dropout<float>(0.3, new RandomStream(5)),
            Linear.Declare(p, "second", 256, 16), new LayerNorm<float>(p, "layer norm", 16), new Activation<Sigmoid, float>(), Linear.Declare(p, "output", 16, 5)),
    };

    private static readonly Dictionary<string, Func<Tensor<float>, Tensor<float>, Tensor<int>, Tensor<float>>> Losses = new()
    {
        ["squared error"] = static (y, target, _) => Models.Losses.MeanSquaredError(y, target),
        ["absolute error"] = static (y, target, _) => Models.Losses.MeanAbsoluteError(y, target),
        ["huber"] = static (y, target, _) => Models.Losses.Huber(y, target),
        ["logistic"] = static (y, target, _) => Models.Losses.Logistic(y, target.Sigmoid()),
        ["cross-entropy"] = static (y, _, labels) => Models.Losses.SoftmaxCrossEntropy(y, labels),
        ["kullback-leibler"] = static (y, target, _) => Models.Losses.KullbackLeibler(y.LogSoftmax(1), target.Softmax(1)),
    };

    public static TheoryData<string, string, string> Cases
    {
        get
        {
            TheoryData<string, string, string> cases = [];
            foreach (string optimizer in Optimizers.Keys.Where(static name => name != "adam"))
            {
                cases.Add("linear and activations", "squared error", optimizer);
            }

            foreach (string net in Nets.Keys)
            {
                foreach (string loss in Losses.Keys)
                {
                    cases.Add(net, loss, "adam");
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_recorded_step_has_the_bits_of_an_eager_one(string net, string loss, string optimizer)
    {
        using Trainer eager = new(net, loss, optimizer), planned = new(net, loss, optimizer);
        using var plan = Plan.Capture(planned, static (Trainer trainer, Tensor<float> x, Tensor<float> target) => trainer.Step(x, target));
        ISchedule schedule = new CosineSchedule(0.01, 12);
        foreach (int threads in (int[])[1, 2, 3])
        {
            int before = Device.Cpu.Threads;
            Device.Cpu.Threads = threads;
            try
            {
                for (int step = 0; step < 4; step++)
                {
                    // A last batch that is smaller, as at the end of an epoch.
                    nint batch = step == 3 ? 7 : Batch;
                    using Scope scope = Scope.Begin();
                    RandomStream random = new(6, (ulong)((threads * 100) + step));
                    Tensor<float> x = random.Normal<float>([batch, 1, 8, 8]), target = random.Normal<float>([batch, 5]);
                    eager.Rate = planned.Rate = schedule.Rate(step);
                    float expected = eager.Step(x, target), actual = plan.Run(x, target);
                    Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(actual));
                    Assert.True(eager.Bits.SequenceEqual(planned.Bits), $"step {step}");
                }
            }
            finally
            {
                Device.Cpu.Threads = before;
            }
        }

        Assert.Equal(2, plan.Recordings);
    }

    [Theory(Skip = Optimized.Skip)]
    [InlineData(2, 50, 1, 32, 100_000, 1)]
    [InlineData(784, 128, 10, 32, 300, 2)]
    public void Steps_take_no_memory(int inputs, int hidden, int outputs, int batch, int steps, int threads)
    {
        int before = Device.Cpu.Threads;
        Device.Cpu.Threads = threads;
        try
        {
            using TwoLayerNet<Tanh, float> net = new(inputs, hidden, outputs, new RandomStream(1));
            using Adam<float> adam = new(net.Parameters, 1e-3);
            using Tensor<float> x = new RandomStream(2).Normal<float>([batch, inputs]), y = new RandomStream(3).Normal<float>([batch, outputs]);
            using var plan = Plan.Capture((net, adam), static ((TwoLayerNet<Tanh, float> Net, Adam<float> Adam) s, Tensor<float> x, Tensor<float> y) =>
            {
                float loss = s.Net.SquaredErrorGradient(x, y);
                s.Adam.Step();
                return loss;
            });
            for (int i = 0; i < 50; i++)
            {
                plan.Run(x, y);
            }

            Steady.AllocatesNothing(() => plan.Run(x, y), windows: 100, steps / 100);
        }
        finally
        {
            Device.Cpu.Threads = before;
        }
    }

    [Fact]
    public void A_prediction_can_be_recorded()
    {
        using TwoLayerNet<Relu, double> net = new(6, 20, 3, new RandomStream(4));
        using var plan = Plan.Capture(net, static (TwoLayerNet<Relu, double> net, Tensor<double> x) => net.Apply(x));
        for (ulong i = 0; i < 3; i++)
        {
            using Tensor<double> x = new RandomStream(5, i).Normal<double>([9, 6]), expected = net.Apply(x), actual = plan.Run(x);
            Assert.Equal(expected.ToArray(), actual.ToArray());
        }
    }

    [Fact]
    public void A_table_of_vectors_can_be_trained_by_a_plan()
    {
        using Words eager = new(), planned = new();
        using var plan = Plan.Capture(planned, static (Words words, Tensor<int> context, Tensor<int> next) => words.Step(context, next));
        for (ulong i = 0; i < 4; i++)
        {
            using Tensor<int> context = new RandomStream(10, i).Integers([Batch, 3], Words.Count), next = new RandomStream(11, i).Integers([Batch], Words.Count);
            Assert.Equal(eager.Step(context, next), plan.Run(context, next));
            Assert.Equal(eager.Values, planned.Values);
        }

        Assert.Equal(1, plan.Recordings);
    }

    [Fact]
    public void Clipping_can_be_recorded()
    {
        using Trainer eager = new("linear and activations", "huber", "sgd"), planned = new("linear and activations", "huber", "sgd");
        using Tensor<float> x = new RandomStream(7).Normal<float>([4, 1, 8, 8]), target = new RandomStream(8).Normal<float>([4, 5]), norm = Tensor.Zeros<float>([]);
        using var plan = Plan.Capture((planned, norm), static ((Trainer Trainer, Tensor<float> Norm) s, Tensor<float> x, Tensor<float> target) =>
        {
            float loss = s.Trainer.Step(x, target);
            Clipping.ClipNormInto(s.Trainer.Gradients, 0.01, s.Norm);
            Clipping.ClipValue(s.Trainer.Gradients, 0.001);
            return loss;
        });
        for (int i = 0; i < 3; i++)
        {
            plan.Run(x, target);
            eager.Step(x, target);
            Assert.Equal(Clipping.ClipNorm(eager.Gradients, 0.01), norm.Item());
            Clipping.ClipValue(eager.Gradients, 0.001);
            Assert.Equal(eager.Gradients.ToArray(), planned.Gradients.ToArray());
        }
    }

    /// <summary>The word after three others: a table of vectors, and a layer on top.</summary>
    private sealed class Words : IDisposable
    {
        public const int Count = 9;

        private readonly ParameterBuffer<float> parameters = new();
        private readonly Embedding<float> table;
        private readonly Linear output;
        private readonly Adam<float> adam;

        public Words()
        {
            table = new Embedding<float>(parameters, "table", Count, 4);
            output = Linear.Declare(parameters, "output", 12, Count);
            parameters.Allocate();
            table.Initialize(parameters, new RandomStream(12));
            output.Initialize(parameters, new RandomStream(13), 1);
            adam = new Adam<float>(parameters, 0.01);
        }

        public float[] Values => parameters.Values.ToArray();

        public float Step(Tensor<int> context, Tensor<int> next)
        {
            float loss = Autodiff.ValueAndGradInto(parameters.Values, parameters.Gradients, (this, context, next), static (flat, s) =>
            {
                using Scope scope = Scope.Begin();
                Tensor<float> vectors = s.Item1.table.Apply(flat, s.context).Flatten(1, -1);
                return scope.Keep(Models.Losses.SoftmaxCrossEntropy(s.Item1.output.Apply(flat, vectors), s.next));
            });
            adam.Step();
            return loss;
        }

        public void Dispose()
        {
            adam.Dispose();
            parameters.Dispose();
        }
    }

    /// <summary>A net, its loss and its optimizer.</summary>
    private sealed class Trainer : IDisposable
    {
        private readonly ParameterBuffer<float> parameters = new();
        private readonly ILayer<float> net;
        private readonly Func<Tensor<float>, Tensor<float>, Tensor<int>, Tensor<float>> loss;
        private readonly IOptimizer optimizer;

        public Trainer(string net, string loss, string optimizer)
        {
            this.net = Nets[net](parameters);
            this.loss = Losses[loss];
            parameters.Allocate();
            this.net.Initialize(parameters, new RandomStream(9));
            this.optimizer = Optimizers[optimizer](parameters);
        }

        public double Rate
        {
            get => optimizer.Rate;
            set => optimizer.Rate = value;
        }

        public Tensor<float> Gradients => parameters.Gradients;

        public ReadOnlySpan<byte> Bits => MemoryMarshal.AsBytes(parameters.Values.AsSpan());

        public float Step(Tensor<float> x, Tensor<float> target)
        {
            using Tensor<int> labels = target.ArgMax(1);
            float value = Autodiff.ValueAndGradInto(parameters.Values, parameters.Gradients, (this, x, target, labels), static (flat, s) =>
            {
                using Scope scope = Scope.Begin();
                return scope.Keep(s.Item1.loss(s.Item1.net.Apply(flat, s.x), s.target, s.labels));
            });
            optimizer.Step();
            return value;
        }

        public void Dispose()
        {
            (optimizer as IDisposable)?.Dispose();
            parameters.Dispose();
        }
    }
}
