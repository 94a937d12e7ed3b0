using Onsager.Models.Games;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests.Games;

/// <summary>Methods against plain loops over doubles, their rates and bounds, and what they refuse.</summary>
public sealed class MethodTests
{
    private const double Eta = 0.3;
    private const double Mu = 0.2;

    /// <summary>Each method with its formula on the game x y + mu (x^2 - y^2) / 2 of two numbers, and how F is evaluated in it.</summary>
    private static readonly Dictionary<string, (Method Method, Func<int, (double X, double Y)[], (double X, double Y)> Formula)> Formulas = new()
    {
        ["gradient descent-ascent"] = (new GradientDescentAscent(Eta), static (k, z) => Less(z[^1], Eta, F(z[^1]))),
        ["extragradient"] = (new ExtraGradient(Eta), static (k, z) => Less(z[^1], Eta, F(Less(z[^1], Eta, F(z[^1]))))),
        ["optimistic gradient"] = (new OptimisticGradient(Eta), static (k, z) => Less(Less(z[^1], 2 * Eta, F(z[^1])), -Eta, F(z[Math.Max(0, z.Length - 2)]))),
        ["alternating gradient"] = (new AlternatingGradient(Eta), static (k, z) =>
        {
            double x = z[^1].X - (Eta * F(z[^1]).X);
            return (x, z[^1].Y - (Eta * F((x, z[^1].Y)).Y));
        }
        ),
        ["proximal point"] = (new ProximalPoint(Eta), static (k, z) => Backward(z[^1], Eta)),
        ["halpern proximal point"] = (new HalpernProximalPoint(Eta), static (k, z) =>
        {
            (double x, double y) = Backward(z[^1], Eta);
            double share = (k + 1.0) / (k + 2);
            return ((z[0].X / (k + 2)) + (share * ((2 * x) - z[^1].X)), (z[0].Y / (k + 2)) + (share * ((2 * y) - z[^1].Y)));
        }
        ),
        ["anchored extragradient"] = (new AnchoredExtraGradient(Eta), static (k, z) =>
        {
            (double X, double Y) anchored = Drawn(z[^1], z[0], 1.0 / (k + 2));
            return Less(anchored, Eta, F(Less(anchored, Eta, F(z[^1]))));
        }
        ),
        ["fast extragradient"] = (new FastExtraGradient(Eta), static (k, z) =>
        {
            double b = 1.0 / (k + 1);
            (double X, double Y) anchored = Drawn(z[^1], z[0], b);
            return Less(anchored, Eta, F(Less(anchored, (1 - b) * Eta, F(z[^1]))));
        }
        ),
        ["consensus gradient"] = (new ConsensusGradient(Eta, 0.5), static (k, z) =>
        {
            (double fx, double fy) = F(z[^1]);
            return Less(z[^1], Eta, (fx + (0.5 * ((Mu * fx) - fy)), fy + (0.5 * (fx + (Mu * fy)))));
        }
        ),
    };

