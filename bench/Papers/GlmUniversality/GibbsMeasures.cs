using Onsager.Models.Glm;
using Onsager.Tensors;
using static Onsager.Papers.GlmExperiment;

namespace Onsager.Papers;

/// <summary>U4: averages over Gibbs measures are universal: exact samples for the square loss, Hamiltonian Monte Carlo for the logistic one.</summary>
internal static class GibbsMeasures
{
    private const double SquareBeta = 4;
    private const double LogisticLambda = 0.5;

    public static void Run(RunContext context)
    {
        context.Heading("U4: samples of Gibbs measures");
        Square(context);
        Logistic(context);
    }

    private static void Square(RunContext context)
    {
        const int Samples = 64, p = 400;
        OrderParameters ground = new StateEvolution(ConvexLoss.Square, Classes, Alpha, Lambda).Solve();
        OrderParameters theory = new StateEvolution(ConvexLoss.Square, Classes, Alpha, Lambda).Solve(SquareBeta);
        (string Name, string Label, double Expected, double Tolerance)[] numbers =
        [
            ("V", "tr M^-1 / p", ground.V, 0.015), ("r - q", "r - q", theory.V, 0.008), ("q", "q", theory.Q, 0.05), ("energy", "energy", theory.TrainLoss, 0.010),
        ];
        Repeats repeats = Judged(numbers);
        repeats.Run(context, "U4 square loss", least: 12, most: 240, repetition =>
        {
            RandomStream random = Stream(context, GlmCheck.SquareGibbs, repetition);
            using Tensor<double> mu = Mixture.GenericMean(p, MeanSquare, random.Fork("mean"), context.Device);
            foreach (NoiseLaw law in Laws)
            {
                using Scope scope = Scope.Begin();
                LabelledRows rows = Rows(mu, (nint)(Alpha * p), law, random.Fork("rows"));
                GaussianPosterior posterior = GaussianPosterior.OfSquareLoss(rows.X, rows.Y, Lambda, SquareBeta);
                Tensor<double> w = posterior.Sample(Samples, random.Fork("samples"));
                (double r, double q) = Replicas(w.Unsqueeze(0))[0];
                repeats.Add($"{law.Name} V", posterior.MeanVariance());
                repeats.Add($"{law.Name} r", r);
                repeats.Add($"{law.Name} q", q);
                repeats.Add($"{law.Name} r - q", r - q);
                repeats.Add($"{law.Name} energy", ConvexLoss.Square.Value(w.MatMul(rows.X.Transpose()), rows.Y).Mean().Item());
            }
        });
        string where = $"p = {p}, n = 2 p, lambda = 0.1, beta = 4, {Samples} exact samples of each data set.";
        Claim(context, repeats, "square", numbers, where);
        repeats.ClaimErrors(context, "U4 square");
    }

