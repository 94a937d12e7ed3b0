using Onsager.Models.Ode;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>Runge-Kutta methods over tensors: the bits of the solver over spans, derivatives through the solver, and what is refused.</summary>
[Collection(Alone.Name)]
public sealed class TensorOdeTests : IClassFixture<Settled>
{
    private static readonly Tableau[] All = [Tableaus.Euler, Tableaus.Midpoint, Tableaus.Heun, Tableaus.Rk4, Tableaus.BogackiShampine, Tableaus.Dopri5, Tableaus.Tsit5, Tableaus.Dopri8];

    public static TheoryData<string> Names => [.. All.Select(method => method.Name)];

    [Theory, MemberData(nameof(Names))]
    public void States_have_the_bits_of_the_solver_over_spans(string name)
    {
        Tableau method = All.First(method => method.Name == name);
        using Scope scope = Scope.Begin();
        using Net net = new(4, seed: 3);
        Tensor<double> y = new RandomStream(5).Normal<double>([3, 4]);
        OdeSolver<Oracle, double> solver = new(new Oracle(net), method, 12);
        solver.Start(0.25, y.ToArray());
        solver.Integrate(1.5, 7);
        Tensor<double> end = TensorOde.Integrate(net.Field, method, y, net.Values, 0.25, 1.5, 7);
        Assert.Equal(solver.State.ToArray(), end.ToArray());
        double[] times = [0.25, 0.75, 1.5];
        Tensor<double>[] states = new Tensor<double>[2];
        TensorOde.Integrate(net.Field, method, y, net.Values, times, 2, states);
        solver.Start(0.25, y.ToArray());
        solver.Integrate(0.75, 2);
        Assert.Equal(solver.State.ToArray(), states[0].ToArray());
        solver.Integrate(1.5, 2);
        Assert.Equal(solver.State.ToArray(), states[1].ToArray());
        solver.Start(0.25, y.ToArray());
        solver.Step(-0.125);
        Assert.Equal(solver.State.ToArray(), TensorOde.Step(net.Field, method, y, net.Values, 0.25, -0.125).ToArray());
        if (method.HasError)
        {
            StepControl control = StepControl.Within(1e-6);
            solver.Start(0.25, y.ToArray());
            solver.Integrate(1.5, control);
            Assert.Equal(solver.Steps + 1, TensorOde.Times(net.Field, method, y, net.Values, 0.25, 1.5, control).Length);
            Assert.Equal(solver.State.ToArray(), TensorOde.Integrate(net.Field, method, y, net.Values, 0.25, 1.5, control).ToArray());
        }
    }