    public static TheoryData<string> Names => [.. Formulas.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_are_those_of_the_formula(string name)
    {
        using Scope scope = Scope.Begin();
        (Method method, Func<int, (double X, double Y)[], (double X, double Y)> formula) = Formulas[name];
        Assert.Equal(name, method.Name);
        using Iteration run = new(new(new BilinearGame(Tensor.Ones<double>([1, 1]), mu: Mu)), method, Tensor.From<double>([1, 0.5], [2]));
        List<(double X, double Y)> z = [(1, 0.5)];
        for (int k = 0; k < 40; k++)
        {
            z.Add(formula(k, [.. z]));
            run.Step();
            Assert.Equal(z[^1].X, run.Point[0], 1e-13);
            Assert.Equal(z[^1].Y, run.Point[1], 1e-13);
        }

        Assert.Equal(40, run.Steps);
    }

    [Fact]
    public void Past_extragradient_is_the_optimistic_method_seen_at_its_half_points()
    {
        using Scope scope = Scope.Begin();
        VariationalProblem game = new(new BilinearGame(OperatorTests.Random(1, 4, 4)));
        Tensor<double> start = OperatorTests.Random(2, 8);
        using Iteration past = new(game, new PastExtraGradient(0.1), start), optimistic = new(game, new OptimisticGradient(0.1), start);
        for (int k = 0; k < 30; k++)
        {
            past.Step();
            optimistic.Step();
            OperatorTests.AssertClose(optimistic.Point, past.Probe, 1e-12);
        }

        Assert.Equal(31, past.Evaluations);
        Assert.Equal(30, optimistic.Evaluations);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(0.8)]
    public void Spectral_rates_are_the_rates_of_single_modes(double step)
    {
        using Scope scope = Scope.Begin();
        VariationalProblem game = new(new BilinearGame(Tensor.Ones<double>([1, 1]), mu: Mu));
        AssertRate(new GradientDescentAscent(step), SpectralRate.GradientDescentAscent(step, Mu, 1));
        AssertRate(new ExtraGradient(step), SpectralRate.ExtraGradient(step, Mu, 1));
        AssertRate(new ProximalPoint(step), SpectralRate.ProximalPoint(step, Mu, 1));
        AssertRate(new OptimisticGradient(step), SpectralRate.Optimistic(step, Mu, 1));
        AssertRate(new PastExtraGradient(step), SpectralRate.Optimistic(step, Mu, 1));

        void AssertRate(Method method, double expected)
        {
            using Iteration run = new(game, method, Tensor.From<double>([1, 0.5], [2]));
            run.Run(150);
            double before = run.Residual();
            run.Run(50);
            Assert.Equal(expected, Math.Pow(run.Residual() / before, 1.0 / 50), 1e-9);
        }
    }

    [Fact]
    public void Alternating_steps_keep_their_ellipse()
    {
        using Scope scope = Scope.Begin();
        foreach (double step in (ReadOnlySpan<double>)[0.1, 1, 1.9])
        {
            using Iteration run = new(new(new BilinearGame(Tensor.Ones<double>([1, 1]))), new AlternatingGradient(step), Tensor.From<double>([1, 0.5], [2]));
            double first = Energy();
            run.Run(2000);
            Assert.Equal(first, Energy(), 1e-11);

            double Energy() => (run.Point[0] * run.Point[0]) - (step * run.Point[0] * run.Point[1]) + (run.Point[1] * run.Point[1]);
        }

        Assert.Equal(1, SpectralRate.Alternating(1.9, 1));
        Assert.True(SpectralRate.Alternating(2.1, 1) > 1);
    }

    [Fact]
    public void Methods_agree_on_the_equilibrium_of_a_matrix_game()
    {
        using Scope scope = Scope.Begin();
        VariationalProblem game = MatrixGame.Problem(MatrixGame.RockPaperScissors(1, 2, 3));
        Tensor<double> start = MatrixGame.Centre(3, 3);
        double[] equilibrium = [3.0 / 6, 2.0 / 6, 1.0 / 6];
        foreach (Method method in (Method[])[
            new ExtraGradient(0.5), new ExtraGradient(StepRule.Backtracking()), new PastExtraGradient(0.3), new GoldenRatio(), GoldenRatio.WithStep(0.5), new ProximalPoint(2),
            new MirrorProx(0.5), new MirrorProx(StepRule.Backtracking()), new MultiplicativeWeights(0.25, isOptimistic: true)])
        {
            Solution solution = Solver.Solve(game, method, start, 1e-9, 40_000);
            Assert.True(solution.Status == SolverStatus.Converged, solution.Message);
            double[] z = solution.Point.ToArray();
            Assert.All(z[..3].Zip(equilibrium).Concat(z[3..].Zip(equilibrium)), pair => Assert.Equal(pair.Second, pair.First, 1e-7));
            Assert.InRange(game.Gap(solution.Point), -1e-15, 1e-7);
        }
    }

    /// <summary>A strongly monotone operator that is neither affine nor a gradient, with a constraint that binds.</summary>
    [Fact]
    public void Methods_agree_on_a_nonlinear_problem()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> skew = OperatorTests.Random(1, 6, 6), turn = skew - skew.Transpose(), shift = OperatorTests.Random(2, 6);
        Operator f = Operator.From(z => (z.Square() * z) + z + turn.MatMul(z) + shift, strongMonotonicity: 1);
        Tensor<double> start = Tensor.Full<double>([6], 0.1);
        foreach (ProximalTerm term in (ProximalTerm[])[WholeSpace.Instance, new Box(0, 0.3), new Ball(Tensor.Zeros<double>([6]), 0.4), new L1Norm(0.3)])
        {
            VariationalProblem problem = new(f, term);
            double[]? first = null;
            foreach (Method method in (Method[])[
                new ExtraGradient(StepRule.Backtracking()), new ExtraGradient(0.1), new PastExtraGradient(0.05), new GoldenRatio(), new ProximalPoint(1), new ConsensusGradient(0.01, 0)])
            {
                Solution solution = Solver.Solve(problem, method, start, 1e-10, 20_000);
                Assert.True(solution.Status == SolverStatus.Converged, solution.Message);
                first ??= solution.Point.ToArray();
                Assert.All(first.Zip(solution.Point.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-8));
            }
        }
    }

