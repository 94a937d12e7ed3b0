using Onsager.Models.Games;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.Measured;

namespace Onsager.Papers;

/// <summary>Claim 10: Cournot's market, a game of ten players that is not zero-sum, free and under a shared capacity.</summary>
internal static class Markets
{
    public static void Run(RunContext context)
    {
        const int N = 10, Steps = 2000;
        const double A = 10, B = 1, Capacity = 6;
        context.Heading("10: a market of ten firms finds its equilibrium, and the price of a capacity that all share");
        using Scope scope = Scope.Begin();
        Tensor<double> costs = Tensor.Linspace(1.0, 2.0, N);
        CournotGame market = new(A, B, costs);
        StepRule steps = 1 / (4 * B * (N + 1));
        Tensor<double> equilibrium = market.Equilibrium();
        double[] errors = Series(new(market, new Box(0, 5)), new ExtraGradient(steps), Tensor.Zeros<double>([N]), Steps, run => Norm(run.Point - equilibrium));
        context.Claim("10 Cournot, error", errors[^1], low: 0, high: 1e-8, explanation: $"Distance to the equilibrium in closed form after {Steps} extragradient steps in the box [0, 5], N = {N}.");
        context.Report("10 Cournot, supply", equilibrium.Sum().Item(), "All firms together in equilibrium.");

        (Tensor<double> quantities, double price) = market.EquilibriumUnder(Capacity);
        VariationalProblem shared = SharedConstraint.Problem(market, new Box(0, 5), Tensor.Ones<double>([1, N]), Tensor.From<double>([Capacity], [1]));
        using Iteration run = new(shared, new ExtraGradient(steps), Tensor.Zeros<double>([N + 1]));
        double[] prices = new double[Steps + 1], sharedErrors = new double[Steps + 1];
        for (int k = 0; k <= Steps; k++)
        {
            using Scope step = Scope.Begin();
            prices[k] = run.Point[N];
            sharedErrors[k] = Norm(run.Point[..N] - quantities);
            if (k < Steps)
            {
                run.Step();
            }
        }

        context.Claim("10 shared capacity, error", sharedErrors[^1], low: 0, high: 1e-8, explanation: $"Distance to the variational equilibrium in closed form after {Steps} primal-dual extragradient steps, capacity {Capacity}.");
        context.Claim("10 shared capacity, price", prices[^1], price, 1e-8, explanation: "The multiplier of the shared constraint, a - mean(c) - b Q (N + 1) / N.");
        double[] k2 = [.. Enumerable.Range(0, Steps + 1).Select(k => (double)k)];
        (double[] axis, double[] free) = Thinned(errors, 20);
        (_, double[] bound) = Thinned(sharedErrors, 20);
        context.Record("prices", prices);
        context.Plot(
            "10-market.svg", new Figure("step k", "distance to the equilibrium") { LogY = true }.Line("free", axis, free).Line("shared capacity", axis, bound),
            "A Cournot market of ten firms, free and under a shared capacity.");
    }
}
