using Onsager.Models.Glm;
using Onsager.Models.TwoLayer;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>What layers, losses, optimizers, clipping, initialisers and schedules refuse: types and messages to the letter, and nothing has changed.</summary>
[Collection(Alone.Name)]
public sealed class ModelRefusalTests : IClassFixture<Settled>
{
    private const string Gone = "The tensor was disposed, or its scope has ended; keep what must live on with Scope.Keep.";
    private const string Types = "the element type is Int32; float (Single) and double (Double) are supported.";

    /// <summary>Each layer with its parameters, all 1, and an input that fits.</summary>
    private static readonly Dictionary<string, Func<ParameterBuffer<float>, (Func<Tensor<float>, Tensor<float>, Tensor<float>> Apply, Shape Input)>> Layers = new()
    {
        ["linear"] = p => (((ILayer<float>)Linear.Declare(p, "l", 3, 2)).Apply, [4, 3]),
        ["conv2d"] = p => (new Conv2d<float>(p, "c", 2, 3, 2).Apply, [1, 2, 4, 4]),
        ["conv transpose2d"] = p => (new ConvTranspose2d<float>(p, "c", 2, 3, 2).Apply, [1, 2, 4, 4]),
        ["leaky activation"] = p => (new LeakyActivation<float>(0.2).Apply, [4, 3]),
        ["output bias"] = p => (new OutputBias<float>(p, "o", [3]).Apply, [4, 3]),
        ["activation"] = p => (new Activation<Relu, float>().Apply, [4, 3]),
        ["batch norm"] = p => (new BatchNorm<float>(p, "n", 3).Apply, [4, 3]),
        ["layer norm"] = p => (new LayerNorm<float>(p, "n", 3).Apply, [4, 3]),
        ["dropout"] = p => (new Dropout<float>(0.5, new RandomStream(1)).Apply, [4, 3]),
        ["max pool"] = p => (new MaxPool2d<float>(2).Apply, [1, 2, 4, 4]),
        ["avg pool"] = p => (new AvgPool2d<float>(2).Apply, [1, 2, 4, 4]),
        ["flatten"] = p => (new Flatten<float>().Apply, [4, 3]),
        ["sequential"] = p => (new Sequential<float>(Linear.Declare(p, "l", 3, 2), new Activation<Relu, float>()).Apply, [4, 3]),
    };

    private static readonly Dictionary<string, Func<Tensor<float>, Tensor<float>, Tensor<float>>> LossFunctions = new()
    {
        ["mean squared error"] = Losses.MeanSquaredError,
        ["mean absolute error"] = Losses.MeanAbsoluteError,
        ["huber loss"] = static (x, t) => Losses.Huber(x, t),
        ["logistic loss"] = Losses.Logistic,
        ["kullback-leibler divergence"] = Losses.KullbackLeibler,
    };

    public static TheoryData<string> LayerNames => [.. Layers.Keys];

    public static TheoryData<string> LossNames => [.. LossFunctions.Keys];

    /// <summary>Inputs that no layer takes.</summary>
    public static TheoryData<string, string, Action<Tensor<float>>> Inputs => new()
    {
        { "linear", "linear: inner dimensions differ: a [4, 5] has k = 5, b [3, 2] has k = 3.", flat => Linear.Declare(New, "l", 3, 2).Apply(flat, Ones([4, 5])) },
        { "linear", "linear: a batch [batch, in] and weights [in, out] are needed; got [3] and [3, 2].", flat => Linear.Declare(New, "l", 3, 2).Apply(flat, Ones([3])) },
        { "conv2d", "conv2d: 1 groups of weights [3, 2, 2, 2], that is [out, in / groups, ...], do not fit 1 input channels of [1, 1, 4, 4].", flat => new Conv2d<float>(New, "c", 2, 3, 2).Apply(flat, Ones([1, 1, 4, 4])) },
        { "conv2d", "conv2d: a kernel of [1, 2, 5, 5] with dilation (1, 1) does not fit into [1, 2, 4, 4] with padding (0, 0).", flat => new Conv2d<float>(New, "c", 2, 1, 5, hasBias: false).Apply(flat, Ones([1, 2, 4, 4])) },
        { "batch norm", "batch norm: an input [batch, 3, ...] with more than one element for each channel is needed; got [4, 2].", flat => new BatchNorm<float>(New, "n", 3).Apply(flat, Ones([4, 2])) },
        { "batch norm", "batch norm: an input [batch, 3, ...] is needed; got [3].", flat => new BatchNorm<float>(New, "n", 3) { IsTraining = false }.Apply(flat, Ones([3])) },
        { "layer norm", "layer norm: an input [..., 3] is needed; got [4, 1].", flat => new LayerNorm<float>(New, "n", 3).Apply(flat, Ones([4, 1])) },
        { "layer norm", "layer norm: an input [..., 3] is needed; got [].", flat => new LayerNorm<float>(New, "n", 3).Apply(flat, Tensor.Scalar(1f)) },
        { "flatten", "flatten: an input [batch, ...] is needed; got [].", flat => new Flatten<float>().Apply(flat, Tensor.Scalar(1f)) },
        { "max pool", "max_pool2d: an input [batch, channels, h, w] is needed; got [4, 3].", flat => new MaxPool2d<float>(2).Apply(flat, Ones([4, 3])) },
        { "avg pool", "avg_pool2d: a kernel (5, 5) with dilation (1, 1) does not fit into [1, 1, 4, 4] with padding (0, 0).", flat => new AvgPool2d<float>(5).Apply(flat, Ones([1, 1, 4, 4])) },
        { "two layers", "linear: inner dimensions differ: a [4, 2] has k = 2, b [3, 5] has k = 3.", flat => new TwoLayerNet<Relu, float>(3, 5, 1, new RandomStream(1)).Apply(flat, Ones([4, 2])) },
    };

