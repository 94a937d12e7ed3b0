using Onsager.Models.Ode;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>Stochastic differential equations: orders along one path, means, the path itself, and what is refused.</summary>
[Collection(Alone.Name)]
public sealed class SdeTests
{
    private const double Mu = 0.5;
    private const double Sigma = 0.6;
    private const int Paths = 4096;

    /// <summary>The strong order: the mean over paths of the distance to geometric Brownian motion, whose solution by the same motion is known, by least squares.</summary>
    [Theory]
    [InlineData(SdeMethod.EulerMaruyama, 0.5)]
    [InlineData(SdeMethod.Milstein, 1)]
    [InlineData(SdeMethod.StochasticHeun, 1)]
    public void Halving_the_step_shows_the_strong_order(SdeMethod method, double order)
    {
        const int Cells = 512;
        BrownianPath<double> path = new(new RandomStream(3), Paths, 0, 1, Cells);
        double[] w = new double[Paths];
        path.Increments(0, Cells, w);
        double correction = method == SdeMethod.StochasticHeun ? 0 : 0.5 * Sigma * Sigma;
        double[] logarithms = [.. Enumerable.Range(0, 6).Select(i =>
        {
            SdeSolver<Geometric, double> solver = new(default, method, Paths);
            solver.Start(Enumerable.Repeat(1.0, Paths).ToArray());
            solver.Integrate(path, 8 << i);
            double sum = 0;
            for (int p = 0; p < Paths; p++)
            {
                sum += Math.Abs(solver.State[p] - Math.Exp(Mu - correction + (Sigma * w[p])));
            }

            return Math.Log2(sum / Paths);
        })];
        double slope = logarithms.Select((y, i) => (i - 2.5) * y).Sum() / 17.5;
        Assert.True(Math.Abs(slope + order) < 0.2, $"{method}: order {-slope:F2}");
    }

    [Fact]
    public void Means_and_variances_are_those_of_the_process()
    {
        BrownianPath<double> path = new(new RandomStream(4), Paths, 0, 2, 200);
        SdeSolver<Reverting, double> solver = new(default, SdeMethod.EulerMaruyama, Paths);
        solver.Start(Enumerable.Repeat(3.0, Paths).ToArray());
        solver.Integrate(path, 200);
        Assert.Equal((2.0, 200L, 400L), (solver.Time, solver.Steps, solver.Evaluations));
        double[] state = solver.State.ToArray();
        double mean = state.Average(), variance = state.Select(y => (y - mean) * (y - mean)).Sum() / (Paths - 1);

        // Ornstein and Uhlenbeck: 3 e^-2 and (1 - e^-4) / 2, within four standard errors and the method's bias of order h.
        Assert.InRange(mean, (3 * Math.Exp(-2)) - 0.05, (3 * Math.Exp(-2)) + 0.05);
        Assert.InRange(variance, (0.5 * (1 - Math.Exp(-4))) - 0.05, (0.5 * (1 - Math.Exp(-4))) + 0.05);
    }

    [Fact]
    public void A_path_is_the_same_however_it_is_asked_for()
    {
        BrownianPath<double> path = new(new RandomStream(5, 7), 3, 1, 3, 8);
        double[] whole = new double[3], part = new double[3], sum = new double[3];
        path.Increments(0, 8, whole);
        for (int i = 7; i >= 0; i--)
        {
            path.Increments(i, 1, part);
            for (int j = 0; j < 3; j++)
            {
                sum[j] += part[j];
            }
        }

        for (int j = 0; j < 3; j++)
        {
            Assert.Equal(whole[j], sum[j], 1e-14);
        }

        // The stream's own numbers: cell 2 begins at element 2 x 4.
        path.Increments(2, 1, part);
        using Tensor<double> stream = new RandomStream(5, 7).Normal<double>([11]);
        Assert.Equal([.. stream.ToArray()[8..].Select(z => z * 0.5)], part);
    }

    [Fact]
    public void Steps_allocate_nothing()
    {
        BrownianPath<float> path = new(new RandomStream(5), 2, 0, 1, 16);
        SdeSolver<Turning, float> solver = new(default, SdeMethod.StochasticHeun, 2);
        Steady.AllocatesNothing(
            () =>
            {
                solver.Start([1, 2]);
                solver.Integrate(path, 8);
            },
            windows: 20, 5);
    }

