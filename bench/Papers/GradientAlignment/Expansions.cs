using Onsager.Models.Federated;
using Onsager.Papers.Report;
using Onsager.Simd;
using Onsager.Tensors;
using static Onsager.Papers.GradientAlignmentPaper;
using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>Claims 1 to 3: what steps of small size do to second order, measured at one point of a small net with four unlike clients.</summary>
internal sealed class Expansions
{
    private const int Clients = 4;
    private const int Examples = 8;
    private static readonly int[] Widths = [6, 5, 1];

    private readonly RegressionClients<Tanh, double> clients;
    private readonly RegressionClients<Tanh, double> orders;
    private readonly Tensor<double> start;
    private readonly Tensor<double> gradient;
    private readonly Tensor<double> variance;
    private readonly int[] permutations;

    /// <summary>Each client has inputs around a middle of its own and a linear target of its own; the orders of all clients are replicas.</summary>
    private Expansions(RunContext context)
    {
        RandomStream random = Stream(context, AlignmentCheck.Expansions);
        Tensor<double> middles = random.Normal<double>([1, Clients, 1, Widths[0]]) * 0.4, x = (random.Normal<double>([1, Clients, Examples, Widths[0]]) * 0.6) + middles;
        Tensor<double> teachers = random.Normal<double>([1, Clients, Widths[0], 1]) / Math.Sqrt(Widths[0]), y = x.MatMul(teachers);
        clients = new(Widths, x, y);
        start = clients.Start(random.Fork(0), 1);
        gradient = Alignment.MeanGradient(clients, start);
        variance = Alignment.VarianceGradient(clients, start);
        permutations = [.. Permutations(Clients).SelectMany(static order => order)];
        int many = permutations.Length / Clients;
        orders = new(Widths, x.Tile(many, 1, 1, 1), y.Tile(many, 1, 1, 1));
    }

    public static void Run(RunContext context)
    {
        using Scope scope = Scope.Begin();
        context.Heading("1 to 3: expansions to second order");
        Expansions expansions = new(context);
        expansions.Displaced(context);
        Quadratic(context);
        expansions.Stochastic(context);
        expansions.Local(context);
        context.Progress("1 to 3 expansions", 1);
    }

    /// <summary>1: GradAlign's direction is the gradient of f + (beta / 2) V up to beta^2.</summary>
    private void Displaced(RunContext context)
    {
        double[] betas = [0.08, 0.04, 0.02, 0.01, 0.005], errors = new double[betas.Length];
        for (int i = 0; i < betas.Length; i++)
        {
            Tensor<double> direction = start - After(clients, start, FederatedRule.GradAlign(1, betas[i]), 1);
            errors[i] = Norm(direction - gradient - (variance * (betas[i] / 2)));
        }

        double[] slopes = [.. Enumerable.Range(0, betas.Length - 1).Select(i => Ln(errors[i] / errors[i + 1]) / Ln(2))];
        context.Claim(
            "1 slope of GradAlign's error, last halving of beta", slopes[^1], low: 1.95, high: 2.02,
            explanation: $"log2 of the ratio of errors of g + (beta / 2) grad V at beta = .01 and .005; before: {string.Join(", ", slopes[..^1].Select(slope => slope.ToString("F3", System.Globalization.CultureInfo.InvariantCulture)))}. A small tanh net, {Clients} unlike clients.");
        context.Record("1 errors", errors);
        context.Plot(
            "1-displaced.svg", new Figure("β", "error") { LogX = true, LogY = true }.Line("measured", betas, errors).Curve("β^{2}", betas, [.. betas.Select(beta => errors[^1] * (beta / betas[^1]) * (beta / betas[^1]))]),
            "Distance of GradAlign's direction from the gradient of f + (β/2) V: second order in the displacement.");
    }

    /// <summary>1: for quadratic losses the expansion ends there.</summary>
    private static void Quadratic(RunContext context)
    {
        const int Size = 7;
        const double Beta = 0.3;
        RandomStream random = Stream(context, AlignmentCheck.Expansions, 1);
        Tensor<double> factors = random.Normal<double>([1, Clients, Size, Size]) / Math.Sqrt(Size), hessians = factors.MatMul(factors.SwapAxes(-1, -2));
        QuadraticClients<double> quadratic = new(hessians, random.Normal<double>([1, Clients, Size]));
        Tensor<double> at = random.Normal<double>([1, Size]), direction = at - After(quadratic, at, FederatedRule.GradAlign(1, Beta), 1);
        Tensor<double> expected = Alignment.MeanGradient(quadratic, at) + (Alignment.VarianceGradient(quadratic, at) * (Beta / 2));
        context.Claim(
            "1 quadratic losses, relative error", Norm(direction - expected) / Norm(expected), low: 0, high: 1e-12,
            explanation: $"GradAlign's direction against g + (beta / 2) grad V, beta = {Beta}: exact but for rounding.");
    }