    [Fact]
    public void Decreasing_steps_make_averages_of_descent_ascent_converge()
    {
        using Scope scope = Scope.Begin();
        VariationalProblem game = new(new BilinearGame(Tensor.Ones<double>([1, 1])), new Box(-1, 1));
        using Iteration run = new(game, new GradientDescentAscent(StepRule.Decreasing(0.5)), Tensor.From<double>([1, 0.5], [2]), averages: true);
        run.Run(100);
        double early = game.Gap(run.Average);
        run.Run(9900);
        Assert.InRange(game.Gap(run.Average), 0, 0.3 * early);
        Assert.Equal(0.5 / Math.Sqrt(10_000), run.StepLength, 1e-16);
        Assert.Equal(0.5 * Math.Pow(100, -0.7), StepRule.Decreasing(0.5, 0.7).Length(99, game, 0), 1e-15);
    }

    [Fact]
    public void Averages_weigh_probes_with_the_lengths_of_their_steps()
    {
        using Scope scope = Scope.Begin();
        VariationalProblem game = new(new BilinearGame(OperatorTests.Random(1, 3, 3)));
        using Iteration run = new(game, new ExtraGradient(StepRule.Decreasing(0.2)), OperatorTests.Random(2, 6), averages: true);
        Assert.Equal(run.Point.ToArray(), run.Average.ToArray());
        double[] sum = new double[6];
        double weights = 0;
        for (int k = 0; k < 25; k++)
        {
            run.Step();
            weights += run.StepLength;
            foreach ((int i, double probe) in run.Probe.ToArray().Index())
            {
                sum[i] += run.StepLength * probe;
            }
        }

        Assert.All(sum.Zip(run.Average.ToArray()), pair => Assert.Equal(pair.First / weights, pair.Second, 1e-14));
    }

    [Fact]
    public void Nesterov_and_descent_keep_their_bounds()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> scales = Tensor.Linspace(0.01, 1, 30).Square();
        VariationalProblem problem = new(Operator.Gradient(x => (x.Square() * scales).Sum() * 0.5, lipschitz: 1, strongMonotonicity: 0));
        Tensor<double> start = OperatorTests.Random(1, 30);
        double square = start.Square().Sum().Item();
        using Iteration slow = new(problem, new GradientDescentAscent(StepRule.OverLipschitz(1)), start), fast = new(problem, new NesterovGradient(StepRule.OverLipschitz(1)), start);
        for (int k = 1; k <= 300; k++)
        {
            slow.Step();
            fast.Step();
            Assert.True(Value(slow) <= square / (2 * k));
            Assert.True(Value(fast) <= 2 * square / ((k + 1.0) * (k + 1.0)));
        }

