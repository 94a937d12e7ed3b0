using Onsager.Models.Games;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.Measured;

namespace Onsager.Papers;

/// <summary>Claim 11: minimisation as the simplest variational inequality, by gradient descent and by Nesterov's method.</summary>
internal static class WarmUp
{
    public static void Run(RunContext context)
    {
        const int N = 200, Steps = 2000;
        context.Heading("11: the warm-up, a convex quadratic");
        using Scope scope = Scope.Begin();
        Tensor<double> ramp = Tensor.Linspace(1.0, N, N) / N, eigenvalues = ramp.Square().Square();
        Tensor<double> start = Stream(context, GameCheck.WarmUp).Normal<double>([N]);
        double square = Norm(start) * Norm(start);

        // f = sum lambda x^2 / 2, whose gradient comes from automatic differentiation; L = 1, f* = 0.
        VariationalProblem problem = new(Operator.Gradient(Value, lipschitz: 1, strongMonotonicity: 0));
        double[] descent = Series(problem, new GradientDescentAscent(StepRule.OverLipschitz(1)), start, Steps, At);
        double[] fast = Series(problem, new NesterovGradient(StepRule.OverLipschitz(1)), start, Steps, At);
        context.Claim(
            "11 GD, sup k (f - f*) / (L D^2)", Largest(descent, k => k / square), low: 0, high: 0.5, explanation: $"Over {Steps} steps of 1 / L, n = {N}, eigenvalues (i/n)^4.");
        context.Claim(
            "11 Nesterov, sup (k + 1)^2 (f - f*) / (L D^2)", Largest(fast, k => (k + 1.0) * (k + 1.0) / square), low: 0, high: 2, explanation: $"Over {Steps} steps of 1 / L.");
        (double[] k, double[] slow) = Spaced(descent);
        (_, double[] quick) = Spaced(fast);
        context.Record("gradient descent", descent);
        context.Record("nesterov", fast);
        context.Plot(
            "11-warm-up.svg", new Figure("step k", "f(x_{k}) - f*") { LogX = true, LogY = true }.Curve("gradient descent", k, slow).Curve("Nesterov", k, quick),
            "A convex quadratic with eigenvalues down to 6e-10: descent, and descent with momentum.");

        Tensor<double> Value(Tensor<double> x) => (x.Square() * eigenvalues).Sum() * 0.5;

        double At(Iteration run)
        {
            using Scope step = Scope.Begin();
            return Value(run.Point).Item();
        }
    }
}
