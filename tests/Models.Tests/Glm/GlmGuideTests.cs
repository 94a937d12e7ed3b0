using Onsager.Models.Glm;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Tests.Glm;

/// <summary>The programs that docs/glm.md shows: they stand here word by word, and do what it says.</summary>
public sealed class GlmGuideTests
{
    [Fact]
    public void Every_program_of_the_guide_stands_here() => Guide.AssertTested("glm.md", "Glm/GlmGuideTests.cs", 8);

    [Fact]
    public void Models()
    {
        using Scope scope = Scope.Begin();                                    // releases what is made below
        const int P = 400, N = 2 * P;
        RandomStream random = new(seed: 1);
        Tensor<double> mu = Mixture.GenericMean(P, 1.5, random);              // |mu|^2 = 1.5, in no special direction
        LabelledRows rows = Mixture.Draw(mu, N, NoiseLaw.Rademacher, random, factor: 1 / Math.Sqrt(P));
        ErmFit fit = Erm.Fit(ConvexLoss.Logistic, rows.X, rows.Y, lambda: 0.1);
        OrderParameters theory = new StateEvolution(ConvexLoss.Logistic, Mixture.TwoClusters(1.5), (double)N / P, 0.1).Solve();
        Console.WriteLine($"training loss {fit.TrainLoss:F3}, theory {theory.TrainLoss:F3}, test error {theory.TestError:F3}");
        Assert.Equal(theory.TrainLoss, fit.TrainLoss, 0.04);

        ConvexLoss boosting = ConvexLoss.Of<Exponential>();
        ErmFit boosted = Erm.Fit(boosting, rows.X, rows.Y, lambda: 1, new() { Solver = ErmSolver.LBfgs });
        double error = new StateEvolution(boosting, Mixture.TwoClusters(1.5), alpha: 2, lambda: 1).Solve().TestError;
        Assert.Equal(Mixture.TwoClusters(1.5).Error(boosted.Weights.MatMul(mu).Item() / Math.Sqrt(P), boosted.Weights.MatMul(boosted.Weights).Item() / P), error, 0.03);

        Mixture fine = Mixture.Elliptical(1.5, 0.2, 1.8);                     // each row's variance is 0.2 or 1.8
        StateEvolution square = new(ConvexLoss.Square, fine, alpha: 2, lambda: 0.1), logistic = new(ConvexLoss.Logistic, fine, alpha: 2, lambda: 0.1);
        double train = square.Solve().TrainLoss, cosine = square.Cosine(logistic);
        OrderParameters warm = logistic.Solve(beta: 1);                       // warm.SelfOverlap is |w|^2 / p, warm.Q is w . w' / p
        Assert.Equal(0.0748, train, 1e-4);

        // The card's measurement of eight runs at p = 200.
        Assert.Equal(0.8677, cosine, 2 * 0.0053);
        Assert.True(warm.SelfOverlap > warm.Q && warm.SampleTestError > warm.TestError);

        GaussianPosterior posterior = GaussianPosterior.OfSquareLoss(rows.X, rows.Y, lambda: 0.1, beta: 4);
        Tensor<double> samples = posterior.Sample(64, random);                // [64, p]
        GlmPotential potential = new(ConvexLoss.Logistic, rows.X, rows.Y, lambda: 0.5);
        using HamiltonianMonteCarlo chains = new(potential, Tensor.Zeros<double>([16, P]), random, step: 0.1, leaps: 12);
        chains.Run(50);
        Console.WriteLine($"accepted {chains.Acceptance:P0}; positions {chains.Position.Shape}");
        Assert.Equal("[64, 400]", samples.Shape.ToString());
        Assert.InRange(chains.Acceptance, 0.9, 1);
    }

    [Fact]
    public void Ensembles()
    {
        using Scope scope = Scope.Begin();
        RandomStream random = new(seed: 3);
        using ClusterEnsemble problems = ClusterEnsemble.Draw(32, n: 400, p: 200, meanSquare: 1.5, NoiseLaw.Exponential, random);
        using EnsembleFit fits = problems.Fit(ConvexLoss.Logistic, lambda: 0.1);
        Console.WriteLine($"training loss {fits.TrainLoss.Mean().Item():F4} after {fits.Iterations} steps");

        // Theory says 0.1567; one problem's standard deviation is 0.01.
        Assert.Equal(0.1567, fits.TrainLoss.Mean().Item(), 5 * 0.01 / Math.Sqrt(32));
    }

    [Fact]
    public void Features()
    {
        using Scope scope = Scope.Begin();
        RandomStream random = new(seed: 2);
        Tensor<double> maps = RandomFeatures.Maps(200, 100, random);
        Tensor<double> noise = random.Normal<double>([5000, 100]), shift = Mixture.GenericMean(100, 2.25, random);
        Tensor<double> plus = RandomFeatures.Apply<Tanh>(noise + shift, maps), minus = RandomFeatures.Apply<Tanh>(noise - shift, maps);
        using GaussianSurrogate surrogate = GaussianSurrogate.Fit([plus, minus]);
        Tensor<double> like = surrogate.Draw(0, 50, random);                  // 50 rows of the first class
        Assert.Equal("[50, 200]", like.Shape.ToString());
    }

    private readonly struct Exponential : ILossFormula
    {
        public static string Name => "exponential";

        public static bool IsMargin => true;                              // a function of u = y h

        public static V Value<V>(V u)
            where V : unmanaged, ILanes<V> => Exp.Apply(-u);

        public static V Slope<V>(V u)
            where V : unmanaged, ILanes<V> => -Exp.Apply(-u);

        public static V Curvature<V>(V u)
            where V : unmanaged, ILanes<V> => Exp.Apply(-u);
    }
}