    public static TheoryData<string, Type, Action> Declarations => new()
    {
        { "conv2d: kernel (0, 3), stride (1, 1), padding (0, 0), dilation (1, 1); needed: padding >= 0, the others >= 1.", typeof(ArgumentOutOfRangeException), () => _ = new Conv2d<float>(New, "c", 1, 1, (0, 3)) },
        { "conv2d: kernel (3, 3), stride (1, 0), padding (0, 0), dilation (1, 1); needed: padding >= 0, the others >= 1.", typeof(ArgumentOutOfRangeException), () => _ = new Conv2d<float>(New, "c", 1, 1, 3, (1, 0)) },
        { "conv2d: kernel (3, 3), stride (1, 1), padding (-1, 0), dilation (1, 1); needed: padding >= 0, the others >= 1.", typeof(ArgumentOutOfRangeException), () => _ = new Conv2d<float>(New, "c", 1, 1, 3, 1, (-1, 0)) },
        { "dropout: the probability must be in [0, 1).", typeof(ArgumentOutOfRangeException), () => _ = new Dropout<float>(double.NaN, new RandomStream(1)) },
        { "batch norm: 3 channels, momentum 2, epsilon 1E-05; needed: channels >= 1, momentum in [0, 1], epsilon > 0.", typeof(ArgumentOutOfRangeException), () => new BatchNorm<float>(New, "n", 3, 2).Dispose() },
        { "spectral norm: epsilon must be positive.", typeof(ArgumentOutOfRangeException), () => new SpectralNorm<float>(new Parameter("w", 0, [2, 2]), new RandomStream(1), epsilon: 0).Dispose() },
        { "sgd: the learning rate must not be negative.", typeof(ArgumentOutOfRangeException), () => new Sgd<float>(New, -1).Dispose() },
        { "adam: rate -1, betas 0.9 and 0.999, epsilon 1E-08; needed: rate >= 0, betas in [0, 1), epsilon > 0.", typeof(ArgumentOutOfRangeException), () => new Adam<float>(New, -1).Dispose() },
        { "optimistic sgd: the learning rate must not be negative.", typeof(ArgumentOutOfRangeException), () => new OptimisticSgd<float>(New, double.NaN).Dispose() },
        { "optimistic adam: rate 1, betas 0.5 and 1, epsilon 1E-08; needed: rate >= 0, betas in [0, 1), epsilon > 0.", typeof(ArgumentOutOfRangeException), () => new OptimisticAdam<float>(New, 1, beta2: 1).Dispose() },
        { "l-bfgs: rate 0, history 10; needed: rate > 0, history >= 1.", typeof(ArgumentOutOfRangeException), () => new LBfgs<float>(New, 0).Dispose() },
        { "clip norm: the largest norm must not be negative.", typeof(ArgumentOutOfRangeException), () => Clipping.ClipNorm(Ones([2]), double.NaN) },
        { "clip value: the bound must not be negative.", typeof(ArgumentOutOfRangeException), () => Clipping.ClipValue(Ones([2]), -1) },
        { "fans: a weight of at least two axes is needed; got [3].", typeof(ArgumentException), () => Initializers.Fans([3]) },
        { "initializer: the gain must be positive.", typeof(ArgumentOutOfRangeException), () => Initializers.KaimingNormal(Ones([2, 2]), new RandomStream(1), 2, 0) },
        { "step schedule: every must be at least 1.", typeof(ArgumentOutOfRangeException), () => _ = new StepSchedule(1, 0, 1) },
        { "linear schedule: at least 1 step is needed.", typeof(ArgumentOutOfRangeException), () => _ = new LinearSchedule(1, 0) },
        { "conv_transpose2d: 0 inputs, 2 outputs, kernel (3, 3), stride (1, 1), padding (0, 0); needed: padding >= 0, the others >= 1.", typeof(ArgumentOutOfRangeException), () => _ = new ConvTranspose2d<float>(New, "c", 0, 2, 3) },
        { "cosine schedule: at least 1 step is needed.", typeof(ArgumentOutOfRangeException), () => _ = new CosineSchedule(1, 0) },
        { "warm-up schedule: at least 1 step is needed.", typeof(ArgumentOutOfRangeException), () => _ = new WarmUpSchedule(new ConstantSchedule(1), 0) },
        { "ridge: lambda must not be negative.", typeof(ArgumentOutOfRangeException), () => new Ridge(2).Solve(-1) },
        { "ridge: rows [n, 2] and targets [n] are needed; got [3, 2] and [4].", typeof(ArgumentException), () => new Ridge(2).Add(Ones([3, 2]), Ones([4])) },
        { "parameters: w is declared twice.", typeof(ArgumentException), () => Declared("w").Declare("w", [2]) },
    };

