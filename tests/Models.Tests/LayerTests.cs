using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>Layers against their formulas in loops, their gradients against differences, and what they refuse.</summary>
public sealed class LayerTests
{
    private static readonly ParameterBuffer<double> Nothing = new();

    [Theory]
    [InlineData("conv")]
    [InlineData("layer norm")]
    [InlineData("batch norm")]
    [InlineData("batch norm in use")]
    [InlineData("embedding")]
    [InlineData("spectral norm")]
    [InlineData("sequence")]
    public void Gradients_are_what_differences_say(string name)
    {
        using Scope scope = Scope.Begin();
        RandomStream random = new(31);
        ParameterBuffer<double> buffer = new();
        Tensor<double> images = random.Normal<double>([3, 2, 6, 5]), rows = random.Normal<double>([4, 3]);
        Tensor<int> indices = Tensor.From<int>([1, 0, 1, 1, 3], [5]);
        Func<Tensor<double>, Tensor<double>> f;
        switch (name)
        {
            case "conv":
                Conv2d<double> conv = new(buffer, "c", 2, 3, (2, 3), (2, 1), 1);
                f = p => conv.Apply(p, images);
                break;
            case "layer norm":
                LayerNorm<double> layerNorm = new(buffer, "n", 3);
                f = p => layerNorm.Apply(p, rows * p.Slice(0, 0, 3));
                break;
            case "batch norm":
                BatchNorm<double> batchNorm = new(buffer, "n", 2);
                f = p => batchNorm.Apply(p, images * p.Slice(0, 0, 1));
                break;
            case "batch norm in use":
                BatchNorm<double> used = new(buffer, "n", 3) { IsTraining = false };
                f = p => used.Apply(p, rows * p.Slice(0, 0, 1));
                break;
            case "embedding":
                Embedding<double> embedding = new(buffer, "e", 4, 3);
                f = p => embedding.Apply(p, indices);
                break;
            case "spectral norm":
                Parameter weight = buffer.Declare("w", [4, 3]);

                // u and v are constants to the gradient.
                SpectralNorm<double> spectral = new(weight, random) { IsTraining = false };
                f = p => spectral.Apply(p);
                break;
            default:
                Sequential<double> sequence = new(
                    new Conv2d<double>(buffer, "c", 2, 4, 3, padding: 1), new Activation<Tanh, double>(), new AvgPool2d<double>(2), new Flatten<double>(),
                    Linear.Declare(buffer, "l", 24, 3));
                f = p => sequence.Apply(p, images);
                break;
        }

        buffer.Allocate();
        random.NormalInto(buffer.Values);
        Check(buffer.Values, f);
    }

    [Fact]
    public void Layer_norm_is_its_formula()
    {
        using Scope scope = Scope.Begin();
        ParameterBuffer<double> buffer = new();
        LayerNorm<double> layer = new(buffer, "n", 5, 1e-3);
        buffer.Allocate();
        layer.Initialize(buffer, new RandomStream(1));
        Assert.Equal([1.0, 1, 1, 1, 1, 0, 0, 0, 0, 0], buffer.Values.ToArray());
        new RandomStream(2).NormalInto(buffer.Values);
        Tensor<double> x = new RandomStream(3).Normal<double>([2, 3, 5]);
        double[] y = layer.Apply(buffer.Values, x).ToArray(), p = buffer.Values.ToArray(), all = x.ToArray();
        for (int line = 0; line < 6; line++)
        {
            double[] row = all[(5 * line)..(5 * (line + 1))];
            double mean = row.Average(), variance = row.Average(a => (a - mean) * (a - mean));
            for (int i = 0; i < 5; i++)
            {
                Assert.Equal(((row[i] - mean) / Math.Sqrt(variance + 1e-3) * p[i]) + p[5 + i], y[(5 * line) + i], 1e-12);
            }
        }
    }