        Assert.True(Value(fast) < 0.1 * Value(slow));

        double Value(Iteration run) => ((run.Point.Square() * scales).Sum() * 0.5).Item();
    }

    [Fact]
    public void What_a_method_cannot_do_it_says()
    {
        using Scope scope = Scope.Begin();
        VariationalProblem free = new(new BilinearGame(Tensor.Ones<double>([1, 1]))), boxed = new(free.F, new Box(-1, 1)), one = new(Operator.From(z => z));
        Tensor<double> start = Tensor.From<double>([1, 0.5], [2]);
        Refused("optimistic gradient: it knows no constraints, and the problem has a box [-1, 1]; past extragradient is its constrained form.", boxed, new OptimisticGradient(0.1));
        Refused("fast extragradient: it knows no constraints, and the problem has a box [-1, 1]; Halpern's proximal method takes them.", boxed, new FastExtraGradient(0.1));
        Refused("mirror-prox: it works on a simplex or a product of simplices; the problem has a box [-1, 1].", boxed, new MirrorProx(0.1));
        Refused("alternating gradient: the operator names no players whose turn it could be.", one, new AlternatingGradient(0.1));
        Refused("nesterov gradient: it minimises, and the operator has players with costs of their own.", free, new NesterovGradient(0.1));
        Refused(
            "extragradient: its step is a share of 1 / L, and the operator declares no Lipschitz constant L > 0; declare it, give a number, or take backtracking steps.",
            free, new ExtraGradient(StepRule.OverLipschitz(1)));
        Throws.Exactly<ArgumentException>(
            "past extragradient: backtracking steps need a method that looks ahead before it moves, extragradient or mirror-prox.", () => _ = new PastExtraGradient(StepRule.Backtracking()));
        Throws.Exactly<ArgumentOutOfRangeException>("steps: a step must be positive and finite.", () => _ = new ExtraGradient(0));
        Throws.Exactly<ArgumentOutOfRangeException>("proximal point: the step must be positive and finite.", () => _ = new ProximalPoint(double.NaN));
        Throws.Exactly<ArgumentOutOfRangeException>("consensus gradient: the weight is finite and not negative.", () => _ = new ConsensusGradient(0.1, -1));
        Throws.Exactly<ArgumentException>(
            "mirror-prox: the start has a weight of 0, which no exponential moves; start inside the simplex, for instance at its centre.",
            () => new Iteration(new(one.F, new Simplex(2)), new MirrorProx(0.1), Tensor.From<double>([1, 0], [2])).Dispose());
        Throws.Exactly<InvalidOperationException>("iteration: no averages are kept; ask for them at the start.", () => _ = new Iteration(free, new ExtraGradient(0.1), start).Average);

        void Refused(string message, VariationalProblem problem, Method method) =>
            Throws.Exactly<NotSupportedException>(message, () => new Iteration(problem, method, start).Dispose());
    }

    private static (double X, double Y) F((double X, double Y) z) => (z.Y + (Mu * z.X), (Mu * z.Y) - z.X);

    private static (double X, double Y) Less((double X, double Y) z, double step, (double X, double Y) f) => (z.X - (step * f.X), z.Y - (step * f.Y));

    private static (double X, double Y) Drawn((double X, double Y) z, (double X, double Y) anchor, double b) => (z.X + (b * (anchor.X - z.X)), z.Y + (b * (anchor.Y - z.Y)));

    /// <summary>(I + step J)^-1 z by Cramer's rule.</summary>
    private static (double X, double Y) Backward((double X, double Y) z, double step)
    {
        double s = 1 + (step * Mu), determinant = (s * s) + (step * step);
        return (((s * z.X) - (step * z.Y)) / determinant, ((s * z.Y) + (step * z.X)) / determinant);
    }
}
