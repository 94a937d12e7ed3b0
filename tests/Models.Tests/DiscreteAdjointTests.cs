using Onsager.Models.Ode;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>Derivatives through a solver over spans: those of the solver over tensors, for every method.</summary>
[Collection(Alone.Name)]
public sealed class DiscreteAdjointTests
{
    private static readonly Tableau[] All = [Tableaus.Euler, Tableaus.Midpoint, Tableaus.Heun, Tableaus.Rk4, Tableaus.BogackiShampine, Tableaus.Dopri5, Tableaus.Tsit5, Tableaus.Dopri8];

    public static TheoryData<string> Names => [.. All.Select(method => method.Name)];

    [Theory, MemberData(nameof(Names))]
    public void States_and_gradients_are_those_over_tensors(string name)
    {
        Tableau method = All.First(method => method.Name == name);
        using Scope scope = Scope.Begin();
        ParameterBuffer<double> parameters = new();
        Sequential<double> net = new(Linear.Declare(parameters, "in", 3, 7), new Activation<Tanh, double>(), Linear.Declare(parameters, "out", 7, 3));
        parameters.Allocate();
        new RandomStream(4).NormalInto(parameters.Values, 0, 0.5);
        Tensor<double> y = new RandomStream(5).Normal<double>([4, 3]), weights = new RandomStream(6).Normal<double>([2, 4, 3]);
        LayerField<double> field = new(net);
        Tensor<double>[] expected = Autodiff.Grad([y, parameters.Values], p =>
        {
            Tensor<double>[] states = new Tensor<double>[2];
            TensorOde.Integrate(field, method, p[0], p[1], [0, 0.5, 1], 1, states);
            return (Tensor.Stack(0, states) * weights).Sum();
        });
        DiscreteAdjoint<TanhField<double>, double> adjoint = new(new(parameters.Values.ToArray(), 3, 7, 4), method, 5);
        adjoint.Integrate(0, y.ToArray(), 1, 2);
        Close(TensorOde.Integrate(field, method, y, parameters.Values, 0, 1, 2).ToArray(), adjoint.State(2).ToArray());
        double[] byFirst = new double[12], gradient = new double[parameters.Values.Size];
        adjoint.Backward(weights.ToArray(), byFirst, gradient);
        Close(expected[0].ToArray(), byFirst);
        Close(expected[1].ToArray(), gradient);

        // Gradients add up.
        adjoint.Backward(weights.ToArray(), byFirst, gradient);
        Close([.. expected[1].ToArray().Select(x => 2 * x)], gradient);
    }

    [Fact]
    public void Runs_allocate_nothing()
    {
        DiscreteAdjoint<TanhField<float>, float> adjoint = new(new(new float[252], 2, 50, 20), Tableaus.Rk4, 9);
        float[] y = new float[40], seeds = new float[360], byFirst = new float[40], gradient = new float[252];
        seeds.AsSpan().Fill(1);
        Steady.AllocatesNothing(
            () =>
            {
                adjoint.Integrate(0, y, 1, 9);
                adjoint.Backward(seeds, byFirst, gradient);
            },
            windows: 20, 5);
    }

    [Fact]
    public void Bad_input_and_failures_are_named()
    {
        float[] values = new float[7];
        DiscreteAdjoint<TanhField<float>, float> adjoint = new(new(values, 1, 2, 1), Tableaus.Rk4, 3);
        Message<ArgumentException>("ode: a field 1 - 2 - 1 has 7 parameters; got 6.", () => _ = new TanhField<float>(new float[6], 1, 2, 1));
        Message<ArgumentOutOfRangeException>("ode: from 1 to 3 steps.", () => adjoint.Integrate(0, [1], 1, 4));
        Message<ArgumentException>("ode: a state of 1 components is needed; got 2.", () => adjoint.Integrate(0, [1, 2], 1, 2));
        Message<ArgumentException>("ode: times 0 and NaN.", () => adjoint.Integrate(0, [1], float.NaN, 2));
        adjoint.Integrate(0, [1], 1, 2);
        Message<ArgumentException>("ode: gradients by 3, 1 and 7 numbers; 2 states of 1 components and 7 parameters are needed.", () => adjoint.Backward(new float[3], new float[1], new float[7]));
        Assert.Throws<ArgumentOutOfRangeException>(() => adjoint.State(3)[0]);
        values[6] = 3e38f;
        OdeException failure = Assert.Throws<OdeException>(() => adjoint.Integrate(0, [1], 9, 3));
        Assert.Equal((OdeFailure.NotFinite, 0.0, 3.0, 0, 4L), (failure.Failure, failure.Time, failure.Step, failure.Component, failure.Evaluations));

        static void Message<TException>(string message, Action action)
            where TException : Exception => Assert.StartsWith(message, Assert.Throws<TException>(action).Message, StringComparison.Ordinal);
    }

    private static void Close(double[] expected, double[] actual)
    {
        double scale = expected.Max(Math.Abs);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.True(Math.Abs(pair.First - pair.Second) < 1e-12 * scale, $"{pair}"));
    }
}
