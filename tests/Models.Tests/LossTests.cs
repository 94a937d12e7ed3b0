using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>Losses against their formulas in loops, their gradients against differences, and what they refuse.</summary>
public sealed class LossTests
{
    private const int Rows = 4, Columns = 5;

    private static readonly Dictionary<string, (Func<Tensor<double>, Tensor<double>, Tensor<double>> Loss, Func<double[], double[], double> Plain)> Losses = new()
    {
        ["mean squared error"] = (Models.Losses.MeanSquaredError, static (x, t) => x.Zip(t, (a, b) => (a - b) * (a - b)).Average()),
        ["mean absolute error"] = (Models.Losses.MeanAbsoluteError, static (x, t) => x.Zip(t, (a, b) => Math.Abs(a - b)).Average()),
        ["huber loss"] = (
            static (x, t) => Models.Losses.Huber(x, t, 0.75),
            static (x, t) => x.Zip(t, (a, b) => Math.Abs(a - b)).Average(d => d <= 0.75 ? d * d / 2 : 0.75 * (d - 0.375))),
        ["logistic loss"] = (
            Models.Losses.Logistic,
            static (x, t) => x.Zip(t, (a, b) => -((b * Math.Log(1 / (1 + Math.Exp(-a)))) + ((1 - b) * Math.Log(1 - (1 / (1 + Math.Exp(-a))))))).Average()),
        ["kullback-leibler divergence"] = (Models.Losses.KullbackLeibler, static (x, t) => x.Zip(t, (a, b) => b * (Math.Log(b) - a)).Sum() / Rows),
    };

    public static TheoryData<string> Names => [.. Losses.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Losses_are_their_formulas_and_have_the_gradients_of_differences(string name)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = new RandomStream(1).Normal<double>([Rows, Columns]) * 2, target = new RandomStream(2).Uniform<double>([Rows, Columns], 0.05, 0.95);
        (Func<Tensor<double>, Tensor<double>, Tensor<double>> loss, Func<double[], double[], double> plain) = Losses[name];
        Assert.Equal(plain(x.ToArray(), target.ToArray()), loss(x, target).Item(), 1e-13);
        LayerTests.Check(x, p => loss(p, target).Unsqueeze(0));
        LayerTests.Check(target, p => loss(x, p).Unsqueeze(0));
        Throws.Exactly<ArgumentException>($"{name}: the prediction has shape [4, 5], the target [5].", () => loss(x, target.Select(0, 0)));
    }

    [Fact]
    public void Extreme_scores_and_certain_events_have_finite_losses()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> scores = Tensor.From<float>([1000, -1000, 1000, -1000], [4]), target = Tensor.From<float>([1, 0, 0, 1], [4]);
        Assert.Equal(500f, Models.Losses.Logistic(scores, target).Item());
        Tensor<float> logQ = Tensor.From<float>([-1, -2], [1, 2]), p = Tensor.From<float>([0, 1], [1, 2]);
        Assert.Equal(2f, Models.Losses.KullbackLeibler(logQ, p).Item());
        Assert.Equal(float.NaN, Models.Losses.KullbackLeibler(Tensor.From<float>([float.NegativeInfinity, 0], [1, 2]), p).Item());
        Assert.Equal(float.PositiveInfinity, Models.Losses.KullbackLeibler(Tensor.From<float>([0, float.NegativeInfinity], [1, 2]), p).Item());
        Throws.Exactly<ArgumentOutOfRangeException>("huber loss: delta must be positive.", () => Models.Losses.Huber(p, p, 0));
        Throws.Exactly<ArgumentException>("kullback-leibler divergence: a batch [n, ...] is needed; got [].", () => Models.Losses.KullbackLeibler(p.Sum(), p.Sum()));
    }

    [Fact]
    public void The_divergence_of_softmax_agrees_with_the_cross_entropy_of_certain_events()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> scores = new RandomStream(3).Normal<double>([3, 4]), certain = Tensor.From<double>([0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0], [3, 4]);
        double expected = Models.Losses.SoftmaxCrossEntropy(scores, Tensor.From<int>([1, 3, 0], [3])).Item();
        Assert.Equal(expected, Models.Losses.KullbackLeibler(scores.LogSoftmax(1), certain).Item(), 1e-14);
    }
}
