using Onsager.Models.Glm;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests.Glm;

/// <summary>Noise laws against their moments, mixtures against counting, surrogates against the moments of what they were fitted to.</summary>
public sealed class MixtureTests
{
    /// <summary>Mean, variance, skewness and kurtosis, within six standard errors.</summary>
    [Theory]
    [InlineData("Gaussian", 0, 3, 15, 96)]
    [InlineData("Rademacher", 0, 1, 1, 1)]
    [InlineData("exponential", 2, 9, 225, 15000)]
    [InlineData("elliptical", 0, 4.92, 40, 1000)]
    public void Laws_have_their_moments(string name, double third, double fourth, double thirdVariance, double fourthVariance)
    {
        const int Count = 400_000, P = 4;
        using Scope scope = Scope.Begin();
        NoiseLaw law = new[] { NoiseLaw.Gaussian, NoiseLaw.Rademacher, NoiseLaw.Exponential, NoiseLaw.Elliptical(0.2, 1.8) }.Single(law => law.Name == name);
        Tensor<double> x = law.Draw(Count / P, P, new RandomStream(11)), square = x.Square();
        Assert.Equal(0, x.Mean().Item(), 6 / Math.Sqrt(Count));
        Assert.Equal(1, square.Mean().Item(), 6 * Math.Sqrt(fourth * (name == "elliptical" ? 4 : 1) / Count));
        Assert.Equal(third, (square * x).Mean().Item(), 6 * Math.Sqrt(thirdVariance / Count));
        Assert.Equal(fourth, square.Square().Mean().Item(), 6 * Math.Sqrt(fourthVariance * 4 / Count));

        // Elements of a row are uncorrelated; their squares are not where a row has one scale.
        Tensor<double> products = x.Slice(1, 0, 1) * x.Slice(1, 1, 2), squares = products.Square();
        Assert.Equal(0, products.Mean().Item(), 6 * Math.Sqrt(2.0 * P / Count));
        Assert.Equal(name == "elliptical" ? 1.64 : 1, squares.Mean().Item(), 6 * Math.Sqrt(80.0 * P / Count));
    }

    /// <summary>Every law is a rising image of the same normal numbers.</summary>
    [Fact]
    public void Laws_of_one_stream_belong_together()
    {
        using Scope scope = Scope.Begin();
        double[] normal = NoiseLaw.Gaussian.Draw(50, 20, new RandomStream(3)).ToArray(), sign = NoiseLaw.Rademacher.Draw(50, 20, new RandomStream(3)).ToArray();
        double[] exponential = NoiseLaw.Exponential.Draw(50, 20, new RandomStream(3)).ToArray();
        for (int i = 0; i < normal.Length; i++)
        {
            Assert.Equal(normal[i] < 0 ? -1 : 1, sign[i]);
            Assert.Equal(-Map.Unary<Log>(Map.Unary<NormalCdf>(-normal[i])) - 1, exponential[i], 1e-12);
        }
    }