    [Fact]
    public void Bad_input_and_failures_are_named()
    {
        BrownianPath<double> path = new(new RandomStream(5), 2, 0, 1, 16);
        SdeSolver<Explosive, double> solver = new(default, SdeMethod.EulerMaruyama, 2);
        Message<ArgumentException>("sde: Milstein's method needs the diffusion's slope; Explosive is no IMilsteinField.", () => _ = new SdeSolver<Explosive, double>(default, SdeMethod.Milstein, 2));
        Message<ArgumentOutOfRangeException>("sde: there is no such method.", () => _ = new SdeSolver<Explosive, double>(default, (SdeMethod)9, 2));
        Message<ArgumentException>("sde: a state of 2 components is needed; got 1.", () => solver.Start([1]));
        Message<ArgumentException>("sde: component 1 of the initial state is NaN.", () => solver.Start([1, double.NaN]));
        Message<ArgumentException>("sde: 16 cells do not divide into 3 steps.", () => solver.Integrate(path, 3));
        Message<ArgumentException>("sde: the path has 3 components, the state 2.", () => solver.Integrate(new BrownianPath<double>(new RandomStream(5), 3, 0, 1, 16), 16));
        Message<ArgumentException>("brownian path: it goes from 1 to 1; the end must come after the start.", () => _ = new BrownianPath<double>(new RandomStream(5), 3, 1, 1, 16));
        Message<ArgumentOutOfRangeException>("brownian path: 2 cells from 15 on of 16.", () => path.Increments(15, 2, new double[2]));
        Message<ArgumentException>("brownian path: 2 components; got room for 3.", () => path.Increments(15, 1, new double[3]));
        solver.Start([0, 1e200]);
        OdeException failure = Assert.Throws<OdeException>(() => solver.Integrate(path, 16));
        Assert.Equal((OdeFailure.NotFinite, 0.0, 0.0625, 1, 2L), (failure.Failure, failure.Time, failure.Step, failure.Component, failure.Evaluations));
        Assert.Equal([0, 1e200], solver.State.ToArray());

        static void Message<TException>(string message, Action action)
            where TException : Exception => Assert.StartsWith(message, Assert.Throws<TException>(action).Message, StringComparison.Ordinal);
    }

    private readonly struct Geometric : IMilsteinField<double>
    {
        public void Drift(double t, ReadOnlySpan<double> y, Span<double> drift) => Scaled(Mu, y, drift);

        public void Diffusion(double t, ReadOnlySpan<double> y, Span<double> diffusion) => Scaled(Sigma, y, diffusion);

        public void DiffusionSlope(double t, ReadOnlySpan<double> y, Span<double> slope) => slope.Fill(Sigma);

        private static void Scaled(double by, ReadOnlySpan<double> y, Span<double> x)
        {
            for (int i = 0; i < x.Length; i++)
            {
                x[i] = by * y[i];
            }
        }
    }

    private readonly struct Reverting : ISdeField<double>
    {
        public void Drift(double t, ReadOnlySpan<double> y, Span<double> drift)
        {
            for (int i = 0; i < drift.Length; i++)
            {
                drift[i] = -y[i];
            }
        }

        public void Diffusion(double t, ReadOnlySpan<double> y, Span<double> diffusion) => diffusion.Fill(1);
    }

    private readonly struct Turning : ISdeField<float>
    {
        public void Drift(float t, ReadOnlySpan<float> y, Span<float> drift) => (drift[0], drift[1]) = (-y[1], y[0]);

        public void Diffusion(float t, ReadOnlySpan<float> y, Span<float> diffusion) => diffusion.Fill(0.1f);
    }

    private readonly struct Explosive : ISdeField<double>
    {
        public void Drift(double t, ReadOnlySpan<double> y, Span<double> drift) => (drift[0], drift[1]) = (0, y[1] * y[1]);

        public void Diffusion(double t, ReadOnlySpan<double> y, Span<double> diffusion) => diffusion.Clear();
    }
}
