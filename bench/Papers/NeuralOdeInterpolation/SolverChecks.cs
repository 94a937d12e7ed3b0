using Onsager.Models;
using Onsager.Models.Ode;
using Onsager.Papers.Report;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>Criteria 3 and 4: orders, tolerances and gradients of the solver, in float64; nothing is random but the field of criterion 4.</summary>
internal static class SolverChecks
{
    private static readonly (Tableau Method, double Low, double High)[] Methods =
        [(Tableaus.Euler, 0.9, 1.1), (Tableaus.Midpoint, 1.9, 2.15), (Tableaus.Rk4, 3.9, 4.2), (Tableaus.Dopri5, 4.7, 5.1)];

    /// <summary>z'' = -4 z - 0.3 z' from z = 1, z' = 1/2 to time 2.</summary>
    public static void Orders(RunContext context)
    {
        context.Heading("3: orders and tolerances of the solver");
        int[] steps = [20, 40, 80, 160];
        Figure figure = new("h", "error at T = 2") { LogX = true, LogY = true };
        foreach ((Tableau method, double low, double high) in Methods)
        {
            double[] errors = [.. steps.Select(count => Error(method, count))];
            figure.Line(method.Name, [.. steps.Select(count => 2.0 / count)], errors);
            for (int i = 1; i < 3; i++)
            {
                double order = HostMath.Ln(errors[i] / errors[i + 1]) / HostMath.Ln(2);
                context.Claim(
                    $"3 order of {method}, h = {(i == 1 ? "0.05 to 0.025" : "0.025 to 0.0125")}", order, low: low, high: high,
                    explanation: "log2 of the ratio of the errors of z'' = -4 z - 0.3 z' at time 2 when the step is halved.");
            }
        }

        context.Claim("3 error of RK4, h = 0.1", Error(Tableaus.Rk4, 20), 5.8e-5, 0.05e-5, explanation: "The larger error of z and z' at time 2; the card gives two digits.");
        context.Plot("3-orders.svg", figure, "Errors against the step: straight lines whose slopes are the orders.");
        foreach ((double tolerance, int expected) in ((double, int)[])[(1e-4, 43), (1e-6, 103), (1e-8, 235), (1e-10, 596)])
        {
            OdeSolver<Spring, double> solver = new(default, Tableaus.Dopri5, 2);
            solver.Start(0, [1, 0.5]);
            solver.Integrate(2, StepControl.Within(tolerance) with { FirstStep = 0.05 });
            context.Claim($"3 error of Dopri5 over its tolerance {tolerance:0e+0}", Distance(solver.State) / tolerance, high: 3, explanation: "Adaptive steps, the first one 0.05.");
            context.Claim($"3 evaluations of Dopri5 at tolerance {tolerance:0e+0}", solver.Evaluations, expected, 0.2 * expected, explanation: "The prototype's number, within 20 %.");
        }
    }

    /// <summary>A random tanh field on four numbers, three at once.</summary>
    public static void Gradients(RunContext context)
    {
        context.Heading("4: gradients through the solver");
        using Scope scope = Scope.Begin();
        RandomStream random = new(context.Seed, 17);
        ParameterBuffer<double> parameters = new();
        Linear first = Linear.Declare(parameters, "in", 4, 8), last = Linear.Declare(parameters, "out", 8, 4);
        LayerField<double> field = new(new Sequential<double>(first, new Activation<Tanh, double>(), last));
        parameters.Allocate();
        first.Initialize(parameters, random, 0.577);
        last.Initialize(parameters, random, 0.577);
        Tensor<double> y = random.Normal<double>([3, 4]), flat = parameters.Values;
        Tensor<double>[] recorded = Gradient(10, OdeGradient.Recorded);
        double worst = 0;
        for (int which = 0; which < 2; which++)
        {
            Tensor<double> at = which == 0 ? y : flat;
            double[] analytic = recorded[which].ToArray(), elements = at.ToArray();
            double largest = analytic.Max(Math.Abs);
            for (int i = 0; i < elements.Length; i++)
            {
                double difference = (Moved(elements, i, 1e-5) - Moved(elements, i, -1e-5)) / 2e-5;
                worst = Math.Max(worst, Math.Abs(difference - analytic[i]) / largest);
            }

            double Moved(double[] elements, int i, double by)
            {
                double[] moved = [.. elements];
                moved[i] += by;
                using Scope inner = Scope.Begin();
                Tensor<double> point = Tensor.From<double>(moved, at.Shape);
                return Loss(which == 0 ? point : y, which == 0 ? flat : point, 10, OdeGradient.Recorded).Item();
            }
        }

        context.Claim("4 backpropagation against differences", worst, high: 1e-7, explanation: "The largest deviation of any derivative by first state and parameters from central differences, as a part of the largest derivative.");
        int[] steps = [5, 10, 20, 40];
        double[] apart = new double[4];
        for (int i = 0; i < 4; i++)
        {
            Tensor<double>[] through = Gradient(steps[i], OdeGradient.Recorded), adjoint = Gradient(steps[i], OdeGradient.Adjoint);
            apart[i] = Math.Max(Apart(through[0], adjoint[0]), Apart(through[1], adjoint[1]));
        }

        context.Claim("4 adjoint against backpropagation, N = 5", apart[0], high: 1e-3, explanation: "Relative difference of the continuous adjoint's gradient by RK4.");
        for (int i = 1; i < 4; i++)
        {
            context.Claim($"4 adjoint, fall from N = {steps[i - 1]} to {steps[i]}", apart[i - 1] / apart[i], 16, 4, explanation: "About 16 per halving, the order of RK4.");
        }

        context.Plot(
            "4-adjoint.svg", new Figure("N", "relative difference") { LogX = true, LogY = true }.Line("adjoint", [.. steps.Select(n => (double)n)], apart),
            "The continuous adjoint comes near the gradient through the solver with the method's order.");

        Tensor<double> Loss(Tensor<double> y, Tensor<double> flat, int count, OdeGradient mode) =>
            TensorOde.Integrate(field, Tableaus.Rk4, y, flat, 0, 1, count, mode).Square().Sum();

        Tensor<double>[] Gradient(int count, OdeGradient mode) => Autodiff.Grad([y, flat], p => Loss(p[0], p[1], count, mode));
    }

    private static double Apart(Tensor<double> expected, Tensor<double> actual) =>
        expected.ToArray().Zip(actual.ToArray(), (x, y) => Math.Abs(x - y)).Max() / expected.ToArray().Max(Math.Abs);

    private static double Error(Tableau method, int steps)
    {
        OdeSolver<Spring, double> solver = new(default, method, 2);
        solver.Start(0, [1, 0.5]);
        solver.Integrate(2, steps);
        return Distance(solver.State);
    }

    /// <summary>From e^(-0.15 t) (cos w t + b sin w t) and its derivative at time 2.</summary>
    private static double Distance(ReadOnlySpan<double> state)
    {
        double frequency = Math.Sqrt(4 - (0.15 * 0.15)), b = 0.65 / frequency, decay = Map.Unary<Exp>(-0.3);
        double s = Map.Unary<Sin>(2 * frequency), c = Map.Unary<Cos>(2 * frequency);
        double z = decay * (c + (b * s)), v = (-0.15 * z) + (decay * frequency * ((b * c) - s));
        return Math.Max(Math.Abs(state[0] - z), Math.Abs(state[1] - v));
    }

    private readonly struct Spring : IVectorField<double>
    {
        public void Eval(double t, ReadOnlySpan<double> y, Span<double> dy) => (dy[0], dy[1]) = (y[1], (-4 * y[0]) - (0.3 * y[1]));
    }
}
