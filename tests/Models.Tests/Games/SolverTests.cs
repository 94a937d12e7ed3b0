using Onsager.Models.Games;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests.Games;

/// <summary>The solver, gaps and flows; above all what is said of problems that are wrong and of runs that go astray.</summary>
public sealed class SolverTests
{
    private static readonly VariationalProblem Rotation = VariationalProblem.MinMax(1, 1, static (x, y) => (x * y).Sum());

    [Fact]
    public void A_saddle_point_is_found()
    {
        using Scope scope = Scope.Begin();
        VariationalProblem game = VariationalProblem.MinMax(2, 1, static (x, y) => (x.Square().Sum() * 0.5) + (x.Sum() * y.Sum()) - (y.Square() * 0.5).Sum() + y.Sum());
        Solution solution = Solver.Solve(game, new ExtraGradient(0.3), Tensor.Zeros<double>([3]), 1e-10).OrThrow();

        // x = -y (1, 1) and x1 + x2 - y + 1 = 0.
        Assert.All(solution.Point.ToArray().Zip([-1.0 / 3, -1.0 / 3, 1.0 / 3]), pair => Assert.Equal(pair.Second, pair.First, 1e-9));
        Assert.StartsWith("extragradient reached a residual of ", solution.Message, StringComparison.Ordinal);
        Assert.Equal(0, solution.History[0].Step);
        Assert.True(solution.History[^1].Residual <= 1e-10 && solution.Residual == solution.History[^1].Residual);
        Assert.Equal(2 * solution.Steps, solution.Evaluations);
    }

    [Fact]
    public void A_method_that_diverges_is_diagnosed_and_leaves_a_finite_point()
    {
        using Scope scope = Scope.Begin();
        Solution solution = Solver.Solve(Rotation, new GradientDescentAscent(0.5), Tensor.Ones<double>([2]), steps: 100_000);
        Assert.Equal(SolverStatus.Diverged, solution.Status);
        Assert.Matches(@"^gradient descent-ascent diverged: after \d+ steps the residual is \S+, after the \d+ before it was \S+, and the least was 1\.41: forward steps circle outwards", solution.Message);
        Assert.All(solution.Point.ToArray(), x => Assert.True(double.IsFinite(x)));
        Assert.True(solution.Steps < 1000);
        Assert.Equal(solution.Message, Assert.Throws<ArithmeticException>(() => solution.OrThrow()).Message);

        // A cubic force under a long step leaves the numbers within a few steps.
        Operator cubic = Operator.From(static z => z * z.Square());
        Solution burst = Solver.Solve(new(cubic), new GradientDescentAscent(1), Tensor.Full<double>([2], 5), every: 50);
        Assert.Equal(SolverStatus.Diverged, burst.Status);
        Assert.Contains("the residual is NaN", burst.Message, StringComparison.Ordinal);
        Assert.Equal([5.0, 5], burst.Point.ToArray());
    }

