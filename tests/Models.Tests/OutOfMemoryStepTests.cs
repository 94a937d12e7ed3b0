using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>
/// A whole training step - layers, loss, clipping, optimizer - in which the n-th request for memory fails, for every n: a clean exception, no block
/// left, parameters and moments untouched, and the step that follows has the bits that it would have had.
/// </summary>
[Collection(Alone.Name)]
public sealed class OutOfMemoryStepTests : IClassFixture<Settled>
{
    private static readonly Dictionary<string, Func<ParameterBuffer<float>, IOptimizer>> Makers = new()
    {
        ["sgd"] = p => new Sgd<float>(p, 0.01),
        ["momentum"] = p => new Sgd<float>(p, 0.01, 0.9, dampening: 0.5),
        ["nesterov"] = p => new Sgd<float>(p, 0.01, 0.9, isNesterov: true),
        ["adam"] = p => new Adam<float>(p, 0.01),
        ["adamw"] = p => new AdamW<float>(p, 0.01),
        ["rmsprop"] = p => new RmsProp<float>(p, 0.01, momentum: 0.5),
        ["lion"] = p => new Lion<float>(p, 0.01),
        ["optimistic sgd"] = p => new OptimisticSgd<float>(p, 0.01),
        ["optimistic adam"] = p => new OptimisticAdam<float>(p, 0.01),
    };

    public static TheoryData<string> Names => [.. Makers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_may_run_out_of_memory_at_any_request(string name)
    {
        long outside = Device.Cpu.PoolStatistics.BlocksInUse;
        float[] one, two;
        using (Training clean = new(Makers[name]))
        {
            clean.Step();
            one = clean.Parameters.Values.ToArray();
            clean.Step();
            two = clean.Parameters.Values.ToArray();
        }

        int request = 0;
        for (bool fails = true; fails;)
        {
            request++;
            using (Training training = new(Makers[name]))
            {
                training.Step();
                long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
                ulong position = training.Noise.Position;
                Device.Cpu.RefuseAllocation(request);
                Exception? exception = Record.Exception(training.Step);
                Device.Cpu.RefuseAllocation(0);
                fails = exception is not null;
                Assert.True(exception is null or OutOfMemoryException, $"request {request}: {exception}");
                Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
                Assert.Equal(fails ? one : two, training.Parameters.Values.ToArray());
                if (fails)
                {
                    // Dropout drew its numbers where what failed came later.
                    training.Noise.Position = position;
                    training.Step();
                    Assert.Equal(two, training.Parameters.Values.ToArray());
                }
            }

            Assert.Equal(outside, Device.Cpu.PoolStatistics.BlocksInUse);
        }

        Assert.InRange(request, 50, 1000);
    }

    [Fact]
    public void A_recording_may_run_out_of_memory_at_any_request_and_leaves_nothing_behind()
    {
        long outside = Device.Cpu.PoolStatistics.BlocksInUse;
        int request = 0;
        for (bool fails = true; fails;)
        {
            request++;
            using (Training training = new(Makers["adam"], hasWords: false))
            {
                training.Step();
                long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
                using (Plan<Training, Tensor<float>> plan = training.Recorded())
                {
                    Device.Cpu.RefuseAllocation(request);
                    Exception? exception = Record.Exception(() => plan.Run().Dispose());
                    Device.Cpu.RefuseAllocation(0);
                    fails = exception is not null;
                    Assert.True(exception is null or OutOfMemoryException, $"request {request}: {exception}");
                    if (fails)
                    {
                        Assert.True(blocks == Device.Cpu.PoolStatistics.BlocksInUse, $"after request {request} failed {Device.Cpu.PoolStatistics.BlocksInUse - blocks} blocks were left");
                        plan.Run().Dispose();
                    }

                    plan.Run().Dispose();
                }

                Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
            }

            Assert.Equal(outside, Device.Cpu.PoolStatistics.BlocksInUse);
        }

        Assert.InRange(request, 50, 1000);
    }

    [Theory]
    [InlineData(LineSearch.None)]
    [InlineData(LineSearch.Armijo)]
    [InlineData(LineSearch.StrongWolfe)]
    public void A_step_of_L_BFGS_that_runs_out_of_memory_leaves_the_parameters_where_they_were(LineSearch search)
    {
        int request = 0;
        for (bool fails = true; fails;)
        {
            request++;
            using ParameterBuffer<double> buffer = OptimizerTests.Buffer<double>(6);
            using LBfgs<double> lbfgs = new(buffer, 0.1, history: 2, search);
            new RandomStream(1).NormalInto(buffer.Values);
            for (int i = 0; i < 4; i++)
            {
                lbfgs.Step(buffer, Loss);
            }

            double[] values = buffer.Values.ToArray();
            long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
            Device.Cpu.RefuseAllocation(request);
            Exception? exception = Record.Exception(() => lbfgs.Step(buffer, Loss));
            Device.Cpu.RefuseAllocation(0);
            fails = exception is not null;
            Assert.True(exception is null or OutOfMemoryException, $"request {request}: {exception}");
            Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
            if (fails)
            {
                Assert.Equal(values, buffer.Values.ToArray());
            }

            double before = Loss(buffer);
            lbfgs.Step(buffer, Loss);
            Assert.True(search == LineSearch.None || Loss(buffer) <= before);
        }

        Assert.InRange(request, 20, 1000);

        static double Loss(ParameterBuffer<double> p) => Autodiff.ValueAndGradInto(
            p.Values, p.Gradients, 0, static (x, _) => (x.Slice(0, 0, 5).Square() - x.Slice(0, 1, 6)).Square().Sum() + (x.Square().Sum() * 0.1));
    }

    [Fact]
    public void Dropout_and_spectral_norm_that_run_out_of_memory_go_on_as_if_nothing_had_been()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = new RandomStream(1).Normal<float>([3, 3]), flat = x.Flatten();
        Dropout<float> dropout = new(0.5, new RandomStream(2)), sameDropout = new(0.5, new RandomStream(2));
        SpectralNorm<float> norm = new(new Parameter("w", 0, [3, 3]), new RandomStream(3)), sameNorm = new(new Parameter("w", 0, [3, 3]), new RandomStream(3));
        AsIf(() => dropout.Apply(flat, x), () => sameDropout.Apply(flat, x));
        AsIf(() => norm.Apply(flat), () => sameNorm.Apply(flat));

        static void AsIf(Func<Tensor<float>> apply, Func<Tensor<float>> same)
        {
            bool fails = true;
            for (int request = 1; fails; request++)
            {
                Device.Cpu.RefuseAllocation(request);
                fails = Record.Exception(() => apply()) is OutOfMemoryException;
                Device.Cpu.RefuseAllocation(0);
                Assert.InRange(request, 1, 50);
            }

            same();
            Assert.Equal(same().ToArray(), apply().ToArray());
        }
    }

