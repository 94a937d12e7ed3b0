using Onsager.Models.TwoLayer;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>Parameter buffers, initialisation, losses and optimizers: what they compute and what they refuse.</summary>
public sealed class ParameterTests
{
    [Fact]
    public void Parts_lie_one_after_the_other_and_are_views()
    {
        using ParameterBuffer<float> buffer = new();
        Parameter weight = buffer.Declare("w", [2, 3]), bias = buffer.Declare("b", [3]);
        buffer.Allocate();
        Assert.Equal("[9]", buffer.Values.Shape.ToString());
        using (Tensor<float> w = weight.In(buffer.Values), b = bias.In(buffer.Values))
        {
            w.Fill(1);
            b.Fill(2);
        }

        Assert.Equal([1f, 1, 1, 1, 1, 1, 2, 2, 2], buffer.Values.ToArray());
        Assert.Equal(["w", "b"], buffer.Parts.Select(part => part.Name));
    }

    [Fact]
    public void A_buffer_refuses_what_comes_at_the_wrong_time()
    {
        using ParameterBuffer<float> buffer = new();
        const string Absent = "parameters: the buffer is not allocated, or its scope has ended.";
        buffer.Declare("w", [2]);
        Throws.Exactly<InvalidOperationException>(Absent, () => _ = buffer.Values);
        Throws.Exactly<InvalidOperationException>(Absent, () => _ = buffer.Gradients);
        Throws.Exactly<InvalidOperationException>(Absent, () => new Adam<float>(buffer, 0.1).Dispose());
        Throws.Exactly<ArgumentException>("parameters: w is declared twice.", () => buffer.Declare("w", [3]));
        buffer.Allocate();
        Throws.Exactly<InvalidOperationException>("parameters: v is declared after the buffer was allocated.", () => buffer.Declare("v", [3]));
        Throws.Exactly<InvalidOperationException>("parameters: the buffer is allocated already.", () => buffer.Allocate());
        buffer.Dispose();
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _ = buffer.Values);
    }

    [Fact]
    public void Weights_begin_in_their_bounds_with_their_variance_and_biases_at_zero()
    {
        using TwoLayerNet<Relu, float> net = new(300, 200, 10, new RandomStream(1));
        using Tensor<float> weight = net.Hidden.Weight.In(net.Parameters.Values), bias = net.Hidden.Bias.In(net.Parameters.Values);
        double bound = Math.Sqrt(6.0 / 300);
        Assert.All(weight.ToArray(), x => Assert.InRange(x, -bound * 1.000001, bound * 1.000001));
        Assert.Equal(2.0 / 300, weight.ToArray().Average(x => (double)x * x), 2e-4);
        Assert.All(bias.ToArray(), x => Assert.Equal(0f, x));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TwoLayerNet<Relu, float>(0, 1, 1, new RandomStream(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TwoLayerNet<Relu, float>(1, 1, 0, new RandomStream(1)));
    }

    [Fact]
    public void The_squared_error_does_not_broadcast()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.From<float>([1, 2, 3, 4], [4, 1]);
        Throws.Exactly<ArgumentException>(
            "mean squared error: the prediction has shape [4, 1], the target [4].", () => Losses.MeanSquaredError(x, Tensor.Zeros<float>([4])));
        Assert.Equal(7.5f, Losses.MeanSquaredError(x, Tensor.Zeros<float>([4, 1])).Item());
        Assert.Equal(MathF.Log(1 + MathF.Exp(1)), Losses.SoftmaxCrossEntropy(x.Reshape(2, 2), Tensor.From<int>([0, 0], [2])).Item(), 1e-6f);
    }

    [Fact]
    public void Optimizers_follow_their_formulas()
    {
        using ParameterBuffer<double> buffer = new();
        buffer.Declare("all", [101]);
        buffer.Allocate();
        RandomStream stream = new(5);
        stream.NormalInto(buffer.Values);
        NaiveNet naive = new(1, 1, 1, x => x, (_, _) => 1, buffer.Values.ToArray());
        using Adam<double> adam = new(buffer, 0.1, 0.8, 0.95, 1e-6);
        Sgd<double> sgd = new(buffer, 0.3);
        for (int step = 0; step < 30; step++)
        {
            stream.NormalInto(buffer.Gradients);
            buffer.Gradients.ToArray().CopyTo(naive.Gradients, 0);
            adam.Step();
            naive.Adam(0.1, 0.8, 0.95, 1e-6);
            sgd.Step();
            naive.Sgd(0.3);
        }

        Assert.All(naive.Parameters.Zip(buffer.Values.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-11));
    }

    [Theory]
    [InlineData(-0.1, 0.9, 0.999, 1e-8)]
    [InlineData(double.NaN, 0.9, 0.999, 1e-8)]
    [InlineData(0.1, 1, 0.999, 1e-8)]
    [InlineData(0.1, -0.1, 0.999, 1e-8)]
    [InlineData(0.1, 0.9, 1, 1e-8)]
    [InlineData(0.1, 0.9, 0.999, 0)]
    public void Adam_refuses_constants_without_meaning(double rate, double beta1, double beta2, double epsilon)
    {
        using ParameterBuffer<float> buffer = new();
        buffer.Declare("w", [2]);
        buffer.Allocate();
        Throws.Exactly<ArgumentOutOfRangeException>(
            $"adam: rate {rate}, betas {beta1} and {beta2}, epsilon {epsilon}; needed: rate >= 0, betas in [0, 1), epsilon > 0.",
            () => new Adam<float>(buffer, rate, beta1, beta2, epsilon).Dispose());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Sgd_refuses_rates_without_meaning(double rate)
    {
        using ParameterBuffer<float> buffer = new();
        Throws.Exactly<ArgumentOutOfRangeException>("sgd: the learning rate must not be negative.", () => _ = new Sgd<float>(buffer, rate));
    }
}