    private static ParameterBuffer<float> New => new();

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Inputs_that_do_not_fit_are_named(string layer, string message, Action<Tensor<float>> apply)
    {
        Assert.NotEmpty(layer);
        using Scope scope = Scope.Begin();
        Tensor<float> flat = Ones([60]);
        Throws.Exactly<ArgumentException>(message, () => apply(flat));
        Assert.All(flat.ToArray(), x => Assert.Equal(1f, x));
    }

    [Theory]
    [MemberData(nameof(Declarations))]
    public void Declarations_and_numbers_without_meaning_are_named(string message, Type type, Action make)
    {
        using Scope scope = Scope.Begin();
        Exception? exception = Record.Exception(make);
        Assert.IsType(type, exception);
        Assert.Equal(message, exception!.Message.Split(" (Parameter '", 2)[0]);
    }

    [Theory]
    [MemberData(nameof(LayerNames))]
    public void Layers_refuse_tensors_that_are_gone_and_parameters_that_are_too_few(string name)
    {
        using Scope scope = Scope.Begin();
        ParameterBuffer<float> buffer = new();
        (Func<Tensor<float>, Tensor<float>, Tensor<float>> apply, Shape shape) = Layers[name](buffer);
        buffer.Allocate();
        Tensor<float> x = Ones(shape), gone = x.Clone(), flat = buffer.Values;
        gone.Dispose();
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        Throws.Exactly<ObjectDisposedException>(Gone, () => apply(flat, gone));
        if (flat.Size > 0)
        {
            Throws.Exactly<ObjectDisposedException>(Gone, () => apply(gone, x));
            Assert.Matches(@"^segment: \d+ elements from \d+ on are not all inside \[1\]\.", Assert.Throws<ArgumentOutOfRangeException>(() => apply(flat[..1], x)).Message);
        }

        Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
        Assert.All(flat.ToArray().Concat(x.ToArray().Select(one => one - 1)), zero => Assert.Equal(0f, zero));
    }

