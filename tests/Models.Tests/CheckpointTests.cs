using System.Reflection;
using Onsager.Models.Federated;
using Onsager.Models.Games;
using Onsager.Models.Glm;
using Onsager.Models.TwoLayer;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>
/// Checkpoints: a run that is saved and goes on in fresh objects has the bits of one that was never interrupted, and a file that does not fit changes
/// nothing.
/// </summary>
[Collection(Alone.Name)]
public sealed class CheckpointTests : IClassFixture<Settled>
{
    private static readonly Dictionary<string, Func<ParameterBuffer<float>, IOptimizer>> Optimizers = new()
    {
        ["Sgd`1"] = p => new Sgd<float>(p, 0.05),
        ["Sgd`1 with momentum"] = p => new Sgd<float>(p, 0.05, 0.9, dampening: 0.5),
        ["Sgd`1 by Nesterov"] = p => new Sgd<float>(p, 0.05, 0.9, weightDecay: 0.01, isNesterov: true),
        ["Adam`1"] = p => new Adam<float>(p, 0.01),
        ["AdamW`1"] = p => new AdamW<float>(p, 0.01),
        ["RmsProp`1"] = p => new RmsProp<float>(p, 0.01),
        ["RmsProp`1 with momentum"] = p => new RmsProp<float>(p, 0.01, momentum: 0.9),
        ["Lion`1"] = p => new Lion<float>(p, 0.01),
        ["OptimisticSgd`1"] = p => new OptimisticSgd<float>(p, 0.05),
        ["OptimisticAdam`1"] = p => new OptimisticAdam<float>(p, 0.01),
    };

    /// <summary>What has tensors that its user gives it, or that are not changed.</summary>
    private static bool IsStateless(Type type) => typeof(Operator).IsAssignableFrom(type) || typeof(ProximalTerm).IsAssignableFrom(type) || typeof(Potential).IsAssignableFrom(type) || type == typeof(Solution) || IsObjective(type);

    /// <summary>Data of clients are their user's.</summary>
    private static bool IsObjective(Type type) => type.BaseType is { IsGenericType: true } parent && parent.GetGenericTypeDefinition() == typeof(ClientObjective<>);

