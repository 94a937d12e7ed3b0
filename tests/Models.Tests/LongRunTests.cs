using Onsager.Models.TwoLayer;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;
using Onsager.Tests;

namespace Onsager.Models.Tests;

/// <summary>
/// The training steps that bench/Peers measures, many times over: no managed byte on any thread, no new native memory, and a resident memory
/// that stays as it is. The small net takes 10^5 steps at the gate; the others as many as ONSAGER_CASES says, 200 without it.
/// </summary>
[Collection(Alone.Name)]
public sealed class LongRunTests : IClassFixture<Settled>
{
    private const int Small = 100_000;

    public static TheoryData<string, int> Nets
    {
        get
        {
            TheoryData<string, int> nets = [];
            foreach (int threads in (int[])[1, 2])
            {
                foreach (string optimizer in (string[])["sgd", "adam"])
                {
                    nets.Add($"2-50-2 b=32 {optimizer}", threads);
                    nets.Add($"784-128-10 b=1 {optimizer}", threads);
                    nets.Add($"784-128-10 b=32 {optimizer}", threads);
                    nets.Add($"784-128-10 b=128 {optimizer}", threads);
                    nets.Add($"conv b=32 {optimizer}", threads);
                }
            }

            return nets;
        }
    }

    [Theory(Skip = Optimized.Skip)]
    [MemberData(nameof(Nets))]
    public void Steps_allocate_nothing_and_resident_memory_is_flat(string name, int threads)
    {
        int before = Device.Cpu.Threads;
        try
        {
            Device.Cpu.Threads = threads;
            using Step step = Make(name);
            int steps = name.StartsWith("2-50-2", StringComparison.Ordinal) ? int.Max(Small, CasesAttribute.Count) : CasesAttribute.Count;
            Run(step, int.Min(200, steps));

            const int Windows = 20;
            long resident = Environment.WorkingSet;
            Steady.AllocatesNothing(step.Run, Windows, (steps + Windows - 1) / Windows);

            // 168 bytes a step over 10^5 steps would be more than this.
            long grown = Environment.WorkingSet - resident;
            Assert.True(grown < 16 << 20, $"{name}: resident memory grew by {grown} bytes over {steps} steps");
        }
        finally
        {
            Device.Cpu.Threads = before;
        }
    }

    private static void Run(Step step, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            step.Run();
        }
    }

    private static Step Make(string name)
    {
        string[] words = name.Split(' ');
        int batch = int.Parse(words[1][2..]);
        return words[0] switch
        {
            "2-50-2" => new RegressionStep(batch, words[2]),
            "784-128-10" => new ClassificationStep(batch, words[2]),
            _ => new ConvolutionStep(batch, words[2]),
        };
    }

    private abstract class Step(ParameterBuffer<float> parameters, string optimizer) : IDisposable
    {
        private readonly IOptimizer optimizer = optimizer == "sgd" ? new Sgd<float>(parameters, 1e-3) : new Adam<float>(parameters, 1e-3);

        public void Run()
        {
            Gradient();
            optimizer.Step();
        }

        public virtual void Dispose()
        {
            (optimizer as IDisposable)?.Dispose();
            parameters.Dispose();
        }

        protected abstract void Gradient();
    }

    private sealed class RegressionStep(TwoLayerNet<Tanh, float> net, int batch, string optimizer) : Step(net.Parameters, optimizer)
    {
        private readonly Tensor<float> x = new RandomStream(2).Normal<float>([batch, 2]), target = new RandomStream(3).Normal<float>([batch, 2]);

        public RegressionStep(int batch, string optimizer)
            : this(new TwoLayerNet<Tanh, float>(2, 50, 2, new RandomStream(1)), batch, optimizer)
        {
        }

        public override void Dispose()
        {
            x.Dispose();
            target.Dispose();
            base.Dispose();
        }

        protected override void Gradient() => net.SquaredErrorGradient(x, target);
    }

    private sealed class ClassificationStep(TwoLayerNet<Relu, float> net, int batch, string optimizer) : Step(net.Parameters, optimizer)
    {
        private readonly Tensor<float> x = new RandomStream(2).Uniform<float>([batch, 784]);
        private readonly Tensor<int> labels = new RandomStream(3).Integers([batch], 10);

        public ClassificationStep(int batch, string optimizer)
            : this(new TwoLayerNet<Relu, float>(784, 128, 10, new RandomStream(1)), batch, optimizer)
        {
        }

        public override void Dispose()
        {
            x.Dispose();
            labels.Dispose();
            base.Dispose();
        }

        protected override void Gradient() => net.CrossEntropyGradient(x, labels);
    }

    private sealed class ConvolutionStep((ParameterBuffer<float> Parameters, Sequential<float> Layers) net, int batch, string optimizer) : Step(net.Parameters, optimizer)
    {
        private readonly Tensor<float> x = new RandomStream(2).Uniform<float>([batch, 1, 28, 28]);
        private readonly Tensor<int> labels = new RandomStream(3).Integers([batch], 10);

        public ConvolutionStep(int batch, string optimizer)
            : this(Net(), batch, optimizer)
        {
        }

        public override void Dispose()
        {
            x.Dispose();
            labels.Dispose();
            base.Dispose();
        }

        protected override void Gradient() => Autodiff.ValueAndGradInto(net.Parameters.Values, net.Parameters.Gradients, (net.Layers, X: x, Labels: labels), static (flat, step) =>
        {
            using Tensor<float> scores = step.Layers.Apply(flat, step.X);
            return scores.SoftmaxCrossEntropy(step.Labels);
        });

        private static (ParameterBuffer<float> Parameters, Sequential<float> Layers) Net()
        {
            ParameterBuffer<float> parameters = new();
            Sequential<float> layers = new(
                new Conv2d<float>(parameters, "first", 1, 8, 3), new Activation<Relu, float>(), new MaxPool2d<float>(2),
                new Conv2d<float>(parameters, "second", 8, 16, 3), new Activation<Relu, float>(), new MaxPool2d<float>(2),
                new Flatten<float>(), Linear.Declare(parameters, "output", 400, 10));
            parameters.Allocate();
            layers.Initialize(parameters, new RandomStream(1));
            return (parameters, layers);
        }
    }
}
