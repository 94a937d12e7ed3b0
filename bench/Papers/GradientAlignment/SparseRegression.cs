using Onsager.Models.Federated;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.GradientAlignmentPaper;
using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>Claim 4: sparse regression with a diagonal linear net, where all methods fit the data and alignment decides how well they generalise. Seeds are replicas.</summary>
internal sealed class SparseRegression
{
    private const int Dimension = 100;
    private const int Examples = 40;
    private const int Ones = 5;
    private const double Rate = 0.01;

    private readonly RunContext context;
    private readonly int seeds;
    private readonly Tensor<double> x;
    private readonly Tensor<double> y;
    private readonly Tensor<double> truth;
    private readonly DiagonalLinearClients<double> clients;
    private double worst;

    private SparseRegression(RunContext context)
    {
        this.context = context;
        seeds = context.Choose(2, 6, 12);
        x = Stream(context, AlignmentCheck.SparseRegression).Normal<double>([seeds, Examples, Dimension]);
        truth = Tensor.Concatenate(0, Tensor.Ones<double>([Ones]), Tensor.Zeros<double>([Dimension - Ones]));
        y = (x * truth).Sum(-1);
        clients = new(x, y);
    }

    public static void Run(RunContext context)
    {
        using Scope scope = Scope.Begin();
        context.Heading("4: with all batches at once, alignment generalises like stochastic gradient descent, and better");
        new SparseRegression(context).Compare();
    }

    private void Compare()
    {
        double[] descent = Rounds(FederatedRule.LargeBatch(Rate), 0), slow = Stochastic(0.005, 1), fast = Stochastic(0.01, 2);
        double[] betas = context.Choose([0.0025, 0.005, 0.03], new[] { 0.0025, 0.005, 0.03 }, [0.0025, 0.005, 0.01, 0.02, 0.03, 0.04]);
        double[][] aligned = [.. betas.Select((beta, i) => Rounds(FederatedRule.GradAlign(Rate, beta), 3 + i))];
        double[] first = aligned[0], second = aligned[1], strong = aligned[Array.IndexOf(betas, 0.03)];
        string where = $"Of |w - w*|^2, mean of {seeds} seeds: {Ones} ones among {Dimension} weights from {Examples} examples.";
        context.Claim("4 GradAlign(.0025) / SGD(.005) - 1", (Mean(first) / Mean(slow)) - 1, 0, 0.03, explanation: where + " The displacement is half of the rate.");
        context.Claim("4 GradAlign(.005) / SGD(.01) - 1", (Mean(second) / Mean(fast)) - 1, 0, 0.03, explanation: where + " The displacement is half of the rate.");
        context.Claim("4 GD / GradAlign(.03)", Mean(descent) / Mean(strong), low: 1.8, explanation: where);
        int ordered = Enumerable.Range(0, seeds).Count(s => descent[s] > first[s] && first[s] > second[s] && second[s] > strong[s]);
        context.Claim("4 seeds with GD > GradAlign(.0025) > (.005) > (.03)", ordered, low: 5.0 * seeds / 6, explanation: $"Of {seeds}: the larger the displacement, the better it generalises.");
        context.Claim("4 largest training error", worst, low: 0, high: 5e-5, explanation: "Mean squared, of any method and seed: all fit the data.");
        List<IReadOnlyList<Cell>> rows = [Row("GD", descent), Row("SGD, rate .005", slow), Row("SGD, rate .01", fast)];
        rows.AddRange(betas.Select((beta, i) => Row($"GradAlign, beta {beta}", aligned[i])));
        context.Table($"|w - w*|^2 of {seeds} seeds", ["method", "mean", "median"], rows);
        double[] axis = [0, .. betas];
        Figure figure = new("β", "|w - w*|^{2}") { YRange = (0, 1) };
        figure.Line("GradAlign", axis, [Mean(descent), .. aligned.Select(errors => Mean(errors))], [Deviation(descent), .. aligned.Select(errors => Deviation(errors))])
            .Horizontal(Mean(slow), "SGD, rate .005").Horizontal(Mean(fast), "SGD, rate .01");
        context.Plot("4-sparse.svg", figure, "Test error of a diagonal linear net against the displacement, with the standard deviation over seeds; 0 is gradient descent.");
    }

    private static List<Cell> Row(string name, double[] errors)
    {
        double[] sorted = [.. errors.Order()];
        return [name, new(Mean(errors), "F4"), new((sorted[(errors.Length - 1) / 2] + sorted[errors.Length / 2]) / 2, "F4")];
    }

    private double[] Rounds(FederatedRule rule, int done)
    {
        const int Updates = 6000;
        using Federation<double> run = new(clients, Start());
        for (int round = 0; round < Updates; round++)
        {
            run.Round(rule);
            context.Progress("4 sparse regression", (done + ((round + 1.0) / Updates)) / 9);
        }

        return Errors(run);
    }

    private double[] Stochastic(double rate, int done)
    {
        const int Epochs = 600;
        RandomStream[] random = [.. Enumerable.Range(0, seeds).Select(s => Stream(context, AlignmentCheck.SparseRegression, 1 + s).Fork(done == 1 ? 0UL : 1))];
        int[] order = new int[seeds * Examples];
        using Federation<double> run = new(clients, Start());
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            for (int s = 0; s < seeds; s++)
            {
                random[s].Permutation(order.AsSpan(s * Examples, Examples));
            }

            run.Epoch(rate, order);
            context.Progress("4 sparse regression", (done + ((epoch + 1.0) / Epochs)) / 9);
        }

        return Errors(run);
    }

    private Tensor<double> Start() => Tensor.Full([seeds, 2 * Dimension], 0.1);

    private double[] Errors(Federation<double> run)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> w = DiagonalLinearClients<double>.Weights(run.Parameters);
        Tensor<double> residuals = (x * w.Unsqueeze(1)).Sum(-1) - y;
        worst = Math.Max(worst, residuals.Square().Mean(1).Max().Item());
        return (w - truth).Square().Sum(1).ToArray();
    }
}
