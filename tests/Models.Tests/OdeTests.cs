using System.Globalization;
using Onsager.Models.Ode;

namespace Onsager.Models.Tests;

/// <summary>Runge-Kutta methods over spans: orders, errors, steps, what lies between, events and failures.</summary>
[Collection(Alone.Name)]
public sealed class OdeTests
{
    private static readonly Tableau[] All = [Tableaus.Euler, Tableaus.Midpoint, Tableaus.Heun, Tableaus.Rk4, Tableaus.BogackiShampine, Tableaus.Dopri5, Tableaus.Tsit5, Tableaus.Dopri8];

    public static TheoryData<string> Names => [.. All.Select(method => method.Name)];

    public static TheoryData<string> Pairs => [.. All.Where(method => method.HasError).Select(method => method.Name)];

    /// <summary>
    /// The order is the slope, by least squares, of the error's logarithm over that of the step, as far as rounding lets it be seen. The spring's is
    /// clearer where a method's next term is large.
    /// </summary>
    [Theory]
    [InlineData("Euler", 640, 5)]
    [InlineData("midpoint", 160, 5)]
    [InlineData("Heun", 160, 5)]
    [InlineData("RK4", 80, 5)]
    [InlineData("Bogacki-Shampine", 80, 5)]
    [InlineData("Dopri5", 64, 5)]
    [InlineData("Tsit5", 24, 3)]
    [InlineData("Dopri8", 8, 4)]
    public void Halving_the_step_shows_the_order(string name, int first, int halvings)
    {
        Tableau method = Named(name);
        double[] logarithms = [.. Enumerable.Range(0, halvings + 1).Select(i => Math.Log2(name == "Tsit5" ? SpringError(name, first << i) : BendingError(method, first << i)))];
        double middle = halvings / 2.0, slope = logarithms.Select((y, i) => (i - middle) * y).Sum() / logarithms.Select((_, i) => (i - middle) * (i - middle)).Sum();
        Assert.True(Math.Abs(slope + method.Order) < 0.2, string.Create(CultureInfo.InvariantCulture, $"{name}: order {-slope:F2}, errors {string.Join(", ", logarithms.Select(y => Math.Pow(2, y).ToString("E2", CultureInfo.InvariantCulture)))}"));

        // The largest error on the way: at one place alone it may pass through zero.
        static double BendingError(Tableau method, int steps)
        {
            OdeSolver<Bending, double> solver = new(default, method, 2);
            solver.Start(0, [1, 0]);
            double worst = 0;
            for (int i = 1; i <= 8; i++)
            {
                double t = 10.0 * i / 8;
                solver.Integrate(t, steps / 8);
                worst = Math.Max(worst, Math.Max(Math.Abs(solver.State[0] - Math.Exp(Math.Sin(t))), Math.Abs(solver.State[1] - Math.Sin(t))));
            }

            return worst;
        }
    }

    /// <summary>The figures of the card neural-ode-interpolation, section e, criterion 3.</summary>
    [Theory]
    [InlineData("Euler", 0.9, 1.1)]
    [InlineData("midpoint", 1.9, 2.15)]
    [InlineData("RK4", 3.9, 4.2)]
    [InlineData("Dopri5", 4.7, 5.1)]
    public void A_spring_shows_the_order(string name, double least, double most)
    {
        (double coarse, double middle, double fine) = (SpringError(name, 40), SpringError(name, 80), SpringError(name, 160));
        Assert.InRange(Math.Log2(coarse / middle), least, most);
        Assert.InRange(Math.Log2(middle / fine), least, most);
    }

