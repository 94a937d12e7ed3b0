using Onsager.Models;
using Onsager.Models.Ode;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Micro;

/// <summary>
/// `bench/Micro ode`: a step of Dopri5 on Lorenz's three equations by the solver, for any field, tableau and size, beside the same step written out by
/// hand for these; medians of interleaved rounds on one thread, both to t = 100 with tolerance 1e-8.
/// </summary>
internal static class OdeReport
{
    /// <summary>What is promised: a step of the solver takes at most so many times the one by hand.</summary>
    private const double Limit = 1.5;

    private const double End = 100, Tolerance = 1e-8;

    private const int Rounds = 15;

    /// <summary>Prints the table; 1 where the promise is not kept, or the two sides do not go the same way.</summary>
    public static int Run()
    {
        OdeSolver<Lorenz, double> solver = new(default, Tableaus.Dopri5, 3);
        StepControl control = StepControl.Within(Tolerance);
        LorenzByHand byHand = new(Tolerance);
        void Solve()
        {
            solver.Start(0, [1, 1, 1]);
            solver.Integrate(End, control);
        }

        double[] seconds = SideBySide.Medians(
            Rounds, 0.02, TimeSpan.Zero,
            ("solver", Solve),
            ("by hand", () => byHand.Integrate(1, 1, 1, End)));
        double ours = seconds[0] * 1e9 / (solver.Steps + solver.Rejections), theirs = seconds[1] * 1e9 / byHand.Steps, ratio = ours / theirs;
        Console.WriteLine($"{Lanes.InstructionSet}, one thread; medians of {Rounds} interleaved rounds, nanoseconds for a step, taken or not");
        Console.WriteLine($"Lorenz, Dopri5, tolerance {Tolerance:G1}: solver {ours:F1} ({solver.Steps + solver.Rejections} steps), by hand {theirs:F1} ({byHand.Steps} steps), {ratio:F2} times; promised at most {Limit}: {(ratio <= Limit ? "met" : "OVER")}");

        Spiral();
        return IsSame(solver, control, byHand) && ratio <= Limit ? 0 : 1;
    }

    /// <summary>An iteration of training of the network that bench/Peers has in its group ode, forward alone, with its gradient, and with that as a plan.</summary>
    private static void Spiral()
    {
        Device.Cpu.Threads = 1;
        using Scope scope = Scope.Begin();
        ParameterBuffer<float> parameters = new();
        Sequential<float> net = new(Linear.Declare(parameters, "hidden", 2, 50), new Activation<Tanh, float>(), Linear.Declare(parameters, "output", 50, 2));
        parameters.Allocate();
        net.Initialize(parameters, new RandomStream(1));
        TrajectoryOde<Cubed, float> model = new(new(net), parameters, Tableaus.Rk4, [.. Enumerable.Range(0, 10).Select(i => i * 0.025f)]);
        Tensor<float> first = new RandomStream(2).Uniform<float>([20, 2]), paths = new RandomStream(3).Uniform<float>([9, 20, 2]);
        using Plan<TrajectoryOde<Cubed, float>, float, float, float> plan = Plan.Capture(model, static (TrajectoryOde<Cubed, float> model, Tensor<float> first, Tensor<float> paths) => model.Gradient(first, paths));
        double[] seconds = SideBySide.Medians(
            Rounds, 0.02, TimeSpan.Zero,
            ("forward", () => model.Predict(first).Dispose()), ("gradient", () => model.Gradient(first, paths)), ("plan", () => plan.Run(first, paths)));
        Console.WriteLine($"spiral 2-50-2, batch 20, nine steps of RK4: forward {seconds[0] * 1e6:F1} us, with its gradient {seconds[1] * 1e6:F1} us, as a plan {seconds[2] * 1e6:F1} us");
    }

    private readonly struct Cubed(Sequential<float> layers) : ITensorField<float>
    {
        public Tensor<float> Eval(float time, Tensor<float> y, Tensor<float> parameters)
        {
            using Tensor<float> square = y.Square(), cube = square * y;
            return layers.Apply(parameters, cube);
        }
    }

    /// <summary>Before chaos has made another trajectory of a last bit, both sides go the same way in as many steps.</summary>
    private static bool IsSame(OdeSolver<Lorenz, double> solver, StepControl control, LorenzByHand byHand)
    {
        const double Early = 5;
        solver.Start(0, [1, 1, 1]);
        solver.Integrate(Early, control with { FirstStep = LorenzByHand.FirstStep });
        byHand.Integrate(1, 1, 1, Early);
        (double x, double y, double z) = byHand.State;
        double apart = Math.Max(Math.Abs(solver.State[0] - x), Math.Max(Math.Abs(solver.State[1] - y), Math.Abs(solver.State[2] - z)));
        Console.WriteLine($"at t = {Early}: {solver.Steps + solver.Rejections} and {byHand.Steps} steps, states {apart:E1} apart");
        return Math.Abs(solver.Steps + solver.Rejections - byHand.Steps) <= 2 && apart < 1e-5;
    }

    private readonly struct Lorenz : IVectorField<double>
    {
        public void Eval(double t, ReadOnlySpan<double> y, Span<double> dy)
        {
            double x = y[0], v = y[1], z = y[2];
            dy[0] = 10 * (v - x);
            dy[1] = (x * (28 - z)) - v;
            dy[2] = (x * v) - (8.0 / 3 * z);
        }
    }
}
