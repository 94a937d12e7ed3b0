using Onsager.Models.Amp;
using Onsager.Simd;

namespace Onsager.Models.Tests.Amp;

/// <summary>Priors: channels against their mixtures, derivatives against differences, and what is refused.</summary>
public sealed class PriorTests
{
    [Fact]
    public void Channels_are_those_of_their_components()
    {
        Prior.Check(new Rademacher());
        Prior.Check(new SparseRademacher(0.08));
        Prior.Check(new StandardNormal());
        Prior.Check(new GaussBernoulli(0.3, 2.5));
        Prior.Check(new DiscretePrior((-1, 0.2), (0, 0.5), (2, 0.3)));
        Prior.Check(new Tripled());
    }

    [Fact]
    public void Means_and_variances_are_derivatives()
    {
        Derivatives(new Rademacher());
        Derivatives(new SparseRademacher(0.08));
        Derivatives(new StandardNormal());
        Derivatives(new GaussBernoulli(0.3, 2.5));
        Derivatives(new DiscretePrior((-1, 0.2), (0, 0.5), (2, 0.3)));
        Derivatives(new Tripled());
    }

    [Fact]
    public void A_discrete_prior_of_two_spins_is_the_spins()
    {
        DiscretePrior spins = new((1, 0.5), (-1, 0.5));
        foreach (double b in (ReadOnlySpan<double>)[-30, -1.3, 0, 0.2, 4])
        {
            Assert.Equal(new Rademacher().Mean(new F64x1(1.7), new F64x1(b)).Value, spins.Mean(new F64x1(1.7), new F64x1(b)).Value, 1e-14);
            Assert.Equal(new Rademacher().LogPartition(new F64x1(1.7), new F64x1(b)).Value, spins.LogPartition(new F64x1(1.7), new F64x1(b)).Value, 1e-13);
        }
    }

    /// <summary>Far fields neither overflow nor lose the limit.</summary>
    [Theory]
    [InlineData(1e4, 1)]
    [InlineData(-1e4, -1)]
    [InlineData(300, 1)]
    public void Far_fields_saturate(double b, double expected)
    {
        Assert.Equal(expected, new SparseRademacher(0.01).Mean(new F64x1(3), new F64x1(b)).Value, 1e-15);
        Assert.Equal(Math.Abs(b), new SparseRademacher(0.01).LogPartition(new F64x1(0), new F64x1(b)).Value, 10.0);
        Assert.Equal(0, ScalarChannel.Variance(new Rademacher(), new F32x1(1), new F32x1((float)b)).Value);
    }

    [Fact]
    public void What_is_no_probability_measure_is_refused_with_its_numbers()
    {
        Assert.Contains("sum to 0.9", Assert.Throws<PriorException>(() => new DiscretePrior((1, 0.5), (-1, 0.4))).Message, StringComparison.Ordinal);
        Assert.Contains("weight -0.5", Assert.Throws<PriorException>(() => new DiscretePrior((1, 1.5), (-1, -0.5))).Message, StringComparison.Ordinal);
        Assert.Contains("sum to 0", Assert.Throws<PriorException>(() => Prior.Check(new DiscretePrior())).Message, StringComparison.Ordinal);
        Assert.Contains("does not normalise", Assert.Throws<PriorException>(() => Prior.Check(new Unnormalised())).Message, StringComparison.Ordinal);
        Assert.Contains("nothing can be learnt", Assert.Throws<PriorException>(() => Prior.Check(new DiscretePrior((0, 1)))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SparseRademacher(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SparseRademacher(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GaussBernoulli(0.5, 0));
        Assert.Throws<PriorException>(() => new StateEvolution<Unnormalised>(default, 2));
        Assert.Throws<PriorException>(() => new AmpIteration<Unnormalised>(SpikedModel.Stored(2, 4, new(1)), default, 1.0));
    }

    private static void Derivatives<TPrior>(TPrior prior)
        where TPrior : struct, IPrior
    {
        const double H = 1e-5;
        foreach (double a in (ReadOnlySpan<double>)[0, 0.4, 3])
        {
            foreach (double b in (ReadOnlySpan<double>)[-2.2, -0.1, 0.7, 5])
            {
                double Log(double at) => prior.LogPartition(new F64x1(a), new F64x1(at)).Value;
                double Mean(double at) => prior.Mean(new F64x1(a), new F64x1(at)).Value;
                Assert.Equal((Log(b + H) - Log(b - H)) / (2 * H), Mean(b), 1e-8);
                Assert.Equal(Mean(b), ScalarChannel.Mean(prior, new F64x1(a), new F64x1(b)).Value, 1e-12);
                Assert.Equal((Mean(b + H) - Mean(b - H)) / (2 * H), ScalarChannel.Variance(prior, new F64x1(a), new F64x1(b)).Value, 1e-8);
            }
        }
    }

    /// <summary>A prior of a user's own: uniform on -1, 0 and 1, with its mean by differentiation.</summary>
    internal readonly struct Tripled : IPrior
    {
        public string Name => "tripled";

        public IReadOnlyList<PriorComponent> Components => [new(1.0 / 3, -1), new(1.0 / 3, 0), new(1.0 / 3, 1)];

        public V LogPartition<V>(V a, V b)
            where V : unmanaged, ILanes<V> =>
            V.Call<Log>((V.Of(1) + (V.Call<Exp>(V.Fma(a, V.Of(-0.5), b)) + V.Call<Exp>(V.Fma(a, V.Of(-0.5), -b)))) / V.Of(3));

        public V Mean<V>(V a, V b)
            where V : unmanaged, ILanes<V> => ScalarChannel.Mean(this, a, b);
    }

    private readonly struct Unnormalised : IPrior
    {
        public string Name => "twice the normal one";

        public IReadOnlyList<PriorComponent> Components => [new(1, 0, 1)];

        public V LogPartition<V>(V a, V b)
            where V : unmanaged, ILanes<V> => new StandardNormal().LogPartition(a, b) + V.Of(0.6931471805599453);

        public V Mean<V>(V a, V b)
            where V : unmanaged, ILanes<V> => new StandardNormal().Mean(a, b);
    }
}