    [Fact]
    public void Rows_are_a_label_times_the_mean_and_noise()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> mu = Mixture.GenericMean(30, 1.5, new RandomStream(1));
        Assert.Equal(1.5, mu.MatMul(mu).Item(), 1e-14);
        LabelledRows rows = Mixture.Draw(mu, 500, NoiseLaw.Exponential, new RandomStream(2), factor: 0.5), plain = Mixture.Draw(mu, 500, NoiseLaw.Exponential, new RandomStream(2));
        Assert.Equal(plain.Y.ToArray(), rows.Y.ToArray());
        Assert.Equal(plain.X.ToArray(), (rows.X * 2.0).ToArray());
        RandomStream again = new(2);
        Tensor<double> y = again.Rademacher<double>([500]), noise = NoiseLaw.Exponential.Draw(500, 30, again);
        Assert.Equal(y.ToArray(), rows.Y.ToArray());
        double largest = ((y.Unsqueeze(1) * mu) + noise - plain.X).Abs().Max().Item();
        Assert.InRange(largest, 0, 1e-14);
        Throws.Exactly<ArgumentException>("mixture: mu must be a vector [p]; got [2, 2].", () => Mixture.Draw(Tensor.Ones<double>([2, 2]), 3, NoiseLaw.Gaussian, new RandomStream(1)));
    }

    [Fact]
    public void Errors_of_a_finer_mixture_are_those_of_counting()
    {
        const int P = 50, N = 100_000;
        using Scope scope = Scope.Begin();
        RandomStream random = new(8);
        Tensor<double> mu = Mixture.GenericMean(P, 1.5, random), w = mu + (random.Normal<double>([P]) * 0.1);
        LabelledRows rows = Mixture.Draw(mu, N, NoiseLaw.Elliptical(0.2, 1.8), random);
        double wrong = rows.X.MatMul(w).ToArray().Zip(rows.Y.ToArray(), (h, y) => h * y < 0 ? 1.0 : 0).Average();
        double m = w.MatMul(mu).Item() / Math.Sqrt(P), q = w.MatMul(w).Item() / P;

        // Scores are w . x, not divided by sqrt p: so is the mean's part.
        double expected = Mixture.Elliptical(1.5, 0.2, 1.8).Error(m * Math.Sqrt(P), q * P);
        Assert.Equal(expected, wrong, 5 * Math.Sqrt(expected / N));
    }

    [Fact]
    public void Features_are_the_activation_of_products()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> z = new RandomStream(1).Normal<double>([3, 4]), maps = RandomFeatures.Maps(5, 4, new RandomStream(2));
        Tensor<double> x = RandomFeatures.Apply<Tanh>(z, maps, gain: 1.5);
        Assert.Equal((z.MatMul(maps.Transpose()) * 1.5).Tanh().ToArray(), x.ToArray());
        Assert.Equal(0.25, RandomFeatures.Maps(400, 4, new RandomStream(2)).Square().Mean().Item(), 0.05);
        Throws.Exactly<ArgumentException>("random features: inputs [n, d] and maps [count, d] are needed; got [3, 4] and [5, 3].", () => RandomFeatures.Apply<Relu>(z, Tensor.Ones<double>([5, 3])));
    }

    [Fact]
    public void Surrogates_have_the_moments_of_the_samples()
    {
        const int Count = 200_000;
        using Scope scope = Scope.Begin();
        Tensor<double> first = (new RandomStream(1).Normal<double>([300, 3]) + 1.0).Exp(), second = new RandomStream(2).Uniform<double>([200, 3]);
        GaussianSurrogate surrogate = GaussianSurrogate.Fit([first, second]);
        Assert.Equal(2, surrogate.Classes);
        Tensor<double> pooled = Tensor.Concatenate<double>(0, first, second).Mean(0), weights = new RandomStream(3).Normal<double>([2, 3]);
        Assert.All(pooled.ToArray().Zip(surrogate.PooledMean.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        for (int c = 0; c < 2; c++)
        {
            Tensor<double> rows = (c == 0 ? first : second) - pooled, scores = rows.MatMul(weights.Transpose()), centred = scores - scores.Mean(0);
            (Tensor<double> means, Tensor<double> covariance) = surrogate.Scores(c, weights);
            double[] expected = [.. scores.Mean(0).ToArray(), .. (centred.Transpose().MatMul(centred) / rows.Shape[0]).ToArray()];
            Assert.All(expected.Zip([.. means.ToArray(), .. covariance.ToArray()]), pair => Assert.Equal(pair.First, pair.Second, 1e-8 * (1 + Math.Abs(pair.First))));
            Tensor<double> drawn = surrogate.Draw(c, Count, new RandomStream(4)).MatMul(weights.Transpose());
            for (nint k = 0; k < 2; k++)
            {
                Assert.Equal(means[k], drawn.Mean(0)[k], 5 * Math.Sqrt(covariance[k, k] / Count));
                Assert.Equal(covariance[k, k], drawn.Variance(0)[k], 5 * covariance[k, k] * Math.Sqrt(2.0 / Count));
            }
        }
    }

    [Fact]
    public void Samples_that_have_no_covariance_are_named()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> flat = Tensor.Ones<double>([10, 3]), few = new RandomStream(1).Normal<double>([2, 3]);
        GlmException exception = Assert.Throws<GlmException>(() => GaussianSurrogate.Fit([few, flat], jitter: 0));
        Assert.Equal(GlmFailure.SingularDesign, exception.Failure);
        Assert.StartsWith("gaussian surrogate: the covariance of class 0, 2 samples of 3 features, is singular to working precision", exception.Message, StringComparison.Ordinal);
        Throws.Exactly<ArgumentException>("gaussian surrogate: at least one class and a finite jitter that is not negative are needed; got 0 and 1E-10.", () => GaussianSurrogate.Fit([]));
        Throws.Exactly<ArgumentException>("gaussian surrogate: samples [n, p] of each class are needed, with one p; got [10, 2] where p = 3.", () => GaussianSurrogate.Fit([few, Tensor.Ones<double>([10, 2])]));
        GaussianSurrogate surrogate = GaussianSurrogate.Fit([few], jitter: 0.1);
        Throws.Exactly<ArgumentOutOfRangeException>("gaussian surrogate: there are 1 classes.", () => surrogate.Draw(1, 3, new RandomStream(1)));
        Throws.Exactly<ArgumentException>("elliptical noise: variances that are not negative and have mean 1 are needed; got [0.5, 1].", () => NoiseLaw.Elliptical(0.5, 1));
    }
}
