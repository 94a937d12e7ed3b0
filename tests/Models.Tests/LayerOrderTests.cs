using Onsager.Models.Adversarial;
using Onsager.Models.Ode;
using Onsager.Models.TwoLayer;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>Derivatives of every layer and loss, by parameters and by inputs: in reverse, forward and of second order, against differences.</summary>
public sealed class LayerOrderTests
{
    private static readonly Tensor<double> Images = new RandomStream(31).Normal<double>([3, 2, 6, 5]), Rows = new RandomStream(32).Normal<double>([4, 3]);

    private static readonly Tensor<double> Targets = new RandomStream(33).Uniform<double>([4, 3], 0.05, 0.95);

    private static readonly Tensor<int> Indices = Tensor.From<int>([1, 0, 1, 1, 3], [5]);

    /// <summary>For each type a layer over a buffer, as a function of its flat parameters and an input.</summary>
    private static readonly Dictionary<string, (Tensor<double> Input, Func<ParameterBuffer<double>, Func<Tensor<double>, Tensor<double>, Tensor<double>>> Make)> Layers = new()
    {
        ["Linear"] = (Rows, static p => ((ILayer<double>)Linear.Declare(p, "l", 3, 2)).Apply),
        ["Conv2d`1"] = (Images, static p => new Conv2d<double>(p, "c", 2, 4, (2, 3), (2, 1), 1, (1, 2), 2).Apply),
        ["Conv2d`1 without bias"] = (Images, static p => new Conv2d<double>(p, "c", 2, 2, 2, hasBias: false).Apply),
        ["ConvTranspose2d`1"] = (Images, static p => new ConvTranspose2d<double>(p, "c", 2, 3, (2, 3), (2, 1), 1).Apply),
        ["ConvTranspose2d`1 without bias"] = (Images, static p => new ConvTranspose2d<double>(p, "c", 2, 2, 2, hasBias: false).Apply),
        ["LeakyActivation`1"] = (Rows, static p => new LeakyActivation<double>(0.2).Apply),
        ["OutputBias`1"] = (Rows, static p => new OutputBias<double>(p, "o", [3]).Apply),
        ["Activation`2"] = (Rows, static p => new Activation<Gelu, double>().Apply),
        ["BatchNorm`1"] = (Images, static p => new BatchNorm<double>(p, "n", 2).Apply),
        ["BatchNorm`1 of rows"] = (Rows, static p => new BatchNorm<double>(p, "n", 3, epsilon: 0.1).Apply),
        ["BatchNorm`1 in use"] = (Rows, static p => new BatchNorm<double>(p, "n", 3) { IsTraining = false }.Apply),
        ["LayerNorm`1"] = (Rows, static p => new LayerNorm<double>(p, "n", 3).Apply),
        ["Dropout`1"] = (Rows, static p =>
        {
            RandomStream noise = new(5);
            Dropout<double> dropout = new(0.3, noise);
            return (flat, x) =>
            {
                noise.Position = 0;
                return dropout.Apply(flat, x);
            };
        }
        ),
        ["Dropout`1 in use"] = (Rows, static p => new Dropout<double>(0.3, new RandomStream(5)) { IsTraining = false }.Apply),
        ["MaxPool2d`1"] = (Images, static p => new MaxPool2d<double>(3, 2, 1).Apply),
        ["AvgPool2d`1"] = (Images, static p => new AvgPool2d<double>(3, 2, 1).Apply),
        ["Flatten`1"] = (Images, static p => new Flatten<double>().Apply),
        ["Sequential`1"] = (Images, static p => new Sequential<double>(
            new Conv2d<double>(p, "c", 2, 2, 3, padding: 1), new Activation<Tanh, double>(), new AvgPool2d<double>(2), new Flatten<double>(), Linear.Declare(p, "l", 12, 2)).Apply),
        ["NeuralOde`1"] = (Rows, static p => new NeuralOde<double>(Wave(p, 3, 3), Tableaus.Dopri5, 2).Apply),
        ["NeuralOde`1 of second order"] = (
            new RandomStream(34).Normal<double>([3, 4]), static p => new NeuralOde<double>(Wave(p, 4, 2), Tableaus.Rk4, 2, isSecondOrder: true).Apply),
        ["Embedding`1"] = (Rows, static p =>
        {
            Embedding<double> embedding = new(p, "e", 4, 3);
            return (flat, x) => embedding.Apply(flat, Indices) * x.Slice(0, 0, 1);
        }
        ),
        ["SpectralNorm`1"] = (Rows, static p =>
        {
            // u and v are constants to the gradient.
            SpectralNorm<double> norm = new(p.Declare("w", [4, 3]), new RandomStream(4)) { IsTraining = false };
            return (flat, x) => norm.Apply(flat) * x;
        }
        ),
        ["SpectralLayer`1"] = (Rows, static p => new SpectralLayer<double>(Linear.Declare(p, "l", 3, 2), new RandomStream(4)) { IsTraining = false }.Apply),
        ["SpectralLayer`1 of a convolution"] = (Images, static p => new SpectralLayer<double>(new Conv2d<double>(p, "c", 2, 2, 2), new RandomStream(4)) { IsTraining = false }.Apply),
        ["JointDiscriminator`1"] = (Rows, static p =>
        {
            JointDiscriminator<double> joint = new(Linear.Declare(p, "joint", 7, 2), Linear.Declare(p, "image", 3, 2));
            return (flat, x) => joint.Apply(flat, [x, x * 2.0, x.Sin()], [TupleDomain.Image, TupleDomain.Latent, TupleDomain.Image]);
        }
        ),
        ["TwoLayerNet`2"] = (Rows, static p =>
        {
            TwoLayerNet<Tanh, double> net = new(3, 2, 2, new RandomStream(6));
            p.Declare("all", net.Parameters.Values.Shape);
            return net.Apply;
        }
        ),
    };

