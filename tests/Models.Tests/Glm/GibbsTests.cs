using Onsager.Models.Glm;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests.Glm;

/// <summary>Exact samples and Monte Carlo chains: potentials against differences, moments against closed forms, batches against single runs, checkpoints.</summary>
public sealed class GibbsTests
{
    [Fact]
    public void Potentials_of_a_batch_are_those_of_each_chain()
    {
        const double Lambda = 0.7, Beta = 1.3;
        using Scope scope = Scope.Begin();
        RandomStream random = new(3);
        Tensor<double> x = random.Normal<double>([2, 6, 4]), y = random.Rademacher<double>([2, 6]), w = random.Normal<double>([2, 3, 4]);
        foreach (ConvexLoss loss in (ConvexLoss[])[ConvexLoss.Square, ConvexLoss.Logistic])
        {
            Tensor<double> values = Tensor.Zeros<double>([2, 3]), gradient = Tensor.Zeros<double>([2, 3, 4]), u = Tensor.Zeros<double>([2, 3]), ignored = Tensor.Zeros<double>([2, 3, 4]);
            GlmPotential potential = new(loss, x, y, Lambda, Beta);
            potential.Evaluate(w, values, gradient);
            for (nint set = 0; set < 2; set++)
            {
                for (nint chain = 0; chain < 3; chain++)
                {
                    double expected = 0;
                    for (nint i = 0; i < 6; i++)
                    {
                        double h = 0;
                        for (nint j = 0; j < 4; j++)
                        {
                            h += x[set, i, j] * w[set, chain, j];
                        }

                        expected += loss.Value(h, y[set, i]);
                    }

                    for (nint j = 0; j < 4; j++)
                    {
                        expected += 0.5 * Lambda * w[set, chain, j] * w[set, chain, j];
                        Tensor<double> up = w.Clone();
                        int at = (int)((((set * 3) + chain) * 4) + j);
                        up.AsSpan()[at] += 1e-5;
                        potential.Evaluate(up, u, ignored);
                        double high = u[set, chain];
                        up.AsSpan()[at] -= 2e-5;
                        potential.Evaluate(up, u, ignored);
                        Assert.Equal((high - u[set, chain]) / 2e-5, gradient[set, chain, j], 1e-6 * (1 + Math.Abs(gradient[set, chain, j])));
                    }

                    Assert.Equal(Beta * expected, values[set, chain], 1e-12 * Math.Abs(expected));
                }
            }
        }
    }

    [Fact]
    public void Exact_samples_have_the_mean_and_the_covariance_of_the_normal_law()
    {
        const int Samples = 40_000, P = 5;
        const double Lambda = 0.3, Beta = 2;
        using Scope scope = Scope.Begin();
        (Tensor<double> x, Tensor<double> y) = Problem(8, P);
        GaussianPosterior posterior = GaussianPosterior.OfSquareLoss(x, y, Lambda, Beta);
        Tensor<double> w = posterior.Sample(Samples, new RandomStream(9)), mean = w.Mean(0), centred = w - mean, covariance = centred.Transpose().MatMul(centred) / Samples;
        Tensor<double> expected = LinearAlgebra.Inverse(x.Transpose().MatMul(x) + (Tensor.Identity<double>(P) * Lambda)) / Beta;
        Assert.Equal(Erm.Fit(ConvexLoss.Square, x, y, Lambda).Weights.ToArray(), posterior.Mean.ToArray());
        Assert.Equal(Beta * expected.Diagonal().Sum().Item() / P, posterior.MeanVariance(), 1e-12);
        for (nint i = 0; i < P; i++)
        {
            Assert.Equal(posterior.Mean[i], mean[i], 5 * Math.Sqrt(expected[i, i] / Samples));
            for (nint j = 0; j < P; j++)
            {
                Assert.Equal(expected[i, j], covariance[i, j], 5 * Math.Sqrt(2 * expected[i, i] * expected[j, j] / Samples));
            }
        }
    }

    /// <summary>Chains of the square loss's potential have the moments of its normal law; 1,000 chains are independent, so five standard errors are known.</summary>
    [Theory]
    [InlineData(10, 0.15)]
    [InlineData(1, 0.15)]
    public void Chains_reach_the_normal_law(int leaps, double step)
    {
        const int Chains = 1000, P = 4;
        const double Lambda = 0.5;
        using Scope scope = Scope.Begin();
        (Tensor<double> x, Tensor<double> y) = Problem(12, P);
        GaussianPosterior posterior = GaussianPosterior.OfSquareLoss(x, y, Lambda, 1);
        using HamiltonianMonteCarlo chains = new(new GlmPotential(ConvexLoss.Square, x, y, Lambda), Tensor.Zeros<double>([Chains, P]), new RandomStream(4), step, leaps);
        Assert.True(double.IsNaN(chains.Acceptance));
        chains.Run(600 / leaps);
        Tensor<double> covariance = LinearAlgebra.Inverse(x.Transpose().MatMul(x) + (Tensor.Identity<double>(P) * Lambda)), mean = chains.Position.Mean(0), variance = chains.Position.Variance(0);
        for (nint i = 0; i < P; i++)
        {
            Assert.Equal(posterior.Mean[i], mean[i], 5 * Math.Sqrt(covariance[i, i] / Chains));
            Assert.Equal(covariance[i, i], variance[i], 5 * covariance[i, i] * Math.Sqrt(2.0 / Chains));
        }

        Assert.InRange(chains.Acceptance, 0.7, 1);
        Assert.Equal(600 / leaps, chains.Steps);
    }

