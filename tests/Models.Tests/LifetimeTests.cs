using System.Diagnostics;
using System.Reflection;
using Onsager.Models.Adversarial;
using Onsager.Models.Amp;
using Onsager.Models.Federated;
using Onsager.Models.Games;
using Onsager.Models.Glm;
using Onsager.Models.Meta;
using Onsager.Models.NeurInt;
using Onsager.Models.Spectral;
using Onsager.Models.TwoLayer;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>
/// Every public type that is disposed: 10^5 lives leave memory flat, use after the end throws, and a constructor that runs out of memory leaves
/// nothing behind.
/// </summary>
[Collection(Alone.Name)]
public sealed class LifetimeTests : IClassFixture<Settled>
{
    /// <summary>Diagnostics hold no tensors, and what they found is read after their end; the pool of threads is the device's.</summary>
    private static readonly Type[] WithoutMemory = [typeof(NonFiniteSearch), typeof(TensorLifetimes), typeof(ChromeTrace)];

    /// <summary>A safetensors file of one tensor x [3].</summary>
    private static readonly byte[] Weights = [60, 0, 0, 0, 0, 0, 0, 0, .. """{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}     """u8, .. new byte[12]];

    /// <summary>An npy file of [3].</summary>
    private static readonly byte[] Row = [0x93, .. "NUMPY\u0001\0"u8, 53, 0, .. "{'descr':'<f4','fortran_order':False,'shape':(3,)}  \n"u8, .. new byte[12]];

    /// <summary>An npz file of one array x [3].</summary>
    private static readonly byte[] Archive = MakeArchive();

    /// <summary>Three points with half a bowl over them.</summary>
    private static readonly Tensor<double> Start = Tensor.Ones<double>([3, 2]);

    private static readonly GlmPotential Bowl = new(ConvexLoss.Square, Tensor.Ones<double>([1, 2]), Tensor.Ones<double>([1]), 1);

    private static readonly QuadraticClients<float> Clients = new(Ones([1, 1, 2, 2]), Ones([1, 1, 2]));

    private static readonly AdversarialNets Nets = DenseNets.Create(TupleGame.Ali(), new DenseNetOptions { Hidden = [2] }, new RandomStream(1));