    private static Sequential<double> Wave(ParameterBuffer<double> p, int inputs, int outputs) => new(Linear.Declare(p, "l", inputs, outputs), new Activation<Tanh, double>());

    private static readonly Dictionary<string, Func<Tensor<double>, Tensor<double>, Tensor<double>>> LossFunctions = new()
    {
        ["MeanSquaredError"] = Losses.MeanSquaredError,
        ["MeanAbsoluteError"] = Losses.MeanAbsoluteError,
        ["Huber"] = static (x, t) => Losses.Huber(x, t, 0.75),
        ["Logistic"] = Losses.Logistic,
        ["KullbackLeibler"] = Losses.KullbackLeibler,
        ["SoftmaxCrossEntropy"] = static (x, t) => Losses.SoftmaxCrossEntropy(x, Tensor.From([2, 0, 1, 1])) * t.Mean(),
    };

    public static TheoryData<string> Names => [.. Layers.Keys];

    public static TheoryData<string> LossNames => [.. LossFunctions.Keys];

    [Fact]
    public void Every_layer_and_loss_is_here()
    {
        // A layer is what is applied to flat parameters.
        IEnumerable<string> layers = typeof(Losses).Assembly.GetExportedTypes().Where(type => !type.IsInterface && type.GetMethods().Any(method => method.Name == "Apply" && method.GetParameters() is [{ Name: "flat" }, ..])).Select(type => type.Name);
        Assert.Empty(layers.Except(Layers.Keys));
        IEnumerable<string> losses = typeof(Losses).GetMethods().Where(method => method.IsStatic).Select(method => method.Name);
        Assert.Empty(losses.Except(LossFunctions.Keys));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Derivatives_of_layers_are_what_differences_say(string name)
    {
        using Scope scope = Scope.Begin();
        (Tensor<double> input, Func<ParameterBuffer<double>, Func<Tensor<double>, Tensor<double>, Tensor<double>>> make) = Layers[name];
        ParameterBuffer<double> buffer = new();
        Func<Tensor<double>, Tensor<double>, Tensor<double>> layer = make(buffer);
        buffer.Allocate();
        new RandomStream(7).NormalInto(buffer.Values);
        Tensor<double> flat = buffer.Values;
        Check(input, x => Weigh(layer(flat, x)));
        if (flat.Size > 0)
        {
            Check(flat, p => Weigh(layer(p, input)));
        }
    }

    [Theory]
    [MemberData(nameof(LossNames))]
    public void Derivatives_of_losses_are_what_differences_say(string name)
    {
        using Scope scope = Scope.Begin();
        Func<Tensor<double>, Tensor<double>, Tensor<double>> loss = LossFunctions[name];
        Check(Rows, x => loss(x, Targets).Exp());
        Check(Targets, t => loss(Rows, t).Exp());
    }

    private static void Check(Tensor<double> x, Func<Tensor<double>, Tensor<double>> f)
    {
        Differences.Check(x, f);
        Differences.CheckHigher(x, f);
    }

    /// <summary>A scalar in which every element has its own part, not linearly.</summary>
    private static Tensor<double> Weigh(Tensor<double> y)
    {
        Tensor<double> weights = Tensor.From<double>([.. Enumerable.Range(0, (int)y.Size).Select(i => ((i * 7 % 11) - 5) / 4.0)], y.Shape);
        return ((y * 0.25).Tanh() * weights).Sum();
    }
}