    public static TheoryData<string> Names => [.. Optimizers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Ten_steps_and_ten_more_in_fresh_objects_are_twenty(string optimizer)
    {
        using Folder folder = new();
        string path = folder.File("run.safetensors");
        using Run straight = new(Optimizers[optimizer]), first = new(Optimizers[optimizer]), second = new(Optimizers[optimizer]);
        straight.Steps(20);
        first.Steps(10);
        first.Checkpoint.Save(path);
        second.Checkpoint.Load(path);
        Assert.Equal(first.Bytes(), second.Bytes());
        second.Steps(10);
        Assert.Equal(20, second.Counter.Step);
        Assert.Equal(straight.Bytes(), second.Bytes());

        // Not because nothing matters: without the checkpoint the bits are others.
        using Run fresh = new(Optimizers[optimizer]);
        fresh.Steps(10);
        Assert.NotEqual(straight.Bytes(), fresh.Bytes());
    }

    [Theory]
    [InlineData(LineSearch.StrongWolfe)]
    [InlineData(LineSearch.Armijo)]
    public void L_BFGS_goes_on_with_what_it_remembers(LineSearch search)
    {
        using Folder folder = new();
        string path = folder.File("run.safetensors");
        using Fit straight = new(search), first = new(search), second = new(search);
        straight.Steps(20);
        first.Steps(10);
        first.Checkpoint.Save(path);
        second.Checkpoint.Load(path);
        second.Steps(10);
        Assert.Equal(straight.Net.Parameters.Values.ToArray(), second.Net.Parameters.Values.ToArray());
    }

    [Fact]
    public void Extragradient_goes_on_between_its_halves()
    {
        using Folder folder = new();
        string path = folder.File("run.safetensors");
        using ParameterBuffer<float> straight = OptimizerTests.Buffer<float>(6), other = OptimizerTests.Buffer<float>(6);
        using Adam<float> rule = new(straight, 0.1), rule2 = new(other, 0.1);
        using ExtraGradient<float> one = new(straight, rule), two = new(other, rule2);
        straight.Gradients.Fill(1);
        one.Extrapolate();
        one.Step();
        one.Extrapolate();
        new Checkpoint().Add("parameters", straight).Add("optimizer", one).Save(path);
        new Checkpoint().Add("parameters", other).Add("optimizer", two).Load(path);
        foreach ((ParameterBuffer<float> buffer, ExtraGradient<float> optimizer) in new[] { (straight, one), (other, two) })
        {
            buffer.Gradients.Fill(-0.3f);
            optimizer.Step();
        }

        Assert.Equal(straight.Values.ToArray(), other.Values.ToArray());
    }

    [Fact]
    public void A_game_goes_on_with_the_same_bits()
    {
        using Folder folder = new();
        string path = folder.File("run.safetensors");
        using Scope scope = Scope.Begin();
        VariationalProblem problem = new(Operator.From(static z => z.Clone()));
        foreach (Method method in (Method[])[new ExtraGradient(0.5), new PastExtraGradient(0.4), new GoldenRatio(0.3), new AnchoredExtraGradient(0.2)])
        {
            Tensor<double> start = new RandomStream(3).Normal<double>([5]);
            using Iteration straight = new(problem, method, start, averages: true), other = new(problem, method, Tensor.Ones<double>([5]), averages: true);
            straight.Run(7);
            new Checkpoint().Add("game", straight).Save(path);
            new Checkpoint().Add("game", other).Load(path);
            straight.Run(5);
            other.Run(5);
            Assert.Equal(straight.Point.ToArray(), other.Point.ToArray());
            Assert.Equal(straight.Average.ToArray(), other.Average.ToArray());
            Assert.Equal((straight.Steps, straight.Evaluations), (other.Steps, other.Evaluations));
        }
    }

    [Fact]
    public void A_recorded_step_goes_on_too()
    {
        using Folder folder = new();
        string path = folder.File("run.safetensors");
        using TwoLayerNet<Tanh, float> straight = new(5, 9, 2, new RandomStream(1)), net = new(5, 9, 2, new RandomStream(2));
        using Adam<float> one = new(straight.Parameters, 0.01), two = new(net.Parameters, 0.5);
        using Tensor<float> x = new RandomStream(3).Normal<float>([8, 5]), y = new RandomStream(4).Normal<float>([8, 2]);
        using var plan = Plan.Capture((net, two), static ((TwoLayerNet<Tanh, float> Net, Adam<float> Adam) s, Tensor<float> x, Tensor<float> y) =>
        {
            float loss = s.Net.SquaredErrorGradient(x, y);
            s.Adam.Step();
            return loss;
        });
        plan.Run(x, y);
        for (int step = 0; step < 6; step++)
        {
            if (step == 3)
            {
                new Checkpoint().Add("net", straight).Add("adam", one).Save(path);
                new Checkpoint().Add("net", net).Add("adam", two).Load(path);
            }

            straight.SquaredErrorGradient(x, y);
            one.Step();
            plan.Run(x, y);
        }

        Assert.Equal(straight.Parameters.Values.ToArray(), net.Parameters.Values.ToArray());
    }

    [Fact]
    public void The_file_has_everything_by_its_name()
    {
        using Folder folder = new();
        string path = folder.File("run.safetensors");
        using Run run = new(Optimizers["Adam`1"]);
        run.Checkpoint.Metadata["note"] = "after no step";
        run.Checkpoint.Save(path);
        using Safetensors file = Safetensors.Open(path);
        Assert.Equal("after no step", file.Metadata["note"]);
        string[] expected =
        [
            "data", "layers.1.running_mean", "layers.1.running_var", "layers.3.random", "model.first.bias", "model.first.weight", "model.norm.scale", "model.norm.shift",
            "model.second.bias", "model.second.weight", "norm.u", "norm.v", "optimizer.first", "optimizer.power1", "optimizer.power2", "optimizer.rate", "optimizer.second", "steps.step",
        ];
        Assert.Equal(expected, file.Entries.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.Equal([6, 10], file.Entry("model.first.weight").Shape.AsSpan().ToArray());
    }

    [Fact]
    public void A_file_that_does_not_fit_changes_nothing()
    {
        using Folder folder = new();
        string path = folder.File("run.safetensors");
        const string Momentum = "Sgd`1 with momentum", Plain = "Sgd`1";
        Refused("'optimizer.velocity' is in the file and nowhere else", new Run(Optimizers[Plain]), new Run(Optimizers[Momentum]));
        Refused("'optimizer.has_started' is not in the file", new Run(Optimizers[Momentum]), new Run(Optimizers[Plain]));
        Refused("'optimizer.power1' is not in the file", new Run(Optimizers["Adam`1"]), new Run(Optimizers[Momentum]));
        Refused("'model.first.weight' is Float32 [6, 11], Float32 [6, 10] is expected", new Run(Optimizers[Plain]), new Run(Optimizers[Plain], 11));
        Refused("'layers.3.random' is the stream of seed 6 and number 0, seed 5 and number 0 are expected", new Run(Optimizers[Plain]), new Run(Optimizers[Plain], seed: 6));

        void Refused(string message, Run run, Run other)
        {
            using (run)
            using (other)
            {
                run.Steps(2);
                other.Steps(1);
                other.Checkpoint.Save(path);
                byte[] before = run.Bytes();
                Throws.Exactly<InvalidDataException>($"{path}: {message}", () => run.Checkpoint.Load(path));
                Assert.Equal(before, run.Bytes());
            }
        }
    }

    [Fact]
    public void Types_and_counts_that_do_not_fit_change_nothing()
    {
        using Folder folder = new();
        string path = folder.File("x.safetensors");
        using Scope scope = Scope.Begin();
        StepCounter counter = new();
        counter.Next();
        Checkpoint checkpoint = new Checkpoint().Add("", counter);
        new SafetensorsWriter().Add("step", Tensor.Scalar(5)).Write(path);
        Throws.Exactly<InvalidDataException>($"{path}: 'step' is Int32 [], Int64 [] is expected", () => checkpoint.Load(path));
        new SafetensorsWriter().Add("step", Tensor.Scalar(-5L)).Write(path);
        Throws.Exactly<InvalidDataException>($"{path}: 'step' is -5; 0 to {long.MaxValue} is expected", () => checkpoint.Load(path));
        Assert.Equal(1, counter.Step);
        new SafetensorsWriter().Add("step", Tensor.Scalar(5L)).Write(path);
        checkpoint.Load(path);
        Assert.Equal(5, counter.Step);
        Throws.Exactly<ArgumentException>("checkpoint: the name '' is taken.", () => checkpoint.Add("", counter));
        Throws.Exactly<ArgumentException>("safetensors: the name 'step' is taken.", () => new Checkpoint().Add("", counter).Add("step", new RandomStream(1)).Save(path));
        checkpoint.Load(path);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);
        Assert.Throws<InvalidDataException>(() => checkpoint.Load(path));
    }

    [Fact]
    public void Memory_that_runs_out_at_any_request_changes_nothing()
    {
        using Folder folder = new();
        string path = folder.File("run.safetensors");
        using Run saved = new(Optimizers["Adam`1"]), run = new(Optimizers["Adam`1"]);
        saved.Steps(3);
        saved.Checkpoint.Save(path);
        byte[] file = File.ReadAllBytes(path), before = run.Bytes();
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        foreach (Action action in (Action[])[() => saved.Checkpoint.Save(path), () => run.Checkpoint.Load(path)])
        {
            bool fails = true;
            for (int request = 1; fails; request++)
            {
                Exception? exception;
                try
                {
                    Device.Cpu.RefuseAllocation(request);
                    exception = Record.Exception(action);
                }
                finally
                {
                    Device.Cpu.RefuseAllocation(0);
                }

                fails = exception is not null;
                Assert.True(exception is null or OutOfMemoryException, $"request {request}: {exception}");
                Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
                Assert.Equal(file, File.ReadAllBytes(path));
                Assert.Equal([path], Directory.GetFiles(folder.Root));
                Assert.True(!fails || before.AsSpan().SequenceEqual(run.Bytes()), $"request {request}");
                Assert.InRange(request, 1, 200);
            }
        }

        Assert.Equal(saved.Bytes(), run.Bytes());
    }

    [Fact]
    public void A_part_that_was_disposed_is_not_saved()
    {
        using Folder folder = new();
        using TwoLayerNet<Tanh, float> net = new(2, 3, 1, new RandomStream(1));
        foreach (Func<ParameterBuffer<float>, IOptimizer> make in Optimizers.Values)
        {
            IOptimizer optimizer = make(net.Parameters);
            ((IDisposable)optimizer).Dispose();
            Assert.Throws<ObjectDisposedException>(() => new Checkpoint().Add("o", (ICheckpointed)optimizer).Save(folder.File("x")));
        }

        Assert.Empty(Directory.GetFiles(folder.Root));
    }

    [Fact]
    public void Everything_that_remembers_can_be_saved()
    {
        IEnumerable<Type> remember = typeof(Losses).Assembly.GetExportedTypes().Where(type => type.IsClass && Fields(type).Any(IsMemory));
        Assert.Equal("", string.Join(", ", remember.Where(type => !typeof(ICheckpointed).IsAssignableFrom(type) && !IsStateless(type)).Select(type => type.Name)));
        Assert.Empty(typeof(Losses).Assembly.GetExportedTypes().Where(type => typeof(IOptimizer).IsAssignableFrom(type) && type.IsClass).Select(type => type.Name).Except([.. Optimizers.Keys, "ExtraGradient`1"]));

        static IEnumerable<Type> Fields(Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Select(field => field.FieldType);

        static bool IsMemory(Type type) => type == typeof(RandomStream) || (type.IsArray && IsMemory(type.GetElementType()!)) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Tensor<>));
    }

