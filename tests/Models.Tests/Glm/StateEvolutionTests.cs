using Onsager.Models.Glm;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests.Glm;

/// <summary>State evolution against the card glm-universality, against what random matrices say, and against finite problems.</summary>
public sealed class StateEvolutionTests
{
    private static readonly Mixture Clusters = Mixture.TwoClusters(1.5);

    private static readonly Mixture Fine = Mixture.Elliptical(1.5, 0.2, 1.8);

    /// <summary>The card's table for |mu|^2 = 1.5 and lambda = 0.1, to its digits.</summary>
    [Theory]
    [InlineData("square", 0.5, 0.0082, 0.2611, 0.390, 0.371)]
    [InlineData("square", 2, 0.1014, 0.2094, 0.579, 0.512)]
    [InlineData("square", 5, 0.1601, 0.1503, 0.594, 0.329)]
    [InlineData("logistic", 0.5, 0.1561, 0.2244, 0.821, 1.174)]
    [InlineData("logistic", 2, 0.1567, 0.1679, 1.801, 3.500)]
    [InlineData("logistic", 5, 0.1874, 0.1449, 2.460, 5.400)]
    public void Two_clusters(string loss, double alpha, double train, double error, double m, double q)
    {
        OrderParameters found = new StateEvolution(Of(loss), Clusters, alpha, 0.1).Solve();
        Assert.Equal(train, found.TrainLoss, 5.1e-5);
        Assert.Equal(error, found.TestError, 5.1e-5);
        Assert.Equal(m, found.M, 5.1e-4);
        Assert.Equal(q, found.Q, 5.1e-4);
        Assert.Equal((found.Q, found.TestError), (found.SelfOverlap, found.SampleTestError));
    }

    [Theory]
    [InlineData("square", 0.0748, 0.1567, 0.670, 0.706)]
    [InlineData("logistic", 0.1345, 0.1216, 1.918, 3.741)]
    public void A_finer_mixture(string loss, double train, double error, double m, double q)
    {
        OrderParameters found = new StateEvolution(Of(loss), Fine, 2, 0.1).Solve();
        Assert.Equal(train, found.TrainLoss, 5.1e-5);
        Assert.Equal(error, found.TestError, 5.1e-5);
        Assert.Equal(m, found.M, 5.1e-4);
        Assert.Equal(q, found.Q, 5.1e-4);
    }

    [Fact]
    public void Two_estimators_on_the_same_data()
    {
        StateEvolution square = new(ConvexLoss.Square, Clusters, 2, 0.1), logistic = new(ConvexLoss.Logistic, Clusters, 2, 0.1);
        Assert.Equal(0.9261, square.Cosine(logistic), 5.1e-5);
        Assert.Equal(square.Cosine(logistic), logistic.Cosine(square), 1e-10);
        Assert.Equal(1, square.Cosine(square), 1e-9);
        Assert.Equal(1, logistic.Cosine(logistic), 1e-9);
    }

    [Fact]
    public void Finite_temperature()
    {
        OrderParameters logistic = new StateEvolution(ConvexLoss.Logistic, Clusters, 2, 0.5).Solve(1);
        Assert.Equal([1.051, 1.039, 2.386, 0.3608, 0.2481, 0.1512], (double[])[logistic.M, logistic.Q, logistic.SelfOverlap, logistic.TrainLoss, logistic.SampleTestError, logistic.TestError], Within);
        OrderParameters square = new StateEvolution(ConvexLoss.Square, Clusters, 2, 0.1).Solve(4);
        Assert.Equal([0.5124, 0.7235, 0.1586], (double[])[square.Q, square.SelfOverlap, square.TrainLoss], Within);

        static bool Within(double x, double y) => Math.Abs(x - y) <= 5.1e-4;
    }

    /// <summary>For the square loss the posterior's mean is the minimiser, the variance is its v over beta, and the energy has a closed form (card, section c).</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(4)]
    [InlineData(100)]
    public void The_Gibbs_measure_of_the_square_loss_is_a_normal_law(double beta)
    {
        const double Alpha = 2, Lambda = 0.1;
        StateEvolution problem = new(ConvexLoss.Square, Clusters, Alpha, Lambda);
        OrderParameters cold = problem.Solve(), warm = problem.Solve(beta);
        Assert.Equal(cold.Q, warm.Q, 1e-8);
        Assert.Equal(cold.M, warm.M, 1e-8);
        Assert.Equal(cold.V / beta, warm.SelfOverlap - warm.Q, 1e-9);
        Assert.Equal(cold.TrainLoss + ((1 - (Lambda * cold.V)) / (2 * beta * Alpha)), warm.TrainLoss, 1e-9);
    }

    /// <summary>v of the square loss is the Stieltjes transform of the Marchenko-Pastur law at -lambda: lambda v^2 + (lambda + alpha - 1) v - 1 = 0.</summary>
    [Theory]
    [InlineData(0.3, 0.01)]
    [InlineData(1, 0.5)]
    [InlineData(8, 1)]
    public void The_variance_of_ridge_regression_is_Marchenko_and_Pasturs(double alpha, double lambda)
    {
        double v = new StateEvolution(ConvexLoss.Square, Clusters, alpha, lambda).Solve().V, b = lambda + alpha - 1;
        Assert.Equal((-b + Math.Sqrt((b * b) + (4 * lambda))) / (2 * lambda), v, 1e-9 * v);
    }