    /// <summary>Rejection matters: with steps near the limit of stability the law is still right, since some proposals are refused.</summary>
    [Fact]
    public void Long_steps_are_refused_and_the_law_stays()
    {
        const int Chains = 4000;
        using Scope scope = Scope.Begin();
        using HamiltonianMonteCarlo chains = new(new Quartic(), Tensor.Zeros<double>([Chains, 1]), new RandomStream(4), step: 0.9, leaps: 3);
        chains.Run(60);
        Assert.InRange(chains.Acceptance, 0.3, 0.9);

        // E x^4 = 1 under exp(-x^4 / 4), exactly: Var x^4 = 4.
        Assert.Equal(1, chains.Position.Square().Square().Mean().Item(), 5 * 2 / Math.Sqrt(Chains));
        using Tensor<double> values = Tensor.Zeros<double>([Chains]), gradient = Tensor.Zeros<double>([Chains, 1]);
        new Quartic().Evaluate(chains.Position, values, gradient);
        Assert.Equal(values.ToArray(), chains.Energies.ToArray());
    }

    [Fact]
    public void Proposals_that_are_not_finite_are_refused()
    {
        using Scope scope = Scope.Begin();
        using HamiltonianMonteCarlo chains = new(new Quartic(), Tensor.Ones<double>([3, 2]), new RandomStream(4), step: 1e200, leaps: 2);
        chains.Run(3);
        Assert.Equal(0, chains.Acceptance);
        Assert.Equal(new double[] { 1, 1, 1, 1, 1, 1 }, chains.Position.ToArray());
    }

    [Fact]
    public void A_run_goes_on_from_its_checkpoint_with_the_same_bits()
    {
        using Scope scope = Scope.Begin();
        string path = Path.GetTempFileName();
        (Tensor<double> x, Tensor<double> y) = Problem(10, 3);
        using HamiltonianMonteCarlo straight = Make(), other = Make();
        straight.Run(5);
        new Checkpoint().Add("chains", straight).Save(path);
        straight.Run(7);
        new Checkpoint().Add("chains", other).Load(path);
        other.Run(7);
        File.Delete(path);
        Assert.Equal(straight.Position.ToArray(), other.Position.ToArray());
        Assert.Equal((straight.Steps, straight.Acceptance), (other.Steps, other.Acceptance));

        HamiltonianMonteCarlo Make() => new(new GlmPotential(ConvexLoss.Logistic, x, y.Sign(), 1), Tensor.Zeros<double>([4, 3]), new RandomStream(6), 0.3, 4);
    }

    [Fact]
    public void Bad_problems_are_named()
    {
        using Scope scope = Scope.Begin();
        (Tensor<double> x, Tensor<double> y) = Problem(6, 3);
        Assert.Equal(GlmFailure.ImproperPrior, Assert.Throws<GlmException>(() => GaussianPosterior.OfSquareLoss(x, y, 0, 1)).Failure);
        Assert.Equal(GlmFailure.ImproperPrior, Assert.Throws<GlmException>(() => new GlmPotential(ConvexLoss.Square, x, y, 0)).Failure);
        Throws.Exactly<ArgumentException>(
            "gibbs measure: a finite beta above 0 and a finite lambda that is not negative are needed; got 0 and 1.", () => GaussianPosterior.OfSquareLoss(x, y, 1, 0));
        Throws.Exactly<ArgumentException>(
            "glm potential: rows [..., n, p] and targets [..., n] are needed; got [6, 3] and [5].", () => _ = new GlmPotential(ConvexLoss.Square, x, y.Slice(0, 0, 5), 1));
        Assert.StartsWith("glm potential: the logistic loss needs targets 1 and -1; target 0 is", Assert.Throws<ArgumentException>(() => new GlmPotential(ConvexLoss.Logistic, x, y, 1)).Message, StringComparison.Ordinal);
        Throws.Exactly<ArgumentException>(
            "hmc: a start [..., chains, p], a finite step above 0, at least one leap and a jitter in [0, 1) are needed; got [3], 0.1, 1 and 0.2.",
            () => _ = new HamiltonianMonteCarlo(new Quartic(), Tensor.Zeros<double>([3]), new RandomStream(1), 0.1, 1));
        GlmException infinite = Assert.Throws<GlmException>(() => new HamiltonianMonteCarlo(new Quartic(), Tensor.Full([2, 3], 1e200), new RandomStream(1), 0.1, 1));
        Assert.Equal("hmc: the potential is not finite at the start of a chain.", infinite.Message);
    }

    private static (Tensor<double> X, Tensor<double> Y) Problem(int n, int p)
    {
        RandomStream random = new((ulong)(n + p));
        return (random.Normal<double>([n, p]), random.Normal<double>([n]));
    }

    /// <summary>U = sum x^4 / 4.</summary>
    private sealed class Quartic : Potential
    {
        public override void Evaluate(Tensor<double> position, Tensor<double> values, Tensor<double> gradient)
        {
            using Scope scope = Scope.Begin();
            Tensor<double> square = position.Square();
            (square.Square().Sum(-1) * 0.25).CopyInto(values);
            square.MultiplyInto(position, gradient);
        }
    }
}
