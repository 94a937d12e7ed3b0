using Onsager.Models.Adversarial;
using Onsager.Papers.Report;
using Onsager.Simd;
using Onsager.Tensors;
using static Onsager.Papers.GeneralizedAliPaper;
using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>Criteria 1 to 5: the game on a finite alphabet and the loss's derivative, in double precision without training.</summary>
internal static class TheoryChecks
{
    private const int Letters = 30;

    public static void Run(RunContext context)
    {
        context.Heading("1 to 5: what the theorems say");
        RandomStream random = Stream(context, AliCheck.Theory);
        foreach (int n in (int[])[2, 4, 8])
        {
            Optimum(context, n, random.Fork((ulong)n));
        }

        Saturation(context);
        Tied(context);
        Slopes(context, random.Fork("slopes"));
        Pairs(context);
    }

    private static void Optimum(RunContext context, int n, RandomStream random)
    {
        DiscreteGame game = new(Distributions(n, random));
        double[][] best = game.OptimalDiscriminator();
        double value = game.DiscriminatorValue(best), largest = double.NegativeInfinity;
        for (int i = 0; i < 200; i++)
        {
            largest = Math.Max(largest, game.DiscriminatorValue(Perturbed(best, random)) - value);
        }

        context.Claim($"1 n = {n}, largest gain over D*", largest, high: -double.Epsilon, explanation: "Of V by 200 random changes of D*'s logits, normal of deviation 10^-3.");
        context.Claim($"2 n = {n}, V(D*) - identity", value - game.DiscriminatorIdentity(), expected: 0, tolerance: 1e-12, explanation: "-n log n + n JSD.");
        double product = game.ProductValue(best);
        context.Claim($"2 n = {n}, C(D*) - identity", product - game.ProductIdentity(), expected: 0, tolerance: 1e-12, explanation: "-n (n - 1) log n - sum of KL + n (n - 1) JSD.");
        context.Claim($"2 n = {n}, slack of the bound on C", game.ProductBound() - product, low: 0, explanation: "-n (n - 1) log n - (sum of KL) / n, less C.");
        double[] one = Distributions(1, random)[0];
        DiscreteGame equal = new([.. Enumerable.Repeat(one, n)]);
        double[][] even = equal.OptimalDiscriminator();
        (double c, double loss) = n switch
        {
            2 => (-1.3862943611198906, 1.3862943611198906),
            4 => (-16.635532333438686, 5.545177444479562),
            _ => (-116.4487263340708, 16.635532333438686),
        };
        context.Claim($"2 n = {n}, C where all are equal", equal.ProductValue(even), expected: c, tolerance: 1e-9, explanation: "-n (n - 1) log n.");
        context.Claim($"2 n = {n}, loss of D where all are equal", -equal.DiscriminatorValue(even), expected: loss, tolerance: 1e-9, explanation: "n log n.");
    }

    /// <summary>Softmax of standard normal logits.</summary>
    private static double[][] Distributions(int count, RandomStream random)
    {
        using Tensor<double> logits = random.Normal<double>([count, Letters]), softmax = logits.Softmax(1);
        double[] all = softmax.ToArray();
        return [.. Enumerable.Range(0, count).Select(i => all[(i * Letters)..((i + 1) * Letters)])];
    }

    private static double[][] Perturbed(double[][] best, RandomStream random)
    {
        using Scope scope = Scope.Begin();
        int n = best.Length, letters = best[0].Length;
        Tensor<double> logits = Tensor.From<double>([.. best.SelectMany(static row => row)], [n, letters]).Log();
        double[] all = (logits + random.Normal<double>([n, letters], 0, 1e-3)).Softmax(0).ToArray();
        return [.. Enumerable.Range(0, n).Select(i => all[(i * letters)..((i + 1) * letters)])];
    }

    /// <summary>Four discretised normal distributions that move apart.</summary>
    private static void Saturation(RunContext context)
    {
        double[] apart = Grid(1, 12, 45, logarithmic: false), minimax = new double[apart.Length], product = new double[apart.Length];
        for (int i = 0; i < apart.Length; i++)
        {
            (minimax[i], product[i]) = Norms(apart[i]);
        }

        (double near, double nearProduct) = Norms(4);
        (double far, double farProduct) = Norms(12);
        context.Claim("3 minimax, s = 4", near, expected: 0.297, tolerance: 0.02 * 0.297, explanation: "Norm of the gradient by the logits of four distributions with centres 20 +- s and 20 +- s / 3, D = D*.");
        context.Claim("3 minimax, s = 12", far, expected: 0.0916, tolerance: 0.02 * 0.0916);
        context.Claim("3 product, s = 4", nearProduct, expected: 2.67, tolerance: 0.02 * 2.67);
        context.Claim("3 product, s = 12", farProduct, expected: 9.47, tolerance: 0.02 * 9.47);
        context.Claim("3 minimax, s = 12 over s = 4", far / near, high: 0.5, explanation: "It vanishes as classes part.");
        context.Claim("3 product, s = 12 over s = 4", farProduct / nearProduct, low: 2, explanation: "It does not.");
        context.Claim("3 product over minimax, s = 12", farProduct / far, low: 50);
        context.Plot(
            "3-saturation.svg", new Figure("s", "norm of the gradient") { LogY = true }.Curve("minimax", apart, minimax).Curve("product", apart, product),
            "Gradient by the distributions' logits against their separation, D = D*: minimax vanishes where the discriminator is certain, the product grows.");
    }