    /// <summary>A small net with all kinds of memory: parameters, batch norm, dropout, spectral norm, an optimizer, a stream of data, a schedule.</summary>
    private sealed class Run : IDisposable
    {
        private readonly ParameterBuffer<float> parameters = new();
        private readonly Sequential<float> layers;
        private readonly SpectralNorm<float> norm;
        private readonly Linear second;
        private readonly IOptimizer optimizer;
        private readonly RandomStream data = new(8);
        private readonly WarmUpSchedule schedule = new(new CosineSchedule(0.05, 30), 5);

        public Run(Func<ParameterBuffer<float>, IOptimizer> make, int hidden = 10, ulong seed = 5)
        {
            layers = new Sequential<float>(
                Linear.Declare(parameters, "first", 6, hidden), new BatchNorm<float>(parameters, "norm", hidden), new Activation<Tanh, float>(), new Dropout<float>(0.25, new RandomStream(seed)));
            second = Linear.Declare(parameters, "second", hidden, 3);
            norm = new SpectralNorm<float>(second.Weight, new RandomStream(4));
            parameters.Allocate();
            layers.Initialize(parameters, new RandomStream(1));
            second.Initialize(parameters, new RandomStream(2), 1);
            optimizer = make(parameters);
            Checkpoint = new Checkpoint().Add("model", parameters).Add("layers", layers).Add("norm", norm).Add("optimizer", (ICheckpointed)optimizer).Add("steps", Counter).Add("data", data);
        }