    /// <summary>2: the mean epoch of stochastic gradient descent is gradient descent on f + (rate / 4) V, and so GradAlign with beta = rate / 2.</summary>
    private void Stochastic(RunContext context)
    {
        double[] rates = [0.1, 0.05, 0.025, 0.0125], ratios = new double[4], cosines = new double[4], rests = new double[4];
        for (int i = 0; i < rates.Length; i++)
        {
            double rate = rates[i];
            Tensor<double> epoch = MeanEpoch(rate), descent = After(clients, start, FederatedRule.LargeBatch(rate), Clients), aligned = After(clients, start, FederatedRule.GradAlign(rate, rate / 2), Clients);
            Tensor<double> gap = epoch - descent, expected = variance * (-rate * rate * Clients / 4);
            ratios[i] = Norm(gap) / Norm(expected);
            cosines[i] = Dot(gap, expected) / Norm(gap) / Norm(expected);
            rests[i] = Norm(epoch - aligned) / Norm(gap);
        }

        string where = $"The mean over all 24 orders of an epoch of {Clients} steps, less {Clients} steps of gradient descent, against -(rate^2 K / 4) grad V; rate = {rates[^1]}.";
        context.Claim("2 norm of SGD - GD over theory", ratios[^1], low: 0.94, high: 1, explanation: where);
        context.Claim("2 norm of SGD - GD over theory, extrapolated to rate 0", (2 * ratios[^1]) - ratios[^2], 1, 0.02, explanation: where + " Linear in the rate, from the last two.");
        context.Claim("2 cosine of SGD - GD with theory", cosines[^1], low: 0.9995, explanation: where);
        context.Claim("2 what GradAlign leaves of SGD - GD, ratio of the last halving", rests[^1] / rests[^2], low: 0.45, high: 0.56, explanation: "|SGD - GradAlign(beta = rate / 2)| / |SGD - GD| halves with the rate.");
        context.Report("2 what GradAlign leaves of SGD - GD", rests[^1], $"At rate {rates[^1]}.");
        context.Record("2", [.. ratios, .. cosines, .. rests]);
        context.Plot(
            "2-stochastic.svg", new Figure("α", "distance / |SGD - GD|") { LogX = true, LogY = true }.Line("SGD - GradAlign(β = α/2)", rates, rests).Line("1 - |SGD - GD| / theory", rates, [.. ratios.Select(ratio => Math.Abs(1 - ratio))]),
            "An epoch of stochastic gradient descent, over all orders, is GradAlign with β = α/2 up to the next order.");
    }

    /// <summary>3: local steps add c (rate^2 K (K - 1) / 4) grad V, with c = 1, 0 and 1 - 2 beta / (rate (K - 1)).</summary>
    private void Local(RunContext context)
    {
        double[] rates = [0.02, 0.005];
        List<IReadOnlyList<Cell>> rows = [];
        foreach (int k in (ReadOnlySpan<int>)[5, 10])
        {
            (string Name, double Theory, Func<double, FederatedRule> Rule)[] methods =
            [
                ("FedAvg", 1, rate => FederatedRule.FedAvg(rate, k)), ("SCAFFOLD", 0, rate => FederatedRule.Scaffold(rate, k)),
                ("FedGA, critical beta", 0, rate => FederatedRule.FedGA(rate, k, FederatedRule.CriticalDisplacement(rate, k))),
                ("FedGA, twice critical", -1, rate => FederatedRule.FedGA(rate, k, 2 * FederatedRule.CriticalDisplacement(rate, k))),
            ];
            foreach ((string name, double theory, Func<double, FederatedRule> rule) in methods)
            {
                double[] c = [.. rates.Select(rate =>
                {
                    Tensor<double> gap = After(clients, start, rule(rate), 1) - After(clients, start, FederatedRule.LargeBatch(rate), k), unit = variance * (rate * rate * k * (k - 1) / 4);
                    return Dot(gap, unit) / Dot(unit, unit);
                })];
                double limit = c[1] + ((c[1] - c[0]) * rates[1] / (rates[0] - rates[1]));
                string where = $"Component of one round less {k} steps of gradient descent along (rate^2 K (K - 1) / 4) grad V, K = {k}";
                context.Claim($"3 K = {k}, {name}, coefficient", c[1], theory, k == 5 ? 0.05 : 0.1, explanation: $"{where}, rate {rates[1]}.");
                context.Claim($"3 K = {k}, {name}, coefficient at rate 0", limit, theory, 0.02, explanation: $"{where}, extrapolated linearly from rates {rates[0]} and {rates[1]}.");
                rows.Add([name, k, theory, new(c[0], "F3"), new(c[1], "F3"), new(limit, "F3")]);
            }
        }

        context.Table("Coefficient of grad V in one round", ["method", "K", "theory", "rate .02", "rate .005", "rate 0"], rows);
    }

    private Tensor<double> MeanEpoch(double rate)
    {
        using Scope scope = Scope.Begin();
        using Federation<double> run = new(orders, start.Tile(orders.Replicas, 1));
        run.Epoch(rate, permutations);
        return scope.Keep(run.Parameters.Mean(0, keepDimension: true));
    }

    /// <summary>The server's parameters after some rounds.</summary>
    private static Tensor<double> After(ClientObjective<double> objective, Tensor<double> from, FederatedRule rule, int rounds)
    {
        using Scope scope = Scope.Begin();
        using Federation<double> run = new(objective, from);
        for (int round = 0; round < rounds; round++)
        {
            run.Round(rule);
        }

        return scope.Keep(run.Parameters.Clone());
    }

    private static double Dot(Tensor<double> x, Tensor<double> y)
    {
        using Tensor<double> products = x * y, sum = products.Sum();
        return sum.Item();
    }

    private static double Norm(Tensor<double> x) => Math.Sqrt(Dot(x, x));

    /// <summary>All orders of 0 .. n - 1.</summary>
    private static IEnumerable<int[]> Permutations(int n) =>
        n == 0 ? [[]] : Permutations(n - 1).SelectMany(order => Enumerable.Range(0, n).Select(at => (int[])[.. order[..at], n - 1, .. order[at..]]));
}