    /// <summary>What a field makes on its way lives for one evaluation, also where the field does not dispose it.</summary>
    [Fact]
    public void An_integration_holds_the_memory_of_one_evaluation()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> y = Tensor.Full<double>([3], 0.5), factor = Tensor.Scalar(-2.0);
        List<long> blocks = [];
        TensorOde.Times(new Careless(blocks), Tableaus.Dopri5, y, factor, 0, 10, StepControl.Within(1e-6));
        Assert.True(blocks.Count > 50, $"{blocks.Count} evaluations");
        Assert.Equal(blocks[0], blocks.Max());
    }

    /// <summary>The card neural-ode-interpolation, section e, criterion 4: 1e-7, where 2e-8 was measured.</summary>
    [Theory]
    [InlineData(OdeGradient.Recorded)]
    [InlineData(OdeGradient.Checkpointed)]
    public void Gradients_through_the_solver_are_those_of_differences(OdeGradient mode)
    {
        using Scope scope = Scope.Begin();
        using Net net = new(4, seed: 3);
        Tensor<double> y = new RandomStream(5).Normal<double>([3, 4]);
        foreach (Tableau method in (Tableau[])[Tableaus.Rk4, Tableaus.Dopri5])
        {
            Tensor<double>[] gradients = Gradients(net, method, y, 9, mode);
            for (int which = 0; which < 2; which++)
            {
                Tensor<double> at = which == 0 ? y : net.Values;
                double largest = gradients[which].ToArray().Max(Math.Abs);
                for (nint i = 0; i < at.Size; i += which == 0 ? 1 : 7)
                {
                    double difference = (Moved(i, 1e-5) - Moved(i, -1e-5)) / 2e-5;
                    Assert.True(Math.Abs(difference - gradients[which].ToArray()[i]) < 1e-7 * largest, $"{method} {mode}: {which}, {i}");
                }

                double Moved(nint i, double by)
                {
                    double[] elements = at.ToArray();
                    elements[i] += by;
                    using Scope inner = Scope.Begin();
                    Tensor<double> moved = Tensor.From<double>(elements, at.Shape);
                    return Loss(TensorOde.Integrate(net.Field, method, which == 0 ? moved : y, which == 0 ? net.Values : moved, 0, 1, 9)).Item();
                }
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Checkpoints_have_the_bits_of_what_is_recorded(string name)
    {
        Tableau method = All.First(method => method.Name == name);
        using Scope scope = Scope.Begin();
        using Net net = new(4, seed: 3);
        Tensor<double> y = new RandomStream(5).Normal<double>([3, 4]);
        Tensor<double>[] recorded = Gradients(net, method, y, 10, OdeGradient.Recorded), frugal = Gradients(net, method, y, 10, OdeGradient.Checkpointed);
        Assert.Equal(recorded[0].ToArray(), frugal[0].ToArray());
        Assert.Equal(recorded[1].ToArray(), frugal[1].ToArray());
    }

    /// <summary>The same criterion: below 1e-3 with 5 steps of RK4, and 16 times less for each halving.</summary>
    [Fact]
    public void The_adjoint_comes_near_the_recorded_gradient_with_the_methods_order()
    {
        using Scope scope = Scope.Begin();
        using Net net = new(4, seed: 3);
        Tensor<double> y = new RandomStream(5).Normal<double>([3, 4]);
        double before = 0;
        foreach (int steps in (int[])[5, 10, 20, 40, 80])
        {
            Tensor<double>[] recorded = Gradients(net, Tableaus.Rk4, y, steps, OdeGradient.Recorded), adjoint = Gradients(net, Tableaus.Rk4, y, steps, OdeGradient.Adjoint);
            double difference = Math.Max(Apart(recorded[0], adjoint[0]), Apart(recorded[1], adjoint[1]));
            Assert.True(steps == 5 ? difference < 1e-3 : steps == 10 || before / difference is > 11 and < 23, $"{steps} steps: {before} and {difference}");
            before = difference;
        }

        StepControl control = StepControl.Within(1e-9);
        Tensor<double>[] fine = Gradients(net, Tableaus.Rk4, y, 200, OdeGradient.Recorded);
        Tensor<double>[] chosen = Autodiff.Grad([y, net.Values], p => Loss(TensorOde.Integrate(net.Field, Tableaus.Dopri5, p[0], p[1], 0, 1, control, OdeGradient.Adjoint)));
        Tensor<double>[] frugal = Autodiff.Grad([y, net.Values], p => Loss(TensorOde.Integrate(net.Field, Tableaus.Dopri5, p[0], p[1], 0, 1, control, OdeGradient.Checkpointed)));
        Assert.True(Apart(fine[0], chosen[0]) < 1e-7 && Apart(fine[1], chosen[1]) < 1e-7 && Apart(fine[1], frugal[1]) < 1e-7);
    }

    [Fact]
    public void A_loss_at_several_times_reaches_the_adjoint_at_each()
    {
        using Scope scope = Scope.Begin();
        using Net net = new(4, seed: 3);
        Tensor<double> y = new RandomStream(5).Normal<double>([3, 4]);
        Tensor<double>[] recorded = Along(OdeGradient.Recorded), adjoint = Along(OdeGradient.Adjoint);
        Assert.True(Apart(recorded[0], adjoint[0]) < 1e-8 && Apart(recorded[1], adjoint[1]) < 1e-8);

        Tensor<double>[] Along(OdeGradient mode) => Autodiff.Grad([y, net.Values], p =>
        {
            Tensor<double> middle = TensorOde.Integrate(net.Field, Tableaus.Rk4, p[0], p[1], 0, 0.5, 30, mode);
            return Loss(middle) + Loss(TensorOde.Integrate(net.Field, Tableaus.Rk4, middle, p[1], 0.5, 1, 30, mode));
        });
    }

    [Fact]
    public void Second_derivatives_go_through_the_solver_and_not_through_the_adjoint()
    {
        using Scope scope = Scope.Begin();
        using Net net = new(4, seed: 3);
        Tensor<double> y = new RandomStream(5).Normal<double>([3, 4]), v = new RandomStream(6).Normal<double>([3, 4]);
        Tensor<double> product = Autodiff.Hvp(y, v, y => Loss(TensorOde.Integrate(net.Field, Tableaus.Rk4, y, net.Values, 0, 1, 4)));
        Tensor<double> ahead = Gradients(net, Tableaus.Rk4, y + (v * 1e-5), 4, OdeGradient.Recorded)[0], behind = Gradients(net, Tableaus.Rk4, y - (v * 1e-5), 4, OdeGradient.Recorded)[0];
        Assert.True(Apart((ahead - behind) * (1 / 2e-5), product) < 1e-7);
        Assert.Throws<NotSupportedException>(() => Autodiff.Hvp(y, v, y => Loss(TensorOde.Integrate(net.Field, Tableaus.Rk4, y, net.Values, 0, 1, 4, OdeGradient.Adjoint))));
    }

    [Fact]
    public void A_second_order_field_is_the_pair()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> y = Tensor.From<double>([1, 0.5], [1, 2]), none = Tensor.Zeros<double>([0]);
        SecondOrderField<FunctionField<double>, double> spring = new(new((_, y, _) => (y.Slice(1, 0, 1) * -4.0) - (y.Slice(1, 1, 2) * 0.3)));
        Tensor<double> end = TensorOde.Integrate(spring, Tableaus.Dopri8, y, none, 0, 2, 40);
        Assert.True(Math.Abs(end[0, 0] - Spring.At(2).Z) < 1e-12 && Math.Abs(end[0, 1] - Spring.At(2).V) < 1e-12);
        Assert.StartsWith("ode: a second-order state [..., 2d] is needed; got [1, 3]", Refused(() => TensorOde.Step(spring, Tableaus.Euler, Tensor.Zeros<double>([1, 3]), none, 0, 1)), StringComparison.Ordinal);
        SecondOrderField<FunctionField<double>, double> wrong = new(new((_, y, _) => y.Share()));
        Assert.StartsWith("ode: the acceleration has shape [1, 2]; the state [1, 2] needs [1, 1]", Refused(() => TensorOde.Step(wrong, Tableaus.Euler, y, none, 0, 1)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, OdeGradient.Recorded)]
    [InlineData(true, OdeGradient.Recorded)]
    [InlineData(true, OdeGradient.Adjoint)]
    public void A_layer_learns_a_rotation(bool isSecondOrder, OdeGradient gradient)
    {
        // By a quarter: (x, v) to (v, -x), which z'' = -(pi / 2)^2 z does but for a scale of v.
        using Scope scope = Scope.Begin();
        RandomStream random = new(4);
        ParameterBuffer<double> parameters = new();
        NeuralOde<double> layer = new(
            new Sequential<double>(Linear.Declare(parameters, "in", 2, 16), new Activation<Tanh, double>(), Linear.Declare(parameters, "out", 16, isSecondOrder ? 1 : 2)),
            Tableaus.Rk4, 4, gradient, isSecondOrder);
        parameters.Allocate();
        layer.Initialize(parameters, random);
        using Adam<double> adam = new(parameters, 0.02);
        Tensor<double> x = random.Uniform<double>([64, 2]) - 0.5;
        double scale = isSecondOrder ? Math.PI / 2 : 1;
        Tensor<double> target = Tensor.Concatenate(1, x.Slice(1, 1, 2) * (1 / scale), x.Slice(1, 0, 1) * -scale);
        double loss = 0;
        for (int i = 0; i < 250; i++)
        {
            loss = Autodiff.ValueAndGradInto(parameters.Values, parameters.Gradients, (layer, x, target), static (flat, s) => Losses.MeanSquaredError(s.layer.Apply(flat, s.x), s.target));
            adam.Step();
        }

        Assert.True(loss < 2e-3, $"{loss}");
    }

    [Fact]
    public void Failures_and_refusals_are_named()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> y = Tensor.From<double>([0, 1], [1, 2]), none = Tensor.Zeros<double>([0]);
        FunctionField<double> explosion = new((_, y, _) => y.Square());
        OdeException failure = Assert.Throws<OdeException>(() => TensorOde.Integrate(explosion, Tableaus.Dopri5, y, none, 0, 2, StepControl.Within(1e-6)));
        Assert.Equal(1, failure.Component);
        Assert.InRange(failure.Time, 0.999, 1.001);
        TensorOde.Diagnose(explosion, Tableaus.Rk4, y, none, 0, 0.9, 50);
        failure = Assert.Throws<OdeException>(() => TensorOde.Diagnose(explosion, Tableaus.Rk4, y, none, 0, 20, 20));
        Assert.Equal((OdeFailure.NotFinite, 1, 1.0), (failure.Failure, failure.Component, failure.Step));
        Assert.True(failure.Evaluations > 0);
        Assert.Equal("ode: a step of length 0. (Parameter 'times')", Refused(() => TensorOde.Integrate(explosion, Tableaus.Rk4, y, none, 1, 1, 3)));
        Assert.Equal("ode: there are no times. (Parameter 'times')", Refused(() => TensorOde.Integrate(explosion, Tableaus.Rk4, y, none, [])));
        Assert.StartsWith("ode: 2 times and room for 2 states", Refused(() => TensorOde.Integrate(explosion, Tableaus.Rk4, y, none, [0, 1], 1, new Tensor<double>[2])), StringComparison.Ordinal);
        FunctionField<double> narrow = new((_, y, _) => y.Slice(1, 0, 1));
        Assert.StartsWith("ode: the field takes a state [1, 2] to [1, 1]", Refused(() => TensorOde.Step(narrow, Tableaus.Rk4, y, none, 0, 1)), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => TensorOde.Integrate(explosion, Tableaus.Rk4, y, none, 0, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TensorOde.Integrate(explosion, Tableaus.Rk4, y, none, 0, 1, 1, (OdeGradient)7));
        Assert.Throws<NotSupportedException>(() => TensorOde.Integrate(explosion, Tableaus.Rk4, y, none, 0, 1, new StepControl()));
    }

    /// <summary>The spiral of the benchmark: a 2-50-2 network, ten times, Adam.</summary>
    [Fact]
    public void A_training_step_allocates_nothing()
    {
        using ParameterBuffer<float> parameters = new();
        Sequential<float> net = new(Linear.Declare(parameters, "in", 2, 50), new Activation<Tanh, float>(), Linear.Declare(parameters, "out", 50, 2));
        parameters.Allocate();
        net.Initialize(parameters, new RandomStream(1));
        using Tensor<float> first = new RandomStream(2).Normal<float>([20, 2]), paths = new RandomStream(3).Normal<float>([9, 20, 2]);
        using Adam<float> adam = new(parameters, 1e-3);
        TrajectoryOde<LayerField<float>, float> spiral = new(new(net), parameters, Tableaus.Rk4, [0, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f]);
        float before = spiral.Gradient(first, paths);
        Steady.AllocatesNothing(Step, windows: 20, 5);
        Assert.True(spiral.Gradient(first, paths) < before);
        using (Tensor<float> path = spiral.Predict(first), distance = Losses.MeanSquaredError(path, paths))
        {
            Assert.Equal(spiral.Gradient(first, paths), distance.Item(), 1e-5f);
        }

        Assert.Equal("ode: first states [20, 2] and 9 times do not fit paths [20, 2]. (Parameter 'paths')", Refused(() => spiral.Gradient(first, first)));

        void Step()
        {
            _ = spiral.Gradient(first, paths);
            adam.Step();
        }
    }

    private static Tensor<double>[] Gradients(Net net, Tableau method, Tensor<double> y, int steps, OdeGradient mode) =>
        Autodiff.Grad([y, net.Values], p => Loss(TensorOde.Integrate(net.Field, method, p[0], p[1], 0, 1, steps, mode)));

    private static Tensor<double> Loss(Tensor<double> end) => (end.Square() + end.Sin()).Sum();

    private static double Apart(Tensor<double> expected, Tensor<double> actual) =>
        expected.ToArray().Zip(actual.ToArray(), (x, y) => Math.Abs(x - y)).Max() / expected.ToArray().Max(Math.Abs);

    private static string Refused(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;

    /// <summary>A random field of tanh, n - 8 - n, which depends on time: the last input is it.</summary>
    private sealed class Net : IDisposable
    {
        private readonly ParameterBuffer<double> parameters = new();
        private readonly Sequential<double> layers;

        public Net(int n, ulong seed)
        {
            layers = new(Linear.Declare(parameters, "in", n, 8), new Activation<Tanh, double>(), Linear.Declare(parameters, "out", 8, n));
            parameters.Allocate();
            layers.Initialize(parameters, new RandomStream(seed));
        }

        public Tensor<double> Values => parameters.Values;

        public FunctionField<double> Field => new((t, y, flat) => layers.Apply(flat, y * (1 + (0.5 * t))));

        public void Dispose() => parameters.Dispose();
    }

    private readonly struct Oracle(Net net) : IVectorField<double>
    {
        public void Eval(double t, ReadOnlySpan<double> y, Span<double> dy)
        {
            using Scope scope = Scope.Begin();
            net.Field.Eval(t, Tensor.From(y, [3, 4]), net.Values).CopyTo(dy);
        }
    }

    /// <summary>A field that disposes nothing and notes how many blocks of memory there are when it is asked.</summary>
    private readonly struct Careless(List<long> blocks) : ITensorField<double>
    {
        public Tensor<double> Eval(double t, Tensor<double> y, Tensor<double> parameters)
        {
            blocks.Add(Device.Cpu.PoolStatistics.BlocksInUse);
            return y.Square().Sin() * parameters;
        }
    }
}