    [Theory]
    [MemberData(nameof(LossNames))]
    public void Losses_name_shapes_and_tensors_that_are_gone(string name)
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Ones([4, 3]), gone = x.Clone();
        gone.Dispose();
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        Throws.Exactly<ObjectDisposedException>(Gone, () => LossFunctions[name](x, gone));
        Throws.Exactly<ObjectDisposedException>(Gone, () => LossFunctions[name](gone, x));
        Throws.Exactly<ArgumentException>($"{name}: the prediction has shape [4, 3], the target [4].", () => LossFunctions[name](x, x[.., 0]));
        Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
        Assert.All(x.ToArray(), one => Assert.Equal(1f, one));
    }

    [Fact]
    public void Integers_are_refused_by_name()
    {
        using Scope scope = Scope.Begin();
        Tensor<int> x = Tensor.From(new int[,] { { 1, 2 }, { 3, 4 } });
        Throws.Exactly<NotSupportedException>($"squared difference: {Types}", () => Losses.MeanSquaredError(x, x));
        Throws.Exactly<NotSupportedException>($"subtract: {Types}", () => Losses.MeanAbsoluteError(x, x));
        Throws.Exactly<NotSupportedException>($"arithmetic: {Types}", () => Losses.Huber(x, x));
        Throws.Exactly<NotSupportedException>($"softplus: {Types}", () => Losses.Logistic(x, x));
        Throws.Exactly<NotSupportedException>($"softmax cross-entropy: {Types}", () => Losses.SoftmaxCrossEntropy(x, x[0, ..]));
        Throws.Exactly<NotSupportedException>($"norm: {Types}", () => Clipping.ClipNorm(x, 1));
        Throws.Exactly<NotSupportedException>($"uniform: {Types}", () => Initializers.KaimingUniform(x, new RandomStream(1), 2));
        Throws.Exactly<NotSupportedException>($"normal: {Types}", () => Initializers.XavierNormal(x, new RandomStream(1), 2, 2));
        Assert.Equal([1, 2, 3, 4], x.ToArray());
    }

    [Fact]
    public void Arguments_that_are_not_there_are_named()
    {
        ParameterBuffer<float> buffer = null!;
        RandomStream random = null!;
        Action[] calls =
        [
            () => Linear.Declare(buffer, "l", 1, 1), () => _ = new Conv2d<float>(buffer, "c", 1, 1, 1), () => new BatchNorm<float>(buffer, "n", 1).Dispose(), () => _ = new LayerNorm<float>(buffer, "n", 1),
            () => _ = new Embedding<float>(buffer, "e", 1, 1), () => _ = new Dropout<float>(0.5, random), () => new SpectralNorm<float>(null!, new RandomStream(1)).Dispose(), () => _ = new Sequential<float>([null!]),
            () => new Sgd<float>(buffer, 1).Dispose(), () => new Adam<float>(buffer, 1).Dispose(), () => new AdamW<float>(buffer, 1).Dispose(), () => new RmsProp<float>(buffer, 1).Dispose(),
            () => new Lion<float>(buffer, 1).Dispose(), () => new OptimisticSgd<float>(buffer, 1).Dispose(), () => new OptimisticAdam<float>(buffer, 1).Dispose(), () => new ExtraGradient<float>(buffer, null!).Dispose(), () => new LBfgs<float>(buffer).Dispose(), () => _ = new WarmUpSchedule(null!, 1), () => new TwoLayerNet<Relu, float>(1, 1, 1, random).Dispose(),
            () => Initializers.Uniform(Ones([2]), random, 0, 1), () => Initializers.Orthogonal(Ones([2, 2]), random), () => Declared("w").Declare(null!, [2]), () => new Flatten<float>().Initialize(buffer, new RandomStream(1)),
        ];
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        using (Scope scope = Scope.Begin())
        {
            Assert.All(calls[..^1], call => Assert.Throws<ArgumentNullException>(call));
            calls[^1]();
        }

        Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
    }

    [Fact]
    public void An_empty_batch_keeps_its_features()
    {
        using Scope scope = Scope.Begin();
        Assert.Equal("[0, 6]", new Flatten<float>().Apply(Ones([1]), Ones([0, 2, 3])).Shape.ToString());
        Assert.Equal("[2, 0]", new Flatten<float>().Apply(Ones([1]), Ones([2, 0, 3])).Shape.ToString());
        Assert.Equal("[2, 1]", new Flatten<float>().Apply(Ones([1]), Ones([2])).Shape.ToString());
    }

    [Fact]
    public void A_failed_step_of_Adam_is_no_step()
    {
        using Scope scope = Scope.Begin();
        ParameterBuffer<double> failed = OptimizerTests.Buffer<double>(3), clean = OptimizerTests.Buffer<double>(3);
        using Adam<double> one = new(failed, 0.1), other = new(clean, 0.1);
        failed.Gradients.CopyFrom([1, 2, 3]);
        clean.Gradients.CopyFrom([1, 2, 3]);

        // Parameters that are being differentiated are not written to.
        Autodiff.Grad(failed.Values, x =>
        {
            Assert.Throws<InvalidOperationException>(one.Step);
            return x.Sum();
        });
        one.Step();
        other.Step();
        Assert.Equal(clean.Values.ToArray(), failed.Values.ToArray());
    }

    private static Tensor<float> Ones(Shape shape) => Tensor.Ones<float>(shape);

    private static ParameterBuffer<float> Declared(string name)
    {
        ParameterBuffer<float> buffer = new();
        buffer.Declare(name, [2]);
        return buffer;
    }
}
