using FsCheck;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Zeros and minima of functions of one number: known ones, hostile ones, random ones, and every way to fail.</summary>
public sealed class RootFindingTests
{
    public static TheoryData<string, Func<double, double>, Func<double, double>, double, double, double> Roots => new()
    {
        { "cosine", Math.Cos, x => -Math.Sin(x), 1, 2, Math.PI / 2 },
        { "cubic", x => (x * x * x) - (2 * x) - 5, x => (3 * x * x) - 2, 2, 3, 2.0945514815423265 },
        { "exponential", x => Math.Exp(x) - 2, Math.Exp, -50, 5, Math.Log(2) },
        { "flat", x => Math.Pow(x - 1, 9), x => 9 * Math.Pow(x - 1, 8), 0, 3, 1 },
        { "steep", x => Math.Tanh(1000 * (x - 0.123)), x => 1000 / Math.Pow(Math.Cosh(1000 * (x - 0.123)), 2), -4, 1, 0.123 },
        { "jump", x => x < 0.7 ? -1 : 1, _ => 0, 0, 1, 0.7 },
        { "root at an end", x => x, _ => 1, 0, 1, 0 },
        { "backwards", x => x - 0.25, _ => 1, 3, -1, 0.25 },
    };

    [Theory]
    [MemberData(nameof(Roots))]
    public void Known_roots_are_found(string name, Func<double, double> f, Func<double, double> slope, double a, double b, double expected)
    {
        double tolerance = name == "flat" ? 1e-2 : 4e-12;
        RootResult brent = RootFinding.Brent(f, a, b, maxIterations: 300), newton = RootFinding.SafeguardedNewton(x => (f(x), slope(x)), a, b);
        Assert.True(brent.Converged && newton.Converged, $"{name}: {brent}, {newton}");
        Assert.Equal(expected, brent.Root, tolerance);
        Assert.Equal(expected, newton.Root, tolerance);
        Assert.Equal(f(brent.Root), brent.Value);
        Assert.Equal(f(newton.Root), newton.Value);
    }

    [Cases]
    public void Roots_are_next_to_a_change_of_sign(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        double[] c = [.. Enumerable.Range(0, 6).Select(_ => random.NextDouble() - 0.5)];
        Polynomial p = new(c), slope = p.Derivative();
        if (RootFinding.Bracket(p.Evaluate, 0, 0.1) is not var (a, b))
        {
            return;
        }

        RootResult brent = RootFinding.Brent(p.Evaluate, a, b), newton = RootFinding.SafeguardedNewton(x => (p.Evaluate(x), slope.Evaluate(x)), a, b);
        foreach (RootResult result in (RootResult[])[brent, newton])
        {
            double near = 2.1e-12 + (1e-15 * Math.Abs(result.Root));
            Assert.True(result.Converged);
            Assert.True(result.Value == 0 || p.Evaluate(result.Root - near) * p.Evaluate(result.Root + near) <= 0, $"{p}: {result}");
        }

        Assert.InRange(brent.Evaluations, 2, 110);
        Assert.InRange(newton.Evaluations, 2, 110);
    }

    [Fact]
    public void Newton_without_a_bracket_is_damped_and_says_when_it_is_stuck()
    {
        RootResult root = RootFinding.Newton(x => (Math.Atan(x), 1 / (1 + (x * x))), 5);
        Assert.True(root.Converged);
        Assert.Equal(0, root.Root, 1e-11);
        Assert.False(RootFinding.Newton(x => ((x * x) + 1, 2 * x), 0.5).Converged);
        Assert.False(RootFinding.Newton(_ => (1, 0), 3).Converged);
        Assert.Equal(0, RootFinding.Newton(x => (x, 1), 0).Iterations);
    }

    [Fact]
    public void Too_few_steps_are_reported()
    {
        Assert.False(RootFinding.Brent(Math.Cos, 0, 3, maxIterations: 2).Converged);
        Assert.False(RootFinding.SafeguardedNewton(x => (Math.Cos(x), -Math.Sin(x)), 0, 3, maxIterations: 1).Converged);
        Assert.Null(RootFinding.Bracket(_ => 1, 0, 1));
        Assert.Null(RootFinding.Bracket(x => x + 1e30, 0, 1, maxIterations: 5));
        Assert.Equal((0.0, 1.0), RootFinding.Bracket(x => x - 0.5, 1, 0));
    }