    private static (double Minimax, double Product) Norms(double s)
    {
        DiscreteGame game = new([.. ((double[])[20 - s, 20 + s, 20 - (s / 3), 20 + (s / 3)]).Select(Bell)]);
        double[][] best = game.OptimalDiscriminator();
        return (game.GradientNorm(best, AdversarialObjective.Minimax), game.GradientNorm(best, AdversarialObjective.Product));
    }

    /// <summary>A normal distribution of variance 4 on 40 letters.</summary>
    private static double[] Bell(double centre)
    {
        double[] weights = new double[40];
        for (int a = 0; a < weights.Length; a++)
        {
            weights[a] = Map.Unary<Exp>(-(a - centre) * (a - centre) / 8);
        }

        double sum = Reduce.Sum<double>(weights);
        return [.. weights.Select(weight => weight / sum)];
    }

    private static void Tied(RunContext context)
    {
        context.Claim("4 n = 4, threshold", TiedClasses.Threshold(4), expected: Math.Sqrt(5) - 2, tolerance: 1e-9, explanation: "Below it a letter whose two tied classes have q / p = r loses mass, with D = D* recomputed but not differentiated.");
        context.Claim("4 n = 4, q / p from 0.22", TiedClasses.Run(4, 0.22)[^1], high: 0.01, explanation: "The mode dies.");
        context.Claim("4 n = 4, q / p from 0.25", TiedClasses.Run(4, 0.25)[^1], low: 0.99, explanation: "The mode recovers.");
        context.Report("4 n = 4, q / p from 0.23", TiedClasses.Run(4, 0.23)[^1]);
        context.Report("4 n = 4, q / p from 0.24", TiedClasses.Run(4, 0.24)[^1]);
        context.Report("4 n = 2, q / p from 0.05", TiedClasses.Run(2, 0.05)[^1], "The two tuples of ALI have no threshold.");
        context.Report("4 n = 8, q / p from 0.5", TiedClasses.Run(8, 0.5)[^1]);
        context.Report("4 n = 8, threshold", TiedClasses.Threshold(8));
        Figure figure = new("time", "q / p") { LogY = true, YRange = (1e-3, 2) };
        double[] times = [.. Enumerable.Range(0, 801).Select(static k => k * 0.05)];
        foreach (double r in (double[])[0.2, 0.22, 0.23, 0.24, 0.25, 0.3])
        {
            figure.Curve($"from {r}", times, [.. TiedClasses.Run(4, r, steps: 800).Select(static x => Math.Max(x, 1e-9))]);
        }

        context.Plot("4-tied.svg", figure, "n = 4: mass of a mode in two tied classes, from ratios around sqrt(5) - 2 = 0.236.");
    }

    private static void Slopes(RunContext context, RandomStream random)
    {
        const int Batch = 6;
        double largest = 0;
        foreach (int n in (int[])[2, 4, 8])
        {
            using Scope scope = Scope.Begin();
            Tensor<double> logits = random.Normal<double>([n, Batch, n], 0, 3);
            double[] slopes = Autodiff.Grad(logits, static s => -AdversarialLoss.Players(s, AdversarialObjective.Product)).ToArray(), chances = logits.Softmax(2).ToArray();
            for (int at = 0; at < slopes.Length; at++)
            {
                double expected = (at / (n * Batch) == at % n ? 0 : 1) - ((n - 1) * chances[at]);
                largest = Math.Max(largest, Math.Abs((slopes[at] * Batch) - expected));
            }
        }

        context.Claim("5 slope of the product by logits", largest, expected: 0, tolerance: 1e-12, explanation: "Largest difference from [k != i] - (n - 1) D_k, n = 2, 4, 8.");
    }

    /// <summary>Why the product: on two letters, classes that are alike only in pairs.</summary>
    private static void Pairs(RunContext context)
    {
        const double Rare = 1e-9;
        DiscreteGame pairs = new([[1 - Rare, Rare], [1 - Rare, Rare], [Rare, 1 - Rare], [Rare, 1 - Rare]]), even = new([.. Enumerable.Repeat((double[])[0.5, 0.5], 4)]);
        double[][] best = pairs.OptimalDiscriminator(), level = even.OptimalDiscriminator();
        context.Table(
            "Four classes on two letters: alike only in pairs, and all alike", ["objective", "pairs", "optimum"],
            [["product", pairs.ProductValue(best), even.ProductValue(level)], ["log(1 - D_i)", pairs.ComplementValue(best), even.ComplementValue(level)]]);
    }
}