    [Fact]
    public void Batch_norm_that_runs_out_of_memory_keeps_its_running_statistics()
    {
        using Scope scope = Scope.Begin();
        BatchNorm<float> norm = new(new(), "n", 2);
        Tensor<float> flat = Tensor.Ones<float>([4]), x = new RandomStream(1).Normal<float>([5, 2]);
        bool fails = true;
        for (int request = 1; fails; request++)
        {
            Device.Cpu.RefuseAllocation(request);
            fails = Record.Exception(() => norm.Apply(flat, x)) is OutOfMemoryException;
            Device.Cpu.RefuseAllocation(0);
            Assert.Equal(fails, norm.RunningMean.ToArray().SequenceEqual([0f, 0]));
            Assert.Equal(fails, norm.RunningVariance.ToArray().SequenceEqual([1f, 1]));
        }
    }

    /// <summary>A network of every kind of layer, its loss and its optimizer.</summary>
    private sealed class Training : IDisposable
    {
        private readonly Tensor<float> images = new RandomStream(1).Normal<float>([4, 2, 8, 8]);
        private readonly Tensor<int> labels = new RandomStream(2).Integers([4], 3);
        private readonly Tensor<int> words = new RandomStream(3).Integers([4], 5);
        private readonly BatchNorm<float> norm;
        private readonly SpectralNorm<float> spectral;
        private readonly Parameter weight;
        private readonly Embedding<float> embedding;
        private readonly Sequential<float> layers;
        private readonly IOptimizer optimizer;
        private readonly bool hasWords;

        // An embedding cannot be recorded.
        public Training(Func<ParameterBuffer<float>, IOptimizer> make, bool hasWords = true)
        {
            this.hasWords = hasWords;
            norm = new(Parameters, "n", 4);
            weight = Parameters.Declare("s", [3, 3]);
            spectral = new(weight, new RandomStream(4)) { IsTraining = false };
            embedding = new(Parameters, "e", 5, 3);
            layers = new(
                new Conv2d<float>(Parameters, "c", 2, 4, 3, padding: 1), norm, new Activation<Relu, float>(), new MaxPool2d<float>(2), new Dropout<float>(0.25, Noise),
                new AvgPool2d<float>(2), new Flatten<float>(), new LayerNorm<float>(Parameters, "l", 16), Linear.Declare(Parameters, "o", 16, 3));
            Parameters.Allocate();
            layers.Initialize(Parameters, new RandomStream(5));
            embedding.Initialize(Parameters, new RandomStream(6));
            using Tensor<float> part = weight.In(Parameters.Values);
            new RandomStream(7).NormalInto(part);
            optimizer = make(Parameters);
        }

        public ParameterBuffer<float> Parameters { get; } = new();

        public RandomStream Noise { get; } = new(8);

        public void Step()
        {
            using Scope scope = Scope.Begin();
            Autodiff.ValueAndGradInto(Parameters.Values, Parameters.Gradients, this, static (flat, net) =>
            {
                Tensor<float> features = net.layers.Apply(flat, net.images), known = net.hasWords ? features + net.embedding.Apply(flat, net.words) : features;
                Tensor<float> scores = known.MatMul(net.spectral.Apply(flat));
                return Losses.SoftmaxCrossEntropy(scores, net.labels) + Losses.Huber(scores, Tensor.ZerosLike(scores)) + Losses.MeanAbsoluteError(scores, Tensor.OnesLike(scores));
            });
            using Tensor<float> norm = Tensor.Empty<float>([]);
            Clipping.ClipNormInto(Parameters.Gradients, 0.5, norm);
            optimizer.Step();
        }

        /// <summary>The same step, recorded when it first runs.</summary>
        public Plan<Training, Tensor<float>> Recorded() => Plan.Capture(this, static net =>
        {
            net.Step();
            return net.Parameters.Values.Sum();
        });

        public void Dispose()
        {
            (optimizer as IDisposable)?.Dispose();
            norm.Dispose();
            spectral.Dispose();
            Parameters.Dispose();
            images.Dispose();
            labels.Dispose();
            words.Dispose();
        }
    }
}
