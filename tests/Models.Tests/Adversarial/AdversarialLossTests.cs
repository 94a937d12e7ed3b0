using Onsager.Models.Adversarial;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests.Adversarial;

/// <summary>Losses of logits: values, slopes by formula and by differences, logits that no exponential survives, and what is refused.</summary>
public sealed class AdversarialLossTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Slopes_are_those_of_the_formulas(int n)
    {
        const int Batch = 5;
        using Scope scope = Scope.Begin();
        Tensor<double> logits = new RandomStream(3, (ulong)n).Normal<double>([n, Batch, n], 0, 4);
        double[] chances = logits.Softmax(2).ToArray();
        double[] critic = Autodiff.Grad(logits, AdversarialLoss.Discriminator).ToArray();
        double[] product = Autodiff.Grad(logits, static s => AdversarialLoss.Players(s, AdversarialObjective.Product)).ToArray();
        double[] minimax = Autodiff.Grad(logits, static s => AdversarialLoss.Players(s, AdversarialObjective.Minimax)).ToArray();
        for (int at = 0; at < chances.Length; at++)
        {
            double own = at / (n * Batch) == at % n ? 1 : 0;
            Assert.Equal((chances[at] - own) / Batch, critic[at], 1e-14);
            Assert.Equal((own - chances[at]) / Batch, minimax[at], 1e-14);
            Assert.Equal((((n - 1) * chances[at]) - (1 - own)) / Batch, product[at], 1e-13);
        }
    }

    [Theory]
    [InlineData(AdversarialObjective.Product)]
    [InlineData(AdversarialObjective.Minimax)]
    public void Derivatives_are_what_differences_say(AdversarialObjective objective)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> logits = new RandomStream(3).Normal<double>([3, 2, 3]);
        Differences.Check(logits, s => AdversarialLoss.Players(s, objective).Exp());
        Differences.CheckHigher(logits, s => AdversarialLoss.Players(s, objective).Exp());
        Differences.Check(logits, AdversarialLoss.Discriminator);
        Differences.CheckHigher(logits, AdversarialLoss.Discriminator);
    }

    [Fact]
    public void A_discriminator_that_cannot_tell_has_n_log_n()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> even = Tensor.Full<float>([4, 3, 4], 7);
        Assert.Equal(4 * Math.Log(4), AdversarialLoss.Discriminator(even).Item(), 1e-5);
        Assert.Equal(12 * Math.Log(4), AdversarialLoss.Players(even, AdversarialObjective.Product).Item(), 1e-5);
        Assert.Equal(-4 * Math.Log(4), AdversarialLoss.Players(even, AdversarialObjective.Minimax).Item(), 1e-5);
    }

    [Fact]
    public void No_logit_is_too_large()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> certain = Tensor.From<float>([1e4f, -1e4f, -1e4f, 1e4f], [2, 1, 2]);
        Assert.Equal(0, AdversarialLoss.Discriminator(certain).Item());
        Assert.Equal(4e4f, AdversarialLoss.Players(certain, AdversarialObjective.Product).Item());
        Assert.Equal([1, -1, -1, 1], Autodiff.Grad(certain, static s => AdversarialLoss.Players(s, AdversarialObjective.Product)).ToArray());
        Assert.Equal([0, 0, 0, 0], Autodiff.Grad(certain, static s => AdversarialLoss.Players(s, AdversarialObjective.Minimax)).ToArray());
    }

    [Theory]
    [InlineData(2, 3, 3)]
    [InlineData(1, 3, 1)]
    [InlineData(2, 0, 2)]
    public void Other_shapes_are_refused(int n, int batch, int classes)
    {
        using Tensor<float> logits = Tensor.Zeros<float>([n, batch, classes]);
        ArgumentException problem = Assert.Throws<ArgumentException>(() => AdversarialLoss.Discriminator(logits));
        Assert.StartsWith($"adversarial loss: logits [n, batch, n] of two classes or more are needed; got [{n}, {batch}, {classes}].", problem.Message, StringComparison.Ordinal);
    }
}
