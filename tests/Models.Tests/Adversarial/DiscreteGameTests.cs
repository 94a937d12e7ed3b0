using Onsager.Models.Adversarial;
using Onsager.Tensors;

namespace Onsager.Models.Tests.Adversarial;

/// <summary>The theory on a finite alphabet, against formulas by hand, and what is refused.</summary>
public sealed class DiscreteGameTests
{
    private static readonly DiscreteGame Two = new([[0.5, 0.25, 0.25], [0.25, 0.25, 0.5]]);

    [Fact]
    public void Two_classes_are_what_a_hand_computes()
    {
        double[][] best = Two.OptimalDiscriminator();
        Assert.Equal([2.0 / 3, 0.5, 1.0 / 3], best[0]);
        double value = 2 * ((0.5 * Math.Log(2.0 / 3)) + (0.25 * Math.Log(0.5)) + (0.25 * Math.Log(1.0 / 3)));
        Assert.Equal(value, Two.DiscriminatorValue(best), 1e-14);
        Assert.Equal(value, Two.DiscriminatorIdentity(), 1e-14);
        Assert.Equal(2 * 0.25 * Math.Log(2), Two.Divergences(), 1e-14);
        double product = 2 * ((0.5 * Math.Log(1.0 / 3)) + (0.25 * Math.Log(0.5)) + (0.25 * Math.Log(2.0 / 3)));
        Assert.Equal(product, Two.ProductValue(best), 1e-14);
        Assert.Equal(product, Two.ComplementValue(best), 1e-14);
        Assert.Equal(product, Two.ProductIdentity(), 1e-14);
        Assert.True(Two.ProductBound() > product);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Identities_hold_and_the_best_discriminator_is_best(int n)
    {
        RandomStream random = new(4, (ulong)n);
        using Tensor<double> softmax = random.Normal<double>([n, 7], 0, 2).Softmax(1);
        double[] all = softmax.ToArray();
        DiscreteGame game = new([.. Enumerable.Range(0, n).Select(i => all[(i * 7)..((i + 1) * 7)])]);
        double[][] best = game.OptimalDiscriminator();
        Assert.Equal(game.DiscriminatorIdentity(), game.DiscriminatorValue(best), 1e-12);
        Assert.Equal(game.ProductIdentity(), game.ProductValue(best), 1e-12);
        Assert.True(game.ProductBound() >= game.ProductValue(best));

        // A little of the first class moved to the second, on every letter.
        double[][] moved = [.. best.Select(static row => row.ToArray())];
        for (int a = 0; a < 7; a++)
        {
            double part = 0.01 * moved[0][a];
            (moved[0][a], moved[1][a]) = (moved[0][a] - part, moved[1][a] + part);
        }

        Assert.True(game.DiscriminatorValue(moved) < game.DiscriminatorValue(best));
    }

    [Theory]
    [InlineData(AdversarialObjective.Product)]
    [InlineData(AdversarialObjective.Minimax)]
    public void The_gradient_is_what_differences_say(AdversarialObjective objective)
    {
        double[][] best = Two.OptimalDiscriminator();
        double[][] classes = [[0.5, 0.25, 0.25], [0.25, 0.25, 0.5]];
        double squares = 0;
        for (int i = 0; i < 2; i++)
        {
            for (int a = 0; a < 3; a++)
            {
                double slope = (At(i, a, 1e-6) - At(i, a, -1e-6)) / 2e-6;
                squares += slope * slope;
            }
        }

        Assert.Equal(Math.Sqrt(squares), Two.GradientNorm(best, objective), 1e-8);

        double At(int i, int a, double change)
        {
            double[][] moved = [.. classes.Select(static p => p.ToArray())];
            moved[i][a] *= Math.Exp(change);
            double sum = moved[i].Sum();
            moved[i] = [.. moved[i].Select(x => x / sum)];
            DiscreteGame game = new(moved);
            return objective == AdversarialObjective.Product ? game.ProductValue(best) : -game.DiscriminatorValue(best);
        }
    }

    [Fact]
    public void Tied_classes_have_their_thresholds()
    {
        Assert.Equal(0, TiedClasses.Threshold(2));
        Assert.Equal(Math.Sqrt(5) - 2, TiedClasses.Threshold(4), 1e-12);
        Assert.InRange(TiedClasses.Threshold(8), 0.5, 0.6);
        Assert.True(TiedClasses.Slope(4, 0.23) < 0 && TiedClasses.Slope(4, 0.24) > 0);
        Assert.Equal(0, TiedClasses.Slope(6, 1), 1e-15);
        double[] dying = TiedClasses.Run(4, 0.22), living = TiedClasses.Run(4, 0.25), two = TiedClasses.Run(2, 0.05);
        Assert.Equal(4001, dying.Length);
        Assert.Equal(0.22, dying[0]);
        Assert.True(dying[^1] < 0.01 && living[^1] > 0.99 && two[^1] > 0.99);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        Assert.StartsWith("discrete game: two or more distributions", Assert.Throws<ArgumentException>(() => new DiscreteGame([[1.0]])).Message, StringComparison.Ordinal);
        Assert.StartsWith("discrete game: two or more distributions", Assert.Throws<ArgumentException>(() => new DiscreteGame([[0.5, 0.5], [0.5, 0.6]])).Message, StringComparison.Ordinal);
        Assert.StartsWith("discrete game: two or more distributions", Assert.Throws<ArgumentException>(() => new DiscreteGame([[0.5, 0.5], [1.0, 0.0]])).Message, StringComparison.Ordinal);
        Assert.StartsWith("discrete game: a discriminator of 2 classes and 3 letters is needed", Assert.Throws<ArgumentException>(() => Two.ProductValue([[1, 1]])).Message, StringComparison.Ordinal);
        Assert.StartsWith("tied classes: 3 classes", Assert.Throws<ArgumentOutOfRangeException>(() => TiedClasses.Threshold(3)).Message, StringComparison.Ordinal);
        Assert.StartsWith("tied classes: 1 letters", Assert.Throws<ArgumentOutOfRangeException>(() => TiedClasses.Run(4, 0.5, letters: 1)).Message, StringComparison.Ordinal);
    }
}