    [Fact]
    public void Refusals_name_what_is_wrong()
    {
        Throws.Exactly<ArgumentException>("brent: the function has the same sign at both ends: f(1) = 1, f(2) = 2.", () => RootFinding.Brent(x => x, 1, 2));
        Throws.Exactly<ArgumentException>("newton: the function has the same sign at both ends: f(1) = 1, f(2) = 2.", () => RootFinding.SafeguardedNewton(x => (x, 1), 1, 2));
        Throws.Exactly<ArgumentException>("brent: the bracket [-Infinity, 1] must be finite.", () => RootFinding.Brent(x => x, double.NegativeInfinity, 1));
        Throws.Exactly<ArithmeticException>("brent: the function is NaN at 1.", () => RootFinding.Brent(x => x < 1 ? -1 : double.NaN, 0, 1));
        Throws.Exactly<ArithmeticException>("newton: the function is NaN at 0.5.", () => RootFinding.SafeguardedNewton(x => (x is 0 or 1 ? x - 0.3 : double.NaN, 1), 0, 1));
        Assert.Throws<ArgumentException>(() => RootFinding.Brent(x => x, -1, 1, 0));
        Assert.Throws<ArgumentException>(() => RootFinding.Brent(x => x, -1, 1, 1e-3, 1e-17));
        Throws.Exactly<ArgumentException>("bracket: two different finite points and a factor above 0 are needed; got 1, 1 and 1.6.", () => RootFinding.Bracket(x => x, 1, 1));
        Throws.Exactly<ArgumentException>("newton: the start NaN must be finite.", () => RootFinding.Newton(x => (x, 1), double.NaN));
    }

    public static TheoryData<string, Func<double, double>, double, double, double> Minima => new()
    {
        { "parabola", x => (x - 2) * (x - 2), -10, 10, 2 },
        { "cosine", Math.Cos, 1, 5, Math.PI },
        { "absolute value", x => Math.Abs(x + 0.3), -1, 4, -0.3 },
        { "quartic", x => Math.Pow(x - 1, 4), -3, 3, 1 },
        { "gamma", x => (x * Math.Log(x)) - x, 0.01, 9, 1 },
        { "rising", x => x, 2, 3, 2 },
        { "NaN on one side", x => x < 0 ? double.NaN : (x - 0.5) * (x - 0.5), -1, 2, 0.5 },
    };

    [Theory]
    [MemberData(nameof(Minima))]
    public void Known_minima_are_found(string name, Func<double, double> f, double a, double b, double expected)
    {
        MinimumResult brent = Minimization.Brent(f, a, b), golden = Minimization.GoldenSection(f, b, a);
        double tolerance = name == "quartic" ? 1e-3 : 2e-7;
        Assert.True(brent.Converged && golden.Converged, $"{name}: {brent}, {golden}");
        Assert.Equal(expected, brent.X, tolerance);
        Assert.Equal(expected, golden.X, tolerance);
        Assert.Equal(f(brent.X), brent.Value);
        Assert.Equal(f(golden.X), golden.Value);
        Assert.True(name is "absolute value" or "rising" or "quartic" || brent.Evaluations < golden.Evaluations);
    }

    [Fact]
    public void Brackets_of_minima_are_found_downhill()
    {
        foreach ((double a, double b) in ((double, double)[])[(0, 1), (40, 39), (5, 7)])
        {
            (double lower, double middle, double upper) = Assert.NotNull(Minimization.Bracket(x => Math.Cosh(x - 7), a, b));
            Assert.True(lower < middle && middle < upper);
            Assert.True(Math.Cosh(middle - 7) <= Math.Min(Math.Cosh(lower - 7), Math.Cosh(upper - 7)));
            Assert.Equal(7, Minimization.Brent(x => Math.Cosh(x - 7), lower, upper).X, 1e-7);
        }

        Assert.Null(Minimization.Bracket(x => -x, 0, 1));
        Assert.False(Minimization.Brent(Math.Cos, 1, 5, maxIterations: 2).Converged);
        Assert.False(Minimization.GoldenSection(Math.Cos, 1, 5, maxIterations: 2).Converged);
        Throws.Exactly<ArgumentException>("brent minimum: two different finite points and a tolerance above 0 are needed; got 1, 1 and 0.1.", () => Minimization.Brent(Math.Cos, 1, 1, 0.1));
        Assert.Throws<ArgumentException>(() => Minimization.GoldenSection(Math.Cos, 0, double.NaN));
    }
}