    /// <summary>At low temperature samples are the minimiser; at any temperature the integrals are those of the engine's adaptive quadrature.</summary>
    [Theory]
    [InlineData("logistic")]
    [InlineData("huber")]
    [InlineData("squared hinge")]
    public void Cold_measures_are_minimisers(string loss)
    {
        StateEvolution problem = new(Of(loss), Clusters, 2, 0.3);
        OrderParameters ground = problem.Solve(), cold = problem.Solve(1e5);
        Assert.Equal(ground.M, cold.M, 1e-3 * ground.M);
        Assert.Equal(ground.Q, cold.Q, 1e-3 * ground.Q);
        Assert.Equal(ground.TrainLoss, cold.TrainLoss, 1e-3 * ground.TrainLoss);
    }

    [Fact]
    public void A_mixture_may_be_cut_into_equal_components()
    {
        Mixture cut = new(1.5, new(0.2, 1, 1, 1), new(0.3, 1, 1, 1), new(0.5, -1, -1, 1));
        OrderParameters whole = new StateEvolution(ConvexLoss.Logistic, Clusters, 2, 0.1).Solve(), parts = new StateEvolution(ConvexLoss.Logistic, cut, 2, 0.1).Solve();
        Assert.Equal(whole.Q, parts.Q, 1e-9);
        Assert.Equal(whole.TestError, parts.TestError, 1e-10);
    }

    [Fact]
    public void Without_a_mean_nothing_is_learned()
    {
        OrderParameters found = new StateEvolution(ConvexLoss.Logistic, Mixture.TwoClusters(0), 2, 0.1).Solve();
        Assert.Equal(0, found.M);
        Assert.Equal(0.5, found.TestError, 1e-15);
    }

    [Fact]
    public void What_has_no_answer_says_why()
    {
        GlmException separable = Assert.Throws<GlmException>(() => new StateEvolution(ConvexLoss.Logistic, Clusters, 1, 0).Solve());
        Assert.Equal(GlmFailure.NotConverged, separable.Failure);
        Assert.Contains("state evolution: the order parameters did not converge for the logistic loss, alpha = 1, lambda = 0", separable.Message, StringComparison.Ordinal);
        Assert.Contains("take lambda > 0", separable.Message, StringComparison.Ordinal);
        GlmException improper = Assert.Throws<GlmException>(() => new StateEvolution(ConvexLoss.Logistic, Clusters, 1, 0).Solve(1));
        Assert.Equal(GlmFailure.ImproperPrior, improper.Failure);
        Assert.Equal("state evolution: the prior exp(-beta lambda |w|^2 / 2) does not normalise with lambda = 0; take lambda > 0.", improper.Message);
        GlmException early = Assert.Throws<GlmException>(() => new StateEvolution(ConvexLoss.Logistic, Clusters, 1, 0.1, new() { MaxIterations = 3 }).Solve());
        Assert.Contains("after 3 iterations", early.Message, StringComparison.Ordinal);
        Throws.Exactly<ArgumentException>(
            "state evolution: a finite alpha above 0 and a finite lambda that is not negative are needed; got 0 and 1.", () => new StateEvolution(ConvexLoss.Square, Clusters, 0, 1).Solve());
        Throws.Exactly<ArgumentException>(
            "state evolution: scales above 0 are needed, and labels 1 and -1 for the logistic loss; got MixtureComponent { Weight = 1, Label = 2, Mean = 1, Scale = 1 }.",
            () => new StateEvolution(ConvexLoss.Logistic, new Mixture(1, new MixtureComponent(1, 2, 1, 1)), 1, 1).Solve());
        Throws.Exactly<ArgumentException>(
            "state evolution: two estimators on the same data have the same alpha and the same mixture.",
            () => new StateEvolution(ConvexLoss.Square, Clusters, 1, 1).Cosine(new StateEvolution(ConvexLoss.Square, Clusters, 2, 1)));
        Assert.Throws<ArgumentException>(() => new StateEvolution(ConvexLoss.Square, Clusters, 1, 1).Solve(double.NaN));
    }

    [Theory]
    [InlineData(-1.0, 1.0, 1.0)]
    [InlineData(1.0, 0.9, 1.0)]
    [InlineData(1.0, double.NaN, 1.0)]
    [InlineData(1.0, 1.0, -1.0)]
    [InlineData(double.PositiveInfinity, 1.0, 1.0)]
    public void Mixtures_that_are_none_are_refused(double meanSquare, double weight, double scale) =>
        Assert.StartsWith("mixture: ", Assert.Throws<ArgumentException>(() => new Mixture(meanSquare, new MixtureComponent(weight, 1, 1, scale))).Message, StringComparison.Ordinal);

    private static ConvexLoss Of(string name) => new[] { ConvexLoss.Square, ConvexLoss.Logistic, ConvexLoss.Huber, ConvexLoss.SquaredHinge }.Single(loss => loss.Name == name);
}