    [Fact]
    public void Batch_norm_is_its_formula_in_training_and_in_use()
    {
        using Scope scope = Scope.Begin();
        ParameterBuffer<double> buffer = new();
        BatchNorm<double> layer = new(buffer, "n", 2, momentum: 0.3, epsilon: 1e-3);
        buffer.Allocate();
        new RandomStream(2).NormalInto(buffer.Values);
        double[] p = buffer.Values.ToArray(), runningMean = [0, 0], runningVariance = [1, 1];
        RandomStream stream = new(3);
        for (int step = 0; step < 3; step++)
        {
            Tensor<double> x = stream.Normal<double>([4, 2, 3]), y = layer.Apply(buffer.Values, x);
            for (int c = 0; c < 2; c++)
            {
                double[] channel = x.Select(1, c).ToArray();
                double mean = channel.Average(), variance = channel.Average(a => (a - mean) * (a - mean));
                runningMean[c] = (0.7 * runningMean[c]) + (0.3 * mean);
                runningVariance[c] = (0.7 * runningVariance[c]) + (0.3 * variance * 12 / 11);
                Assert.All(
                    channel.Zip(y.Select(1, c).ToArray()),
                    pair => Assert.Equal(((pair.First - mean) / Math.Sqrt(variance + 1e-3) * p[c]) + p[2 + c], pair.Second, 1e-12));
            }
        }

        Assert.All(runningMean.Zip(layer.RunningMean.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.All(runningVariance.Zip(layer.RunningVariance.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        layer.IsTraining = false;
        Tensor<double> rows = stream.Normal<double>([1, 2]);
        double[] used = layer.Apply(buffer.Values, rows).ToArray();
        for (int c = 0; c < 2; c++)
        {
            Assert.Equal(((rows[0, c] - runningMean[c]) / Math.Sqrt(runningVariance[c] + 1e-3) * p[c]) + p[2 + c], used[c], 1e-12);
        }

        Assert.All(runningMean.Zip(layer.RunningMean.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        layer.IsTraining = true;
        Throws.Exactly<ArgumentException>(
            "batch norm: an input [batch, 2, ...] with more than one element for each channel is needed; got [1, 2].", () => layer.Apply(buffer.Values, rows));
    }

    [Fact]
    public void Spectral_norm_divides_by_the_largest_singular_value()
    {
        using Scope scope = Scope.Begin();
        ParameterBuffer<double> buffer = new();
        Parameter weight = buffer.Declare("w", [2, 3]);
        buffer.Allocate();

        // Singular values 3 and 1, and a plane turned: W = diag(3, 1) V^T.
        double s = Math.Sqrt(0.5);
        buffer.Values.CopyFrom([3 * s, 3 * s, 0, -s, s, 0]);
        SpectralNorm<double> norm = new(weight, new RandomStream(4), iterations: 30);
        Assert.All(norm.Apply(buffer.Values).ToArray().Zip([s, s, 0, -s / 3, s / 3, 0]), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
        buffer.Values.MultiplyInto(Tensor.Scalar(2.0), buffer.Values);
        norm.IsTraining = false;
        Assert.All(norm.Apply(buffer.Values).ToArray().Zip([s, s, 0, -s / 3, s / 3, 0]), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
    }

    [Fact]
    public void Dropout_drops_its_share_in_training_and_nothing_in_use()
    {
        using Scope scope = Scope.Begin();
        Dropout<double> dropout = new(0.25, new RandomStream(5));
        Tensor<double> x = Tensor.Full<double>([100_000], 3);
        double[] kept = dropout.Apply(x, x).ToArray(), again = dropout.Apply(x, x).ToArray();
        Assert.All(kept, y => Assert.True(y == 0 || Math.Abs(y - 4) < 1e-15));
        Assert.Equal(0.25, kept.Count(y => y == 0) / 1e5, 0.01);
        Assert.NotEqual(kept, again);
        Assert.Equal(kept, new Dropout<double>(0.25, new RandomStream(5)).Apply(x, x).ToArray());
        dropout.IsTraining = false;
        Assert.Equal(x.ToArray(), dropout.Apply(x, x).ToArray());
        Throws.Exactly<ArgumentOutOfRangeException>("dropout: the probability must be in [0, 1).", () => _ = new Dropout<float>(1, new RandomStream(1)));
    }

    [Fact]
    public void A_sequence_passes_its_mode_on_and_initialises_its_layers()
    {
        using Scope scope = Scope.Begin();
        ParameterBuffer<float> buffer = new();
        Dropout<float> dropout = new(0.5, new RandomStream(6));
        BatchNorm<float> norm = new(buffer, "n", 3);
        Sequential<float> sequence = new(new Conv2d<float>(buffer, "c", 1, 3, 3), norm, dropout, new MaxPool2d<float>(2), new Flatten<float>(), Linear.Declare(buffer, "l", 27, 4));
        buffer.Allocate();
        sequence.Initialize(buffer, new RandomStream(7));
        Assert.Equal(["n.scale", "n.shift", "c.weight", "c.bias", "l.weight", "l.bias"], buffer.Parts.Select(part => part.Name));
        Assert.Equal([1f, 1, 1, 0, 0, 0], buffer.Values.ToArray()[..6]);
        Assert.Equal(6, sequence.Layers.Count);
        sequence.IsTraining = false;
        Assert.False(norm.IsTraining || dropout.IsTraining || sequence.IsTraining);
        Assert.Equal("[2, 4]", sequence.Apply(buffer.Values, new RandomStream(8).Normal<float>([2, 1, 8, 8])).Shape.ToString());
    }

    [Fact]
    public void Initialisers_have_their_bounds_variances_and_orthogonality()
    {
        using Scope scope = Scope.Begin();
        RandomStream random = new(9);
        Tensor<double> w = Tensor.Zeros<double>([200, 300]);
        Assert.Equal((200, 300), Initializers.Fans([200, 300]));
        Assert.Equal((45, 72), Initializers.Fans([8, 5, 3, 3]));
        Initializers.Uniform(w, random, -1, 3);
        Moments(1, 16.0 / 12);
        Initializers.Normal(w, random, 2, 0.5);
        Moments(2, 0.25);
        Initializers.XavierUniform(w, random, 200, 300, 2);
        Moments(0, 8.0 / 500);
        Assert.All(w.ToArray(), x => Assert.True(Math.Abs(x) <= 2 * Math.Sqrt(6.0 / 500)));
        Initializers.XavierNormal(w, random, 200, 300);
        Moments(0, 2.0 / 500);
        Initializers.KaimingUniform(w, random, 200);
        Moments(0, 2.0 / 200);
        Initializers.KaimingNormal(w, random, 200);
        Moments(0, 2.0 / 200);
        Initializers.LeCunUniform(w, random, 200);
        Moments(0, 1.0 / 200);
        Initializers.LeCunNormal(w, random, 200);
        Moments(0, 1.0 / 200);
        foreach (Shape shape in (Shape[])[[20, 20], [12, 30], [30, 12], [8, 3, 2, 2]])
        {
            Tensor<double> q = Tensor.Zeros<double>(shape);
            Initializers.Orthogonal(q, random, 2);
            Tensor<double> matrix = q.Reshape(shape[0], shape.Size / shape[0]);
            Tensor<double> gram = matrix.Shape[0] <= matrix.Shape[1] ? matrix.MatMul(matrix.Transpose()) : matrix.Transpose().MatMul(matrix);
            Tensor<double> error = gram - (Tensor.Identity<double>(gram.Shape[0]) * 4);
            Assert.All(error.ToArray(), x => Assert.Equal(0, x, 1e-14));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Initializers.KaimingNormal(w, random, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializers.XavierNormal(w, random, 1, 1, 0));
        Throws.Exactly<ArgumentException>("orthogonal: a weight of at least two axes is needed; got [3].", () => Initializers.Orthogonal(Tensor.Zeros<double>([3]), random));

        void Moments(double mean, double variance)
        {
            double[] all = w.ToArray();
            Assert.Equal(mean, all.Average(), 0.02 * Math.Sqrt(variance));
            Assert.Equal(1, all.Average(x => (x - mean) * (x - mean)) / variance, 0.03);
        }
    }

    [Fact]
    public void Declarations_without_meaning_are_refused()
    {
        Throws.Exactly<ArgumentOutOfRangeException>(
            "conv2d: 3 inputs, 4 outputs, 2 groups; needed: at least 1 each, inputs and outputs multiples of the groups.", () => _ = new Conv2d<double>(Nothing, "c", 3, 4, 3, groups: 2));
        Throws.Exactly<ArgumentOutOfRangeException>(
            "batch norm: 0 channels, momentum 0.1, epsilon 1E-05; needed: channels >= 1, momentum in [0, 1], epsilon > 0.", () => new BatchNorm<double>(Nothing, "n", 0).Dispose());
        Throws.Exactly<ArgumentOutOfRangeException>("layer norm: epsilon must be positive.", () => _ = new LayerNorm<double>(Nothing, "n", 3, 0));
        Throws.Exactly<ArgumentException>(
            "spectral norm: a weight of at least two axes with elements is needed; b has shape [3].", () => new SpectralNorm<double>(new Parameter("b", 0, [3]), new RandomStream(1)).Dispose());
        Assert.Throws<ArgumentOutOfRangeException>(() => new Embedding<double>(Nothing, "e", 0, 3));
    }

    /// <summary>The gradient of a weighted sum of f against central differences, extrapolated to step zero.</summary>
    internal static void Check(Tensor<double> at, Func<Tensor<double>, Tensor<double>> f, double tolerance = 1e-6)
    {
        double[] point = at.ToArray(), slopes = Autodiff.Grad(at, Weighed).ToArray();
        double scale = Math.Max(1, slopes.Max(Math.Abs));
        for (int i = 0; i < point.Length; i++)
        {
            double h = 1e-3, expected = ((4 * Slope(i, h / 2)) - Slope(i, h)) / 3;
            Assert.True(Math.Abs(slopes[i] - expected) <= tolerance * scale, $"element {i}: {slopes[i]:R}, differences give {expected:R}");
        }

        double Slope(int i, double h) => (Value(i, h) - Value(i, -h)) / (2 * h);

        double Value(int i, double h)
        {
            using Scope scope = Scope.Begin();
            double[] moved = [.. point];
            moved[i] += h;
            return Weighed(Tensor.From<double>(moved, at.Shape)).Item();
        }

        Tensor<double> Weighed(Tensor<double> p)
        {
            Tensor<double> y = f(p);
            Tensor<double> weights = Tensor.From<double>([.. Enumerable.Range(0, (int)y.Size).Select(i => ((i * 7 % 11) - 5) / 4.0)], y.Shape);
            return (y * weights).Sum();
        }
    }
}
