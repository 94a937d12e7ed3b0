using Onsager.Models;
using Onsager.Models.Games;
using Onsager.Tensors;

namespace Onsager.Models.Tests.Games;

/// <summary>The programs that docs/games.md shows: they stand here word by word, and do what it says.</summary>
public sealed class GamesGuideTests
{
    [Fact]
    public void Every_program_of_the_guide_stands_here() => Guide.AssertTested("games.md", "Games/GamesGuideTests.cs", 6);

    [Fact]
    public void A_saddle_point()
    {
        using Scope scope = Scope.Begin();
        VariationalProblem game = VariationalProblem.MinMax(1, 1, (x, y) => (x * y).Sum() + (x.Square().Sum() * 0.1));
        Tensor<double> start = Tensor.From<double>([1, 1], [2]);
        Solution solution = Solver.Solve(game, new ExtraGradient(0.3), start);
        Console.WriteLine(solution.Message);
        double[] saddle = solution.Point.ToArray();
        Solution astray = Solver.Solve(game, new GradientDescentAscent(0.3), start);
        Console.WriteLine(astray.Message);
        Assert.Equal(SolverStatus.Converged, solution.Status);
        Assert.StartsWith("extragradient reached a residual of ", solution.Message, StringComparison.Ordinal);
        Assert.All(saddle, x => Assert.Equal(0, x, 1e-7));
        Assert.Equal(SolverStatus.Diverged, astray.Status);
    }

    [Fact]
    public void A_market()
    {
        using Scope scope = Scope.Begin();
        Tensor<double>[] costs = [Tensor.Scalar(1.0), Tensor.Scalar(1.5), Tensor.Scalar(2.0)];
        Func<Tensor<double>[], Tensor<double>> Loss(int i) => q => (q[i] * (costs[i] - 10.0 + q[0] + q[1] + q[2])).Sum();
        Operator firms = new GameOperator((1, Loss(0)), (1, Loss(1)), (1, Loss(2)));
        VariationalProblem market = new(firms, new Box(0, 2.5));
        Solution quantities = Solver.Solve(market, new GoldenRatio(), Tensor.Zeros<double>([3])).OrThrow();

        // The first firm makes what it can; the others answer by q_i = 10 - c_i - S.
        double[] q = quantities.Point.ToArray();
        Assert.Equal(2.5, q[0], 1e-7);
        Assert.Equal(10 - 1.5, (2 * q[1]) + q[0] + q[2], 1e-7);
        Assert.Equal(10 - 2, (2 * q[2]) + q[0] + q[1], 1e-7);
    }

    [Fact]
    public void Strategies()
    {
        using Scope scope = Scope.Begin();
        VariationalProblem stakes = MatrixGame.Problem(MatrixGame.RockPaperScissors(1, 2, 3));
        using Iteration run = new(stakes, new MirrorProx(0.5), MatrixGame.Centre(3, 3), averages: true);
        while (stakes.Gap(run.Average) > 1e-3)
        {
            run.Step();
        }

        double[] strategies = run.Point.ToArray();
        Assert.All(strategies.Zip([1.0 / 2, 1.0 / 3, 1.0 / 6, 1.0 / 2, 1.0 / 3, 1.0 / 6]), pair => Assert.Equal(pair.Second, pair.First, 1e-3));
    }

    [Fact]
    public void A_method()
    {
        using Scope scope = Scope.Begin();
        VariationalProblem game = new(new BilinearGame(OperatorTests.Random(1, 3, 3)), new Box(-1, 1));
        Assert.Equal(SolverStatus.Converged, Solver.Solve(game, new ReflectedGradient(0.1), Tensor.Full<double>([6], 0.5)).Status);
    }

    [Fact]
    public void Players_with_parameters()
    {
        using ParameterBuffer<double> generator = Buffer("shift", [2]), critic = Buffer("slope", [2]);
        using Sgd<double> g = new(generator, rate: 0.1), c = new(critic, rate: 0.1);
        using ExtraGradient<double> first = new(generator, g), second = new(critic, c);
        Tensor<double> data = Tensor.From<double>([3, -2], [2]);
        for (int step = 0; step < 2000; step++)
        {
            Gradients();
            first.Extrapolate();
            second.Extrapolate();
            Gradients();
            first.Step();
            second.Step();
        }

        void Gradients()
        {
            using Scope inner = Scope.Begin();
            (Tensor<double> down, Tensor<double> up) = Autodiff.Grad(
                generator.Values, critic.Values, (shift, slope) => ((data - shift) * slope).Sum());
            down.CopyInto(generator.Gradients);
            up.NegateInto(critic.Gradients);
        }

        static ParameterBuffer<double> Buffer(string name, Shape shape)
        {
            ParameterBuffer<double> buffer = new();
            buffer.Declare(name, shape);
            buffer.Allocate();
            return buffer;
        }

        Assert.All(generator.Values.ToArray().Zip([3.0, -2]), pair => Assert.Equal(pair.Second, pair.First, 1e-3));
    }

    private sealed class ReflectedGradient(double step) : Method
    {
        public override string Name => "reflected gradient";

        protected override int Memory => 2;

        protected override void Begin(Iteration run) => run.Point.CopyInto(run.Memory(1));

        protected override void Advance(Iteration run)
        {
            run.StepLength = step;
            run.Point.AddInto(run.Point, run.Probe);
            run.Probe.SubtractInto(run.Memory(1), run.Probe);
            run.Evaluate(run.Probe, run.Memory(0));
            run.Point.CopyInto(run.Memory(1));
            run.Move(run.Point, step, run.Memory(0));
        }
    }
}