    private static readonly Dictionary<string, Life> Lives = new()
    {
        ["Tensor`1"] = new(_ => Tensor.Zeros<float>([3, 5]), x => ((Tensor<float>)x).Exp(), x => ((Tensor<float>)x).Slice(0, 0, 1), x => ((Tensor<float>)x).Fill(1), x => ((Tensor<float>)x).ToArray()),
        ["SparseMatrix`1"] = new(
            _ => SparseMatrix.Identity<float>(5), x => ((SparseMatrix<float>)x).MatMul(Ones([5])), x => ((SparseMatrix<float>)x).Transpose(), x => ((SparseMatrix<float>)x).ToDense(), x => _ = ((SparseMatrix<float>)x)[0, 0]),
        ["ComplexTensor`1"] = new(
            _ => new ComplexTensor<float>(Tensor.Zeros<float>([2, 3])),
            x => Fft.Forward((ComplexTensor<float>)x), x => ((ComplexTensor<float>)x).Abs(), x => ((ComplexTensor<float>)x).ToArray()),
        ["ParameterBuffer`1"] = new(
            _ =>
            {
                ParameterBuffer<float> buffer = new();
                buffer.Declare("w", [7]);
                buffer.Allocate();
                return buffer;
            },
            x => _ = ((ParameterBuffer<float>)x).Values, x => _ = ((ParameterBuffer<float>)x).Gradients, x => ((ParameterBuffer<float>)x).Allocate(), x => ((ParameterBuffer<float>)x).Declare("v", [2])),
        ["Sgd`1"] = new(p => new Sgd<float>(p, 0.1), x => ((IOptimizer)x).Step()),
        ["Sgd`1 with momentum"] = new(p => new Sgd<float>(p, 0.1, 0.9), x => ((IOptimizer)x).Step()),
        ["Adam`1"] = new(p => new Adam<float>(p, 0.1), x => ((IOptimizer)x).Step()),
        ["AdamW`1"] = new(p => new AdamW<float>(p, 0.1), x => ((IOptimizer)x).Step()),
        ["RmsProp`1"] = new(p => new RmsProp<float>(p, 0.1, momentum: 0.9), x => ((IOptimizer)x).Step()),
        ["Lion`1"] = new(p => new Lion<float>(p, 0.1), x => ((IOptimizer)x).Step()),
        ["OptimisticSgd`1"] = new(p => new OptimisticSgd<float>(p, 0.1), x => ((IOptimizer)x).Step()),
        ["OptimisticAdam`1"] = new(p => new OptimisticAdam<float>(p, 0.1), x => ((IOptimizer)x).Step()),
        ["ExtraGradient`1"] = new(p => new ExtraGradient<float>(p, new Sgd<float>(p, 0.1)), x => ((ExtraGradient<float>)x).Extrapolate(), x => ((ExtraGradient<float>)x).Step()),
        ["LBfgs`1"] = new(p => new LBfgs<float>(p, history: 2), x => ((LBfgs<float>)x).Step(0, _ => 1)),
        ["BatchNorm`1"] = new(
            _ => new BatchNorm<float>(new(), "n", 2),
            x => ((BatchNorm<float>)x).Apply(Ones([4]), Ones([3, 2])),
            x =>
            {
                ((BatchNorm<float>)x).IsTraining = false;
                ((BatchNorm<float>)x).Apply(Ones([4]), Ones([3, 2]));
            }),
        ["SpectralNorm`1"] = new(
            _ => new SpectralNorm<float>(new Parameter("w", 0, [2, 3]), new RandomStream(1)),
            x => ((SpectralNorm<float>)x).Apply(Ones([6])),
            x =>
            {
                ((SpectralNorm<float>)x).IsTraining = false;
                ((SpectralNorm<float>)x).Apply(Ones([6]));
            }),
        ["Ridge"] = new(_ => new Ridge(2), x => ((Ridge)x).Add(Ones([3, 2]), Ones([3])), x => ((Ridge)x).Solve(1)),
        ["SymmetricNoise"] = new(_ => SymmetricNoise.Stored(2, 4, new RandomStream(1)), x => ((SymmetricNoise)x).ToArray()),
        ["SpikedModel"] = new(_ => SpikedModel.Stored(2, 4, new RandomStream(1)), x => ((SpikedModel)x).Contract(new float[64], 16, new float[64]), x => ((SpikedModel)x).Matrix()),
        ["HamiltonianMonteCarlo"] = new(
            _ => new HamiltonianMonteCarlo(Bowl, Start, new RandomStream(1), 0.1, 1),
            x => ((HamiltonianMonteCarlo)x).Step(), x => ((HamiltonianMonteCarlo)x).Run(2), x => _ = ((HamiltonianMonteCarlo)x).Acceptance, x => ((HamiltonianMonteCarlo)x).Position.ToArray()),
        ["Iteration"] = new(
            _ =>
            {
                using Scope scope = Scope.Begin();
                Iteration run = new(new VariationalProblem(Operator.From(static z => z.Clone())), new ExtraGradient(0.5), Tensor.Ones<double>([3]), averages: true);
                scope.Keep(run.Point);
                scope.Keep(run.Probe);
                scope.Keep(run.Average);
                scope.Keep(run.Memory(0));
                scope.Keep(run.Memory(1));
                return run;
            },
            x => ((Iteration)x).Step(), x => _ = ((Iteration)x).Point, x => _ = ((Iteration)x).Probe, x => _ = ((Iteration)x).Average, x => _ = ((Iteration)x).Memory(0)),
        ["Federation`1"] = new(
            _ =>
            {
                using Tensor<float> start = Ones([1, 2]);
                return new Federation<float>(Clients, start);
            },
            x => ((Federation<float>)x).Round(FederatedRule.FedAvg(0.1, 1)), x => ((Federation<float>)x).Epoch(0.1, [0]), x => _ = ((Federation<float>)x).Parameters),
        ["MetaTraining`1"] = new(
            _ =>
            {
                using Tensor<float> start = Ones([1, 2]);
                return new MetaTraining<float>(start, static (theta, gradients) => theta.Clone(), 0.1);
            },
            x => ((MetaTraining<float>)x).Step(), x => _ = ((MetaTraining<float>)x).Parameters),
        ["LayerwiseTraining`1"] = new(
            _ =>
            {
                using Tensor<double> first = Tensor.Ones<double>([2, 3, 2]), second = Tensor.Ones<double>([2, 1, 3]), points = Tensor.Ones<double>([4, 2]), targets = Tensor.Ones<double>([2, 4]);
                return new LayerwiseTraining<Tanh>([first, second], points, targets);
            },
            x => ((LayerwiseTraining<Tanh>)x).Step(0.1), x => ((LayerwiseTraining<Tanh>)x).Losses(), x => _ = ((LayerwiseTraining<Tanh>)x).Weights(1), x => _ = ((LayerwiseTraining<Tanh>)x).Batch),
        ["TwoLayerNet`2"] = new(
            _ => new TwoLayerNet<Tanh, float>(2, 3, 1, new RandomStream(1)),
            x => ((TwoLayerNet<Tanh, float>)x).Apply(Ones([4, 2])), x => ((TwoLayerNet<Tanh, float>)x).SquaredErrorGradient(Ones([4, 2]), Ones([4, 1]))),
        ["InterpolationModel"] = new(
            _ => new InterpolationModel(new InterpolationOptions { Pixels = 4, Latent = 2, Hidden = 3, FieldHidden = 3, Steps = 2 }, new RandomStream(1)),
            x => ((InterpolationModel)x).Train(Ones([2, 4]), Ones([2, 4])), x => ((InterpolationModel)x).MeanSigma(Ones([2, 4]), Ones([2, 4]))),
        ["SpectralLayer`1"] = new(
            _ => new SpectralLayer<float>(Linear.Declare(new ParameterBuffer<float>(), "l", 3, 2), new RandomStream(1)),
            x => ((SpectralLayer<float>)x).Apply(Ones([8]), Ones([4, 3]))),
        ["AdversarialNets"] = new(
            _ => DenseNets.Create(TupleGame.Ali(), new DenseNetOptions { Hidden = [2], HasBatchNorm = true, HasSpectralNorm = true, HasTanh = true, MeanImage = [0, 0.5f] }, new RandomStream(1)),
            x => ((AdversarialNets)x).Encoder.Apply(((AdversarialNets)x).Players.Values, Ones([3, 2]))),
        ["AdversarialModel"] = new(
            _ => new AdversarialModel(TupleGame.Ali(), Nets, new AdversarialOptions(), new RandomStream(1)),
            x => ((AdversarialModel)x).Train(Ones([3, 2])), x => _ = ((AdversarialModel)x).DiscriminatorLoss, x => ((AdversarialModel)x).Probabilities()),
        ["Npy"] = new(_ => Npy.Parse(Row), x => ((Npy)x).Get<float>()),
        ["Npz"] = new(_ => Npz.Parse(Archive), x => ((Npz)x).Get<float>("x")),
        ["Safetensors"] = new(_ => Safetensors.Parse(Weights), x => ((Safetensors)x).Get<float>("x")),
        ["Plan`2"] = new(_ => Plan.Capture(0, static (int _) => Ones([2])), x => ((Plan<int, Tensor<float>>)x).Run()),
        ["Plan`3"] = new(
            _ =>
            {
                var plan = Plan.Capture(0, static (int _, Tensor<float> x) => x.Exp().Sum());
                try
                {
                    using Scope scope = Scope.Begin();
                    plan.Run(Ones([5]));
                    return plan;
                }
                catch
                {
                    plan.Dispose();
                    throw;
                }
            },
            x => ((Plan<int, float, Tensor<float>>)x).Run(Ones([5]))),
        ["Plan`4"] = new(_ => Plan.Capture(0, static (int _, Tensor<float> x, Tensor<float> y) => x + y), x => ((Plan<int, float, float, Tensor<float>>)x).Run(Ones([5]), Ones([5]))),
    };