    [Fact]
    public void A_step_that_is_too_long_is_named_with_the_one_that_would_do()
    {
        using Scope scope = Scope.Begin();
        VariationalProblem game = new(new BilinearGame(Tensor.Full<double>([1, 1], 2)) { Lipschitz = 2 });
        Solution solution = Solver.Solve(game, new ExtraGradient(1), Tensor.Ones<double>([2]));
        Assert.Equal(SolverStatus.Diverged, solution.Status);
        Assert.EndsWith(": the step must be below 0.5 = 1 / L here.", solution.Message, StringComparison.Ordinal);
        VariationalProblem strong = new(new BilinearGame(Tensor.Ones<double>([1, 1]), mu: 0.5) { Lipschitz = Math.Sqrt(1.25) });
        Assert.Contains("below 2 mu / L^2 = 0.8 here", Solver.Solve(strong, new GradientDescentAscent(0.9), Tensor.Ones<double>([2])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_that_ran_out_are_reported()
    {
        using Scope scope = Scope.Begin();
        Solution solution = Solver.Solve(Rotation, new ExtraGradient(0.1), Tensor.Ones<double>([2]), steps: 25);
        Assert.Equal((SolverStatus.StepLimit, 25), (solution.Status, solution.Steps));
        Assert.StartsWith("extragradient stopped after 25 steps at a residual of 1.25, not 1e-08; the least was 1.25:", solution.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operator_that_is_not_monotone_is_found_out()
    {
        using Scope scope = Scope.Begin();
        Operator saddle = Operator.From(static z => z * Tensor.From<double>([1, -1], [2]), strongMonotonicity: 0);
        string message = Assert.Throws<ArgumentException>(() => Solver.Solve(new(saddle), new ExtraGradient(0.1), Tensor.Ones<double>([2]))).Message;
        Assert.Matches(@"^variational problem: the operator is declared monotone, but \(F\(u\) - F\(v\)\) \. \(u - v\) = -\S+ for two points at distance \S+; 0 or more is what the declaration means\.$", message);

        // Not monotone far from the start alone: found along the way. |z| - 3 pushes outwards beyond 3.
        Operator far = Operator.From(static z => z - 3.0 - (z - 6.0).Relu() * 2.0, strongMonotonicity: 0);
        Assert.Throws<ArgumentException>(() => Solver.Solve(new(far), new GradientDescentAscent(0.5), Tensor.Full<double>([1], 100)));
        Operator weak = Operator.From(static z => z * 0.1, strongMonotonicity: 0.5);
        Assert.Contains("declared 0.5-strongly monotone", Assert.Throws<ArgumentException>(() => Solver.Solve(new(weak), new ExtraGradient(0.1), Tensor.Ones<double>([2]))).Message, StringComparison.Ordinal);
        Operator steep = Operator.From(static z => z * 3.0, lipschitz: 2);
        Assert.Contains("declared to be 2, but |F(u) - F(v)| / |u - v| = 3 ", Assert.Throws<ArgumentException>(() => Solver.Solve(new(steep), new ExtraGradient(0.1), Tensor.Ones<double>([2]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void True_declarations_pass()
    {
        using Scope scope = Scope.Begin();
        double[] singular = [0.1, 0.5, 1];
        Operator skew = new BilinearGame(BilinearGame.Matrix(singular, new RandomStream(1))) { Lipschitz = 1 };
        new VariationalProblem(skew).Verify(OperatorTests.Random(1, 6), new RandomStream(2), 500);
        new VariationalProblem(skew).Verify(OperatorTests.Random(1, 6) * 1e6, new RandomStream(2), 500);
        CournotGame market = new(10, 1, Tensor.Linspace(1.0, 2, 5));
        new VariationalProblem(market, Box.Orthant).Verify(Tensor.Zeros<double>([5]), new RandomStream(3), 500);
    }

    [Fact]
    public void Starts_from_which_nothing_begins_are_named()
    {
        using Scope scope = Scope.Begin();
        Operator f = Operator.From(static z => z.Log());
        Throws.Exactly<ArgumentException>(
            "variational problem: the start is infeasible: it lies 1 outside the box [0, 1]; project it first.",
            () => Solver.Solve(new(f, new Box(0, 1)), new ExtraGradient(0.1), Tensor.From<double>([0.5, 2], [2])));
        Throws.Exactly<ArgumentException>(
            "variational problem: a point of shape [2] does not fit the simplex of 3 elements: it holds vectors [3].",
            () => Solver.Solve(new(f, new Simplex(3)), new ExtraGradient(0.1), Tensor.From<double>([0.5, 0.5], [2])));
        Throws.Exactly<ArgumentException>("variational problem: F is not finite at the start.", () => Solver.Solve(new(f), new ExtraGradient(0.1), Tensor.Zeros<double>([2])));
        Throws.Exactly<ArgumentException>("variational problem: the start is not finite.", () => Solver.Solve(new(f), new ExtraGradient(0.1), Tensor.Full<double>([2], double.NaN)));
        Throws.Exactly<ArgumentOutOfRangeException>(
            "solve: tolerance NaN, steps 100000, every 10; needed: tolerance >= 0, the others >= 1.", () => Solver.Solve(new(f), new ExtraGradient(0.1), Tensor.Ones<double>([2]), double.NaN));
    }

    [Fact]
    public void A_backward_step_that_is_not_found_says_so()
    {
        using Scope scope = Scope.Begin();
        using Iteration run = new(new(Operator.From(static z => -z * 2.0 + z.Sin())), new ProximalPoint(1), Tensor.Ones<double>([2]));
        Assert.StartsWith("proximal point: the backward step of 1 was not found in 10000 inner steps;", Assert.Throws<ArithmeticException>(run.Step).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gaps_are_the_largest_gains()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = MatrixGame.Random(4, 3, new RandomStream(1)), z = MatrixGame.Centre(4, 3);
        double[] rows = a.MatMul(z[4..]).ToArray(), columns = z[..4].MatMul(a).ToArray();
        Assert.Equal(columns.Max() - rows.Min(), MatrixGame.Problem(a).Gap(z), 1e-15);

        // On a ball around z0: J z0 . z + D |J z|.
        Tensor<double> b = OperatorTests.Random(2, 3, 3), start = OperatorTests.Random(3, 6), point = OperatorTests.Random(4, 6);
        BilinearGame skew = new(b);
        double expected = (skew.Apply(start) * point).Sum().Item() + (2.5 * Math.Sqrt(skew.Apply(point).Square().Sum().Item()));
        Assert.Equal(expected, new VariationalProblem(skew).RestrictedGap(point, start, 2.5), 1e-13);
        Assert.Equal(double.PositiveInfinity, new VariationalProblem(skew).Gap(point));
        Assert.Throws<InvalidOperationException>(() => MatrixGame.Problem(a).RestrictedGap(z, z, 1));

        // With a term that is no set: at the minimiser of |z - c|^2 / 2 + w |z|_1 the gap is 0, elsewhere not.
        VariationalProblem sparse = new(Operator.From(static z => z - 2.0), new L1Norm(0.5));
        Assert.Equal(0, sparse.Gap(Tensor.Full<double>([3], 1.5)), 1e-15);
        Assert.Equal(0, sparse.Residual(Tensor.Full<double>([3], 1.5)), 1e-15);
        Assert.True(sparse.Residual(Tensor.Full<double>([3], 1)) > 0.1);
    }

    [Fact]
    public void The_flow_circles_and_its_corrections_are_the_methods()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> start = Tensor.From<double>([1, 0.5], [2]);
        Tensor<double> round = Flow.Integrate(Rotation.F, start, 2 * Math.PI, 400);
        OperatorTests.AssertClose(start, round, 1e-7);

        // Halving the step divides the distance of a method to its corrected flow by four, to the plain flow by two.
        foreach ((Func<double, Method> make, double sign) in ((Func<double, Method>, double)[])[(h => new GradientDescentAscent(h), 1), (h => new ExtraGradient(h), -1), (h => new ProximalPoint(h), -1)])
        {
            Assert.InRange(Distance(make, 0.02, sign) / Distance(make, 0.01, sign), 3.6, 4.4);
            Assert.InRange(Distance(make, 0.02, 0) / Distance(make, 0.01, 0), 1.8, 2.2);
        }

        Assert.Throws<ArithmeticException>(() => Flow.Integrate(Operator.From(static z => -z * z.Square()), start * 10.0, 10, 50));

        double Distance(Func<double, Method> make, double step, double sign)
        {
            using Iteration run = new(new(new BilinearGame(Tensor.Ones<double>([1, 1]))), make(step), start);
            run.Run((int)Math.Round(1 / step));
            return Math.Sqrt((run.Point - Flow.Integrate(Rotation.F, start, 1, 200, sign * step / 2)).Square().Sum().Item());
        }
    }

    [Fact]
    public void A_shared_capacity_has_its_price()
    {
        using Scope scope = Scope.Begin();
        CournotGame market = new(10, 1, Tensor.Linspace(1.0, 2, 10));
        VariationalProblem shared = SharedConstraint.Problem(market, new Box(0, 5), Tensor.Ones<double>([1, 10]), Tensor.From<double>([6], [1]));
        Solution solution = Solver.Solve(shared, new ExtraGradient(StepRule.Backtracking()), Tensor.Zeros<double>([11]), 1e-10).OrThrow();
        (Tensor<double> quantities, double price) = market.EquilibriumUnder(6);
        OperatorTests.AssertClose(quantities, solution.Point[..10], 1e-8);
        Assert.Equal(price, solution.Point[10], 1e-8);
    }
}