        public StepCounter Counter { get; } = new();

        public Checkpoint Checkpoint { get; }

        public void Steps(int count)
        {
            for (int i = 0; i < count; i++)
            {
                using Scope scope = Scope.Begin();
                Tensor<float> x = data.Normal<float>([12, 6]), y = x.Slice(1, 0, 3).Sin();
                optimizer.Rate = schedule.Rate(Counter.Next());
                Autodiff.ValueAndGradInto(parameters.Values, parameters.Gradients, (Run: this, x, y), static (flat, s) =>
                {
                    using Scope scope = Scope.Begin();
                    Tensor<float> hidden = s.Run.layers.Apply(flat, s.x), weight = s.Run.norm.Apply(flat), bias = s.Run.second.Bias.In(flat);
                    return scope.Keep(Losses.MeanSquaredError(hidden.Linear(weight, bias), s.y));
                });
                optimizer.Step();
            }
        }

        /// <summary>Everything, as a checkpoint would have it.</summary>
        public byte[] Bytes()
        {
            using Folder folder = new();
            Checkpoint.Save(folder.File("x"));
            return File.ReadAllBytes(folder.File("x"));
        }

        public void Dispose()
        {
            (optimizer as IDisposable)?.Dispose();
            norm.Dispose();
            ((BatchNorm<float>)layers.Layers[1]).Dispose();
            parameters.Dispose();
        }
    }

    /// <summary>A net that L-BFGS fits to data that stay.</summary>
    private sealed class Fit : IDisposable
    {
        private readonly LBfgs<double> optimizer;
        private readonly Tensor<double> x = new RandomStream(2).Normal<double>([30, 4]);
        private readonly Tensor<double> y = new RandomStream(3).Normal<double>([30, 1]);

        public Fit(LineSearch search)
        {
            optimizer = new LBfgs<double>(Net.Parameters, history: 4, lineSearch: search);
            Checkpoint = new Checkpoint().Add("net", Net).Add("optimizer", optimizer);
        }

        public TwoLayerNet<Tanh, double> Net { get; } = new(4, 6, 1, new RandomStream(1));

        public Checkpoint Checkpoint { get; }

        public void Steps(int count)
        {
            for (int i = 0; i < count; i++)
            {
                optimizer.Step(this, static fit => fit.Net.SquaredErrorGradient(fit.x, fit.y));
            }
        }

        public void Dispose()
        {
            optimizer.Dispose();
            Net.Dispose();
            x.Dispose();
            y.Dispose();
        }
    }
}