    private static void Logistic(RunContext context)
    {
        const int Chains = 4, Leaps = 12, Every = 4;
        const double Step = 0.12;
        int p = context.Choose(100, 200, 200), burn = 100, iterations = context.Choose(260, 500, 500);
        nint n = (nint)(Alpha * p);
        OrderParameters theory = new StateEvolution(ConvexLoss.Logistic, Classes, Alpha, LogisticLambda).Solve(1);
        (string Name, string Label, double Expected, double Tolerance)[] numbers =
        [
            ("energy", "energy", theory.TrainLoss, 0.03), ("r", "r", theory.SelfOverlap, 0.08), ("q", "q", theory.Q, 0.06), ("error", "error of a sample", theory.SampleTestError, 0.010),
        ];
        Repeats repeats = Judged(numbers);
        repeats.Run(context, "U4 logistic loss", least: 12, most: 240, repetition =>
        {
            using Scope scope = Scope.Begin();
            RandomStream random = Stream(context, GlmCheck.LogisticGibbs, repetition);
            Tensor<double> mu = Mixture.GenericMean(p, MeanSquare, random.Fork("mean"), context.Device);

            // All laws and chains in one batch.
            LabelledRows[] rows = [.. Laws.Select(law => Rows(mu, n, law, random.Fork("rows")))];
            Tensor<double> x = Tensor.Stack<double>(0, [.. rows.Select(law => law.X)]), y = Tensor.Stack<double>(0, [.. rows.Select(law => law.Y)]);
            using HamiltonianMonteCarlo chains = new(
                new GlmPotential(ConvexLoss.Logistic, x, y, LogisticLambda), random.Fork("start").Normal<double>([Laws.Length, Chains, p], context.Device), random.Fork("chains"), Step, Leaps);
            chains.Run(burn);
            double[,] sums = new double[Laws.Length, 4];
            int looks = 0;
            for (; burn + (looks * Every) < iterations; looks++)
            {
                chains.Run(Every);
                Look(chains, mu, n, sums);
            }

            for (int law = 0; law < Laws.Length; law++)
            {
                for (int k = 0; k < 4; k++)
                {
                    repeats.Add($"{Laws[law].Name} {numbers[k].Name}", sums[law, k] / looks);
                }
            }

            repeats.Add("acceptance", chains.Acceptance);
        });
        string where = $"p = {p}, n = 2 p, lambda = 0.5, beta = 1, {Chains} chains of {iterations} iterations ({burn} burn-in) of {Leaps} leaps for each data set.";
        Claim(context, repeats, "logistic", numbers, where);
        context.Report("U4 logistic, acceptance", repeats.Mean("acceptance"), "Share of accepted proposals, over all laws.");
        repeats.ClaimErrors(context, "U4 logistic");
    }

    /// <summary>Adds energy, r, q and the error of a sample, for each law.</summary>
    private static void Look(HamiltonianMonteCarlo chains, Tensor<double> mu, nint n, double[,] sums)
    {
        using Scope scope = Scope.Begin();
        nint p = mu.Shape[0];
        (double R, double Q)[] replicas = Replicas(chains.Position);
        Tensor<double> m = chains.Position.MatMul(mu) / Math.Sqrt(p), squares = chains.Position.Square().Sum(-1);

        // The potential is the sum of the losses and of lambda |w|^2 / 2.
        double[] energies = ((chains.Energies - (squares * (LogisticLambda / 2))).Mean(-1) / n).ToArray();
        double[] errors = (-m / (squares / p).Sqrt()).NormalCdf().Mean(-1).ToArray();
        for (int law = 0; law < Laws.Length; law++)
        {
            sums[law, 0] += energies[law];
            sums[law, 1] += replicas[law].R;
            sums[law, 2] += replicas[law].Q;
            sums[law, 3] += errors[law];
        }
    }

    /// <summary>r, the mean of |w|^2 / p, and q, the mean of w . w' / p over pairs of different samples, of each of a batch [batch, samples, p].</summary>
    public static (double R, double Q)[] Replicas(Tensor<double> w)
    {
        using Scope scope = Scope.Begin();
        nint count = w.Shape[1], p = w.Shape[2];
        double[] squares = w.Square().Sum([1, 2]).ToArray(), whole = w.Sum(1).Square().Sum(-1).ToArray();
        return [.. squares.Zip(whole, (square, all) => (square / (count * p), (all - square) / (count * (count - 1) * p)))];
    }

    private static Repeats Judged((string Name, string Label, double Expected, double Tolerance)[] numbers)
    {
        Repeats repeats = new();
        foreach (NoiseLaw law in Laws)
        {
            foreach ((string name, _, _, double tolerance) in numbers)
            {
                repeats.Judge($"{law.Name} {name}", tolerance);
            }
        }

        return repeats;
    }

    private static void Claim(RunContext context, Repeats repeats, string loss, (string Name, string Label, double Expected, double Tolerance)[] numbers, string where)
    {
        foreach (NoiseLaw law in Laws)
        {
            foreach ((string name, string label, double expected, double tolerance) in numbers)
            {
                repeats.Claim(context, $"U4 {loss}, {law.Name}, {label}", $"{law.Name} {name}", expected, tolerance, where);
            }
        }
    }
}