    public static TheoryData<string> Names => [.. Lives.Keys];

    [Fact]
    public void Every_type_that_is_disposed_is_here()
    {
        IEnumerable<Type> types = ((Type[])[typeof(Tensor), typeof(Sgd<float>)]).SelectMany(type => type.Assembly.GetExportedTypes())
            .Where(type => typeof(IDisposable).IsAssignableFrom(type) && !type.IsAbstract);
        Assert.Empty(types.Except(WithoutMemory).Where(type => !IsGroup(type)).Select(type => type.Name).Except(Lives.Keys));

        // A record that only groups tensors lives and dies as they do.
        static bool IsGroup(Type type) => type.IsValueType && type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic).All(static field =>
            !typeof(IDisposable).IsAssignableFrom(field.FieldType)
            || (field.FieldType.IsGenericType && field.FieldType.GetGenericTypeDefinition() is { } of && (of == typeof(Tensor<>) || of == typeof(ComplexTensor<>))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_hundred_thousand_lives_leave_memory_flat(string name)
    {
        using ParameterBuffer<float> parameters = OptimizerTests.Buffer<float>(100);
        Life life = Lives[name];
        Live(2_000);
        GC.Collect();
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse, native = Device.Cpu.NativeBlocks, resident = Resident();
        Live(100_000);
        Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
        Assert.Equal(native, Device.Cpu.NativeBlocks);
        GC.Collect();
        Assert.InRange(Resident() - resident, long.MinValue, 24 << 20);

        void Live(int times)
        {
            for (int i = 0; i < times; i++)
            {
                life.Make(parameters).Dispose();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Use_after_the_end_throws(string name)
    {
        using ParameterBuffer<float> parameters = OptimizerTests.Buffer<float>(100);
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        foreach (Action<object> use in Lives[name].Uses)
        {
            IDisposable it = Lives[name].Make(parameters);
            it.Dispose();
            it.Dispose();
            using (Scope scope = Scope.Begin())
            {
                Assert.Throws<ObjectDisposedException>(() => use(it));
            }

            Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
            Assert.All(parameters.Values.ToArray(), x => Assert.Equal(0f, x));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_constructor_that_runs_out_of_memory_leaves_nothing_behind(string name)
    {
        using ParameterBuffer<float> parameters = OptimizerTests.Buffer<float>(100);
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        bool fails = true;
        for (int request = 1; fails; request++)
        {
            Exception? exception;
            try
            {
                Device.Cpu.RefuseAllocation(request);
                exception = Record.Exception(() => Lives[name].Make(parameters).Dispose());
            }
            finally
            {
                Device.Cpu.RefuseAllocation(0);
            }

            fails = exception is not null;
            Assert.True(exception is null or OutOfMemoryException, $"request {request}: {exception}");
            Assert.True(blocks == Device.Cpu.PoolStatistics.BlocksInUse, $"after request {request} failed {Device.Cpu.PoolStatistics.BlocksInUse - blocks} blocks were left");
            Assert.InRange(request, 1, 100);
        }
    }

    [Fact]
    public void A_buffer_can_be_allocated_after_memory_ran_out()
    {
        using ParameterBuffer<float> buffer = new();
        buffer.Declare("w", [7]);
        Device.Cpu.RefuseAllocation(2);
        Assert.Throws<OutOfMemoryException>(() => buffer.Allocate());
        buffer.Allocate();
        Assert.Equal(new float[7], buffer.Gradients.ToArray());
    }

    [Fact]
    public void Scopes_release_a_hundred_thousand_times()
    {
        Live(2_000);
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse, native = Device.Cpu.NativeBlocks, resident = Resident();
        Live(100_000);
        Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
        Assert.Equal(native, Device.Cpu.NativeBlocks);
        Assert.InRange(Resident() - resident, long.MinValue, 24 << 20);
        Assert.Throws<InvalidOperationException>(() =>
        {
            Scope scope = Scope.Begin();
            scope.Dispose();
            scope.Dispose();
        });

        static void Live(int times)
        {
            for (int i = 0; i < times; i++)
            {
                using Scope scope = Scope.Begin();
                Tensor<float> x = Tensor.Zeros<float>([3, 5]), y = x.Exp().Transpose();
                using Tensor<float> kept = scope.Keep(y.Sum());
            }
        }
    }

    private static byte[] MakeArchive()
    {
        using Tensor<float> x = Ones([3]);
        using MemoryStream stream = new();
        new NpzWriter().Add("x", x).WriteTo(stream);
        return stream.ToArray();
    }

    private static Tensor<float> Ones(Shape shape) => Tensor.Ones<float>(shape);

    private static long Resident()
    {
        using Process process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    /// <summary>How something is made, over an allocated buffer of parameters, and what it is used for.</summary>
    private sealed record Life(Func<ParameterBuffer<float>, IDisposable> Make, params Action<object>[] Uses);
}
