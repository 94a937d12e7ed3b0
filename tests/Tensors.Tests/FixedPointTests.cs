using Onsager.Simd.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Fixed points: convergence and its report, acceleration, and derivatives by the implicit function theorem.</summary>
public sealed class FixedPointTests
{
    private static readonly FixedPointOptions Sharp = new() { Tolerance = 1e-14, MaxIterations = 300 };

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(0, 0.5)]
    [InlineData(1, 1.0)]
    [InlineData(5, 0.7)]
    public void The_cosine_has_its_fixed_point(int history, double damping)
    {
        (double x, FixedPointReport report) = FixedPoint.Solve(Math.Cos, 0, new() { History = history, Damping = damping, Tolerance = 1e-13 });
        Assert.True(report.Converged);
        Assert.Equal(0.7390851332151607, x, 3e-13);
        Assert.Equal(report.Iterations, report.Residuals.Count);
        Assert.Equal(report.Residual, report.Residuals[^1]);
    }

    [Fact]
    public void Acceleration_solves_linear_systems_in_as_many_steps_as_there_are_dimensions()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = new RandomStream(1).Normal<double>([6, 6]) * 0.3, b = new RandomStream(2).Normal<double>([6]);
        (Tensor<double> x, FixedPointReport fast) = FixedPoint.Solve(x => a.MatMul(x) + b, Tensor.Zeros<double>([6]), new() { History = 10, Tolerance = 1e-12 });
        Assert.True(fast.Converged);
        Assert.InRange(fast.Iterations, 2, 12);
        Assert.True((x - (a.MatMul(x) + b)).NormInfinity().Item() < 1e-11);
        FixedPointReport slow = FixedPoint.Solve(x => (a.MatMul(x) * 0.5) + b, Tensor.Zeros<double>([6]), new() { History = 0, Tolerance = 1e-12 }).Report;
        Assert.True(slow.Converged);
        Assert.True(slow.Iterations > 2 * fast.Iterations);
    }

    [Fact]
    public void What_does_not_converge_is_reported_at_its_best_point()
    {
        double[] x = [3];
        FixedPointReport report = FixedPoint.Solve((from, to) => to[0] = (2 * from[0]) + 1, x, new() { History = 0, MaxIterations = 7 });
        Assert.False(report.Converged);
        Assert.Equal((7, 4.0), (report.Iterations, report.Residual));
        Assert.Equal(3, x[0]);
        report = FixedPoint.Solve((from, to) => to[0] = double.NaN, x);
        Assert.Equal((false, 1), (report.Converged, report.Iterations));
        Assert.Equal(3, x[0]);
        report = FixedPoint.Solve((_, _) => { }, []);
        Assert.True(report.Converged);
    }

    [Theory]
    [InlineData(1.5, 1.0, 0, 1e-10)]    // the square of x overflows before that of the residual
    [InlineData(-1.7, 1.0, 0, 1e-10)]
    [InlineData(1.0, 1e6, 0, 1e-5)]     // the residual stays, x grows past it
    [InlineData(1.0, 0.1, 0, 1e-4)]     // the same, with residuals that differ by rounding
    [InlineData(1.0, 0.1, 5, 1e-10)]    // acceleration takes rounding for a slope, and jumps
    [InlineData(1.0, 1.1, 5, 1e-10)]
    [InlineData(1.0, 1e-3, 1, 1e-10)]
    public void What_grows_without_end_is_not_found(double slope, double shift, int history, double tolerance)
    {
        double[] x = [1, 2];
        FixedPointReport report = FixedPoint.Solve(
            (from, to) => (to[0], to[1]) = ((slope * from[0]) + shift, (slope * from[1]) + shift), x, new() { History = history, Tolerance = tolerance, MaxIterations = 200_000 });
        Assert.False(report.Converged);
        Assert.Equal(report.Residual, report.Residuals.Min());
        Assert.True(double.IsFinite(x[0]) && double.IsFinite(x[1]));
        using Tensor<double> p = Tensor.Scalar(1.0), start = Tensor.Scalar(1.0);
        Assert.Throws<ArithmeticException>(() => FixedPoint.Implicit(p, start, (x, _) => (x * slope) + shift, new() { History = history, Tolerance = tolerance, MaxIterations = 3000 }));
    }

    [Theory]
    [InlineData(0.99, 1e6, 0.0, 0)]
    [InlineData(0.5, 1e150, 0.0, 0)]
    [InlineData(0.5, 1e-100, 0.0, 0)]
    [InlineData(0.99999, 1e-3, 100.0, 3)]
    [InlineData(0.5, -1e8, -2e8, 0)]
    public void What_is_far_from_the_start_is_found(double slope, double shift, double start, int history)
    {
        (double x, FixedPointReport report) = FixedPoint.Solve(x => (slope * x) + shift, start, new() { History = history, MaxIterations = 5000 });
        Assert.True(report.Converged, $"{report.Iterations} calls, {report.Residual}");
        Assert.InRange(report.Residual, 0, 1e-10 * (1 + Math.Abs(x)));
        Assert.Equal(report.Residual, Math.Abs((slope * x) + shift - x));
    }

    [Fact]
    public void Gradients_are_those_of_the_implicit_function_to_second_order()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> p = Tensor.From<double>([0.4, -0.3, 0.8, 0.1, 0.5, -0.6], [2, 3]);
        Differences.Check(p, F);
        Differences.CheckHigher(p, F);

        static Tensor<double> F(Tensor<double> p)
        {
            Tensor<double> x = FixedPoint.Implicit(p, Tensor.Zeros<double>([2]), static (x, p) => (p.Slice(1, 0, 2).MatMul(x) + p[.., 2]).Tanh() * 0.8, Sharp);
            return (x * x.Sin()).Sum();
        }
    }

    [Fact]
    public void A_square_root_and_its_derivatives()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> p = Tensor.Scalar(2.0);
        Tensor<double> Root(Tensor<double> p) => FixedPoint.Implicit(p, Tensor.Scalar(1.0), static (x, p) => (x + (p / x)) * 0.5, Sharp);
        double root = Math.Sqrt(2);
        Assert.Equal(root, Root(p).Item(), 1e-14);
        Assert.Equal(0.5 / root, Autodiff.Grad(p, Root).Item(), 1e-13);
        Assert.Equal(0.5 / root, Autodiff.Jvp(p, Tensor.Scalar(1.0), Root).Tangent.Item(), 1e-13);
        Assert.Equal(-0.125 / root, Autodiff.Grad(p, p => Autodiff.Grad(p, Root)).Item(), 1e-13);
        Assert.Equal(0.09375 / root, Autodiff.Grad(p, p => Autodiff.Grad(p, p => Autodiff.Grad(p, Root))).Item(), 1e-12);
    }

    [Fact]
    public void A_function_that_does_not_depend_on_the_point_or_the_parameters()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> p = Tensor.From<double>([1, 2], [2]);
        Bits.AssertSame<double>([2, 4], Autodiff.Grad(p, p => FixedPoint.Implicit(p, p, (_, p) => p.Square(), Sharp).Sum()).ToArray(), "of the parameters");
        Bits.AssertSame<double>([0, 0], Autodiff.Grad(p, p => FixedPoint.Implicit(p, Tensor.Zeros<double>([2]), (x, _) => x * 0.5, Sharp).Sum()).ToArray(), "of nothing");
    }

    [Fact]
    public void Refusals_name_what_is_wrong_and_leave_nothing()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.Zeros<double>([3]);
        Throws.Exactly<ArgumentException>("fixed point: the function takes [3] to []; the shapes must be the same.", () => FixedPoint.Solve(x => x.Sum(), x));
        Throws.Exactly<ArgumentException>(
            "fixed point: a tolerance above 0, at least one iteration, a finite damping above 0 and a history of at least 0 are needed; got 0, 1000, 1 and 5.", () => FixedPoint.Solve(Math.Cos, 0, new() { Tolerance = 0 }));
        Throws.Exactly<ArithmeticException>(
            "fixed point: the iteration did not converge: after 4 calls the least residual is 1.", () => FixedPoint.Implicit(x, Tensor.Scalar(0.0), (x, _) => x + 1, new() { MaxIterations = 4 }));
        using var plan = Plan.Capture(0, static (int _) => FixedPoint.Solve(x => x.Cos(), Tensor.Scalar(0.0)).X);
        Throws.Exactly<NotSupportedException>(
            "fixed point: a plan cannot repeat an iteration that ends by values; solve outside of it.", () => plan.Run());
        Assert.Throws<ArgumentNullException>(() => FixedPoint.Solve((FixedPointMap)null!, [1.0]));
    }
}