    [Theory]
    [InlineData(1e-4, 43)]
    [InlineData(1e-6, 103)]
    [InlineData(1e-8, 235)]
    [InlineData(1e-10, 596)]
    public void Steps_by_their_error_keep_the_tolerance(double tolerance, int evaluations)
    {
        OdeSolver<Spring, double> solver = new(default, Tableaus.Dopri5, 2);
        solver.Start(0, Spring.Start);
        solver.Integrate(2, StepControl.Within(tolerance) with { FirstStep = 0.05 });
        (double z, double v) = Spring.At(2);
        Assert.True(Math.Max(Math.Abs(solver.State[0] - z), Math.Abs(solver.State[1] - v)) <= 3 * tolerance);
        Assert.InRange(solver.Evaluations, 0.8 * evaluations, 1.2 * evaluations);
        Assert.Equal(2, solver.Time);
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Every_pair_and_controller_keeps_its_tolerance_in_both_directions(string name)
    {
        foreach (StepControl control in (StepControl[])[StepControl.Within(1e-5), StepControl.Within(1e-8) with { Integral = 0.3, Proportional = 0.4 }, StepControl.Within(1e-7) with { Integral = 0.35, Proportional = 0.4, Derivative = 0.05 }])
        {
            OdeSolver<Spring, double> solver = new(default, Named(name), 2);
            solver.Start(0, Spring.Start);
            solver.Integrate(3, control);
            (double z, double v) = Spring.At(3);
            Assert.True(Math.Max(Math.Abs(solver.State[0] - z), Math.Abs(solver.State[1] - v)) < 30 * control.AbsoluteTolerance, $"{name} at {control.AbsoluteTolerance}");
            long there = solver.Steps;
            solver.Integrate(0, control);
            Assert.True(Math.Max(Math.Abs(solver.State[0] - 1), Math.Abs(solver.State[1] - 0.5)) < 100 * control.AbsoluteTolerance, $"{name} back at {control.AbsoluteTolerance}");
            Assert.InRange(solver.Steps, there + 1, 4 * there);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Between_the_ends_of_a_step_a_polynomial_of_its_order_stands(string name)
    {
        Tableau method = Named(name);
        double coarse = Error(10), fine = Error(20);
        double expected = Math.Min(method.Order + 1, method.Between(0).IsEmpty ? 4 : 5);
        Assert.True(Math.Log2(coarse / fine) > expected - 0.5, $"{name}: {coarse} and {fine}");

        // Within one step from an exact state.
        double Error(int steps)
        {
            OdeSolver<Spring, double> solver = new(default, method, 2);
            double worst = 0;
            double[] y = new double[2];
            for (int i = 0; i < steps; i++)
            {
                double t = 2.0 * i / steps, h = 2.0 / steps;
                (double z, double v) = Spring.At(t);
                solver.Start(t, [z, v]);
                solver.Step(h);
                foreach (double theta in (double[])[0.1, 0.35, 0.5, 0.8])
                {
                    double at = t + (theta * h);
                    solver.Interpolate(at, y);
                    worst = Math.Max(worst, Math.Abs(y[0] - Spring.At(at).Z));
                }

                solver.Interpolate(solver.Time, y);
                Assert.Equal(solver.State.ToArray(), y);
                solver.Interpolate(t, y);
                Assert.True(Math.Abs(y[0] - z) < 1e-15 && Math.Abs(y[1] - v) < 1e-15);
            }

            return worst;
        }
    }

    [Fact]
    public void An_event_is_found_where_the_sign_changes()
    {
        OdeSolver<Spring, double> solver = new(default, Tableaus.Tsit5, 2);
        StepControl control = StepControl.Within(1e-10);
        solver.Start(0, Spring.Start);
        Assert.True(solver.Integrate(10, control, new Crossing(-1)));
        double down = solver.Time;
        Assert.True(Math.Abs(Spring.At(down).Z) < 1e-9);
        Assert.True(solver.Integrate(10, control, new Crossing(1)));
        Assert.InRange(solver.Time, down + 0.1, 10);
        Assert.True(Math.Abs(Spring.At(solver.Time).Z) < 1e-9 && Spring.At(solver.Time).V > 0);
        Assert.False(solver.Integrate(solver.Time + 0.5, control, new Crossing(0)));
        Assert.True(Math.Abs(solver.State[0] - Spring.At(solver.Time).Z) < 1e-8);
    }

    [Fact]
    public void Failures_say_where_and_leave_the_last_state()
    {
        OdeSolver<Explosion, double> explosion = new(default, Tableaus.Dopri5, 2);
        explosion.Start(0, [0, 1]);
        OdeException failure = Assert.Throws<OdeException>(() => explosion.Integrate(2, StepControl.Within(1e-6)));
        Assert.True(failure.Failure is OdeFailure.StepUnderflow or OdeFailure.NotFinite, failure.Message);
        Assert.InRange(failure.Time, 0.9999, 1.0001);
        Assert.Equal(1, failure.Component);
        Assert.Equal(explosion.Evaluations, failure.Evaluations);
        Assert.Equal(explosion.Time, failure.Time);
        Assert.True(double.IsFinite(explosion.State[1]));

        OdeSolver<Broken, double> broken = new(new Broken(0.5), Tableaus.BogackiShampine, 3);
        broken.Start(0, [0, 0, 0]);
        failure = Assert.Throws<OdeException>(() => broken.Integrate(1, StepControl.Within(1e-6)));
        Assert.Equal((OdeFailure.NotFinite, 1), (failure.Failure, failure.Component));
        Assert.InRange(failure.Time, 0.49, 0.5);
        broken = new(new Broken(0.5), Tableaus.Rk4, 3);
        broken.Start(0, [0, 0, 0]);
        failure = Assert.Throws<OdeException>(() => broken.Integrate(1, 10));
        Assert.Equal((OdeFailure.NotFinite, 1), (failure.Failure, failure.Component));

        OdeSolver<Lorenz, double> lorenz = new(default, Tableaus.Dopri5, 3);
        lorenz.Start(0, [1, 1, 1]);
        failure = Assert.Throws<OdeException>(() => lorenz.Integrate(100, StepControl.Within(1e-9) with { MostSteps = 50 }));
        Assert.Equal(OdeFailure.TooManySteps, failure.Failure);
        Assert.Equal(50, lorenz.Steps + lorenz.Rejections);
    }

    [Fact]
    public void Bad_input_is_named_and_changes_nothing()
    {
        OdeSolver<Spring, double> solver = new(default, Tableaus.Rk4, 2);
        solver.Start(1, Spring.Start);
        Message<ArgumentException>("ode: a state of 2 components is needed; got 3.", () => solver.Start(0, [1, 2, 3]));
        Message<ArgumentException>("ode: component 1 of the initial state is NaN.", () => solver.Start(0, [1, double.NaN]));
        Message<ArgumentException>("ode: a step of length 0.", () => solver.Step(0));
        Message<ArgumentException>("ode: a destination of 2 components is needed; got 1.", () => solver.Interpolate(1, new double[1]));
        Message<ArgumentOutOfRangeException>("ode: the last step goes from 1 to 1.", () => solver.Interpolate(0.5, new double[2]));
        Message<NotSupportedException>("ode: RK4 estimates no error; integrate in equal steps, or choose a pair such as Dopri5.", () => solver.Integrate(2, new StepControl()));
        OdeSolver<Spring, double> pair = new(default, Tableaus.Dopri5, 2);
        pair.Start(1, Spring.Start);
        Message<ArgumentException>("ode: the step control has tolerances 0 and 0.", () => pair.Integrate(2, StepControl.Within(0)));
        Message<ArgumentException>("ode: the step control has a safety of 1.", () => pair.Integrate(2, new StepControl { Safety = 1 }));
        Message<ArgumentException>("ode: the end is NaN.", () => pair.Integrate(double.NaN, new StepControl()));
        Message<ArgumentException>("tableau x: row 1 has 0 coefficients; an explicit method has 1.", () => _ = new Tableau("x", 1, [[], []], [0.5, 0.5]));
        Message<ArgumentException>("tableau x: the weights sum up to 0.5.", () => _ = new Tableau("x", 1, [[]], [0.5]));
        Assert.Equal((1.0, 1.0), (solver.Time, pair.Time));
        Assert.Equal(Spring.Start, solver.State.ToArray());

        static void Message<TException>(string message, Action action)
            where TException : Exception => Assert.StartsWith(message, Assert.Throws<TException>(action).Message, StringComparison.Ordinal);
    }

    /// <summary>The first step's length is found from the slope at the state, wherever the method keeps it.</summary>
    [Fact]
    public void Steps_by_their_error_go_on_after_equal_ones()
    {
        Tableau two = new("Euler beside Heun", 1, [[], [1]], [1, 0], error: [0.5, -0.5], errorOrder: 2);
        Assert.True(two.IsFirstSameAsLast);
        foreach (Tableau method in (Tableau[])[two, .. All.Where(method => method.HasError)])
        {
            OdeSolver<Spring, double> solver = new(default, method, 2), fresh = new(default, method, 2);
            solver.Start(0, Spring.Start);
            solver.Step(0.1);
            fresh.Start(0.1, solver.State);
            solver.Integrate(1, StepControl.Within(1e-4));
            fresh.Integrate(1, StepControl.Within(1e-4));
            Assert.Equal(fresh.State.ToArray(), solver.State.ToArray());
            Assert.Equal(fresh.Steps, solver.Steps - 1);
        }
    }

    [Fact]
    public void Float32_works_alike()
    {
        OdeSolver<Spring, float> solver = new(default, Tableaus.Dopri5, 2);
        solver.Start(0, [1, 0.5f]);
        solver.Integrate(2, StepControl.Within(1e-4));
        Assert.True(Math.Abs(solver.State[0] - Spring.At(2).Z) < 3e-4);
    }

    [Fact]
    public void Steps_allocate_nothing()
    {
        OdeSolver<Lorenz, double> solver = new(default, Tableaus.Dopri5, 3);
        StepControl control = StepControl.Within(1e-8);
        solver.Start(0, [1, 1, 1]);
        solver.Integrate(1, control);
        double end = 1;
        Tensors.Tests.Steady.AllocatesNothing(() => solver.Integrate(end += 0.1, control), windows: 20, 5);
    }

    private static Tableau Named(string name) => All.First(method => method.Name == name);

    private static double SpringError(string name, int steps)
    {
        OdeSolver<Spring, double> solver = new(default, Named(name), 2);
        solver.Start(0, Spring.Start);
        solver.Integrate(2, steps);
        return Math.Max(Math.Abs(solver.State[0] - Spring.At(2).Z), Math.Abs(solver.State[1] - Spring.At(2).V));
    }

    private readonly struct Crossing(int direction) : IEvent<double>
    {
        public int Direction => direction;

        public double Value(double t, ReadOnlySpan<double> y) => y[0];
    }
}
