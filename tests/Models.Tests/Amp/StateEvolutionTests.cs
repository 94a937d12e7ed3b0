using Onsager.Models.Amp;

namespace Onsager.Models.Tests.Amp;

/// <summary>State evolution against closed forms and differences, and thresholds against known ones.</summary>
public sealed class StateEvolutionTests
{
    [Theory]
    [InlineData(0.01)]
    [InlineData(1)]
    [InlineData(7.5)]
    public void The_normal_prior_has_closed_forms(double x)
    {
        StateEvolution<StandardNormal> evolution = new(default, 3);
        (double overlap, double slope) = evolution.OverlapAndSlope(x);
        Assert.Equal(x / (1 + x), overlap, 1e-13);
        Assert.Equal(1 / ((1 + x) * (1 + x)), slope, 1e-12);
        Assert.Equal((x / 2) - (Math.Log(1 + x) / 2), evolution.Information(x), 1e-12);
    }

    [Fact]
    public void Derivatives_are_those_of_the_curves()
    {
        Check(new StateEvolution<Rademacher>(default, 2));
        Check(new StateEvolution<SparseRademacher>(new(0.08), 2));
        Check(new StateEvolution<GaussBernoulli>(new(0.3, 2), 2));
        Check(new StateEvolution<PriorTests.Tripled>(default, 3));

        static void Check<TPrior>(StateEvolution<TPrior> evolution)
            where TPrior : struct, IPrior
        {
            const double H = 1e-4;
            foreach (double x in (ReadOnlySpan<double>)[0.3, 2])
            {
                (double overlap, double slope) = evolution.OverlapAndSlope(x);
                Assert.Equal((evolution.Overlap(x + H) - evolution.Overlap(x - H)) / (2 * H), slope, 1e-7);
                Assert.Equal((evolution.Information(x + H) - evolution.Information(x - H)) / (2 * H), overlap / 2, 1e-8);
            }

            Assert.InRange(evolution.Overlap(500), 0.97 * evolution.SecondMoment, evolution.SecondMoment);
        }
    }

    /// <summary>Fixed points are where the free entropy is stationary.</summary>
    [Theory]
    [InlineData(0.3, 0.05, 1e-6)]
    [InlineData(0.3, 0.05, 1)]
    [InlineData(0.5, 0.4, 1)]
    public void Fixed_points_are_stationary(double delta, double side, double start)
    {
        StateEvolution<Rademacher> evolution = new(default, 3);
        double m = evolution.FixedPoint(delta, side, start);
        Assert.Equal(m, evolution.Overlap(evolution.Strength(m, delta, side)), 1e-10);
        Assert.Equal(0, (evolution.FreeEntropy(m + 1e-4, delta, side) - evolution.FreeEntropy(m - 1e-4, delta, side)) / 2e-4, 1e-6);
    }

    /// <summary>Spherical tensors of order three: 2 m (1 - m)^2 = Delta on spinodals.</summary>
    [Fact]
    public void The_spherical_diagram_is_the_closed_form()
    {
        PhaseDiagram<StandardNormal> diagram = new(new StateEvolution<StandardNormal>(default, 3));
        CriticalPoint top = diagram.Tricritical()!.Value, decimation = diagram.DecimationTricritical()!.Value;
        Assert.Equal(8.0 / 27, top.Delta, 1e-9);
        Assert.Equal(1.0 / 8, top.Side, 1e-6);
        Assert.Equal(1.0 / 3, top.Overlap, 1e-6);
        Assert.Equal(0.25, diagram.Dynamic()!.Value.Delta, 1e-9);
        Assert.Equal((1.0 / 3, 1.0 / 9), (decimation.Delta, decimation.Side), new Near(1e-6));
        TransitionWindow window = diagram.Window(0.28)!.Value;
        foreach (double gammaSquared in (ReadOnlySpan<double>)[window.Informed, window.Uninformed])
        {
            // gamma^2 = X - m^2 / Delta at m = X / (1 + X): a double root.
            double m = Root(0.28, gammaSquared == window.Informed);
            Assert.Equal((m / (1 - m)) - (m * m / 0.28), gammaSquared, 1e-8);
        }

        Assert.InRange(window.Crossing, window.Informed, window.Uninformed);
        Assert.Null(diagram.Window(0.3));

        static double Root(double delta, bool upper)
        {
            (double low, double high) = upper ? (1.0 / 3, 1.0) : (0.0, 1.0 / 3);
            for (int i = 0; i < 100; i++)
            {
                double middle = (low + high) / 2;
                (low, high) = (2 * middle * (1 - middle) * (1 - middle) > delta) == upper ? (middle, high) : (low, middle);
            }

            return low;
        }
    }

    [Fact]
    public void Pairs_of_spins_have_no_first_order_transition()
    {
        PhaseDiagram<Rademacher> diagram = new(new StateEvolution<Rademacher>(default, 2));
        Assert.Null(diagram.Tricritical());
        Assert.Null(diagram.Dynamic());
        Assert.Null(diagram.InformationTheoretic());
        Assert.Null(diagram.DecimationTricritical());
        Assert.Null(diagram.Window(0.9));
    }

    /// <summary>Branches from the table are the fixed points of iteration.</summary>
    [Fact]
    public void Branches_are_fixed_points()
    {
        StateEvolution<Rademacher> evolution = new(default, 3);
        PhaseDiagram<Rademacher> diagram = new(evolution, points: 600);
        (double low, double high) = diagram.Branches(0.34, 0.125);
        Assert.Equal(evolution.FixedPoint(0.34, 0.125, 1e-6), low, 2e-4);
        Assert.Equal(evolution.FixedPoint(0.34, 0.125, 1), high, 2e-4);
        (low, high) = diagram.RevealedBranches(0.35, 0.1);
        Assert.Equal(evolution.RevealedFixedPoint(0.35, 0.1, 1e-6), low, 2e-4);
        Assert.Equal(evolution.RevealedFixedPoint(0.35, 0.1, 1), high, 2e-4);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        StateEvolution<Rademacher> evolution = new(default, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => new StateEvolution<Rademacher>(default, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StateEvolution<Rademacher>(default, 3, 100));
        Assert.Throws<ArgumentOutOfRangeException>(() => evolution.Overlap(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => evolution.RevealedFixedPoint(1, 1.1, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => evolution.Information(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => evolution.FixedPoint(0, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PhaseDiagram<Rademacher>(evolution, 1, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PhaseDiagram<Rademacher>(evolution, points: 20).Window(-1));
    }

    private sealed class Near(double tolerance) : IEqualityComparer<(double A, double B)>
    {
        public bool Equals((double A, double B) x, (double A, double B) y) => Math.Abs(x.A - y.A) <= tolerance && Math.Abs(x.B - y.B) <= tolerance;

        public int GetHashCode((double A, double B) obj) => 0;
    }
}
