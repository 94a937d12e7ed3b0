using Onsager.Models.Glm;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests.Glm;

/// <summary>Risk minimisation: solvers against each other and against the gradient written out, state evolution at a large size, and problems without an answer.</summary>
public sealed class ErmTests
{
    private static readonly ConvexLoss[] Losses = [ConvexLoss.Square, ConvexLoss.Logistic, ConvexLoss.SquaredHinge, ConvexLoss.Huber];

    [Theory]
    [InlineData(60, 20, 0.1)]
    [InlineData(20, 60, 0.1)]
    [InlineData(40, 40, 2)]
    [InlineData(1, 1, 0.5)]
    [InlineData(1, 3, 0.01)]
    public void Solvers_meet_where_the_gradient_is_zero(int n, int p, double lambda)
    {
        using Scope scope = Scope.Begin();
        LabelledRows rows = Rows(n, p);
        foreach (ConvexLoss loss in Losses)
        {
            ErmFit reference = Erm.Fit(loss, rows.X, rows.Y, lambda);
            double[] gradient = Gradient(loss, rows, reference.Weights.ToArray(), lambda, out double train), start = Gradient(loss, rows, new double[p], lambda, out _);
            double scale = Norm(start);
            Assert.True(Norm(gradient) <= 2e-7 * scale, $"{loss.Name}: {Norm(gradient)} of {scale}");
            Assert.Equal(train, reference.TrainLoss, 1e-12);
            Assert.Equal(Norm(gradient), reference.GradientNorm, 1e-9 * scale);
            foreach (ErmSolver solver in (ErmSolver[])[ErmSolver.Newton, ErmSolver.LBfgs])
            {
                ErmFit fit = Erm.Fit(loss, rows.X, rows.Y, lambda, new() { Solver = solver });
                Assert.All(fit.Weights.ToArray().Zip(reference.Weights.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 2e-6 * scale / lambda));
            }
        }
    }

    [Fact]
    public void The_closed_form_of_few_rows_is_that_of_many()
    {
        using Scope scope = Scope.Begin();
        LabelledRows rows = Rows(12, 30);
        using Ridge ridge = new(30);
        ridge.Add(rows.X, rows.Y);
        double[] primal = ridge.Solve(0.2).ToArray(), dual = Erm.Fit(ConvexLoss.Square, rows.X, rows.Y, 0.2, new() { Solver = ErmSolver.ClosedForm }).Weights.ToArray();
        Assert.All(primal.Zip(dual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    /// <summary>One large problem is what state evolution says, within a few of its fluctuations, which shrink as 1 / sqrt p.</summary>
    [Theory]
    [InlineData("square")]
    [InlineData("logistic")]
    public void A_large_problem_is_state_evolutions(string name)
    {
        const int P = 1000;
        using Scope scope = Scope.Begin();
        ConvexLoss loss = Losses.Single(loss => loss.Name == name);
        RandomStream random = new(5);
        Tensor<double> mu = Mixture.GenericMean(P, 1.5, random);
        LabelledRows rows = Mixture.Draw(mu, 2 * P, NoiseLaw.Rademacher, random, 1 / Math.Sqrt(P));
        ErmFit fit = Erm.Fit(loss, rows.X, rows.Y, 0.1, new() { Solver = ErmSolver.LBfgs });
        OrderParameters theory = new StateEvolution(loss, Mixture.TwoClusters(1.5), 2, 0.1).Solve();
        double m = fit.Weights.MatMul(mu).Item() / Math.Sqrt(P), q = fit.Weights.MatMul(fit.Weights).Item() / P;
        Assert.Equal(theory.TrainLoss, fit.TrainLoss, 0.02);
        Assert.Equal(theory.TestError, Mixture.TwoClusters(1.5).Error(m, q), 0.015);
    }

    /// <summary>Problems that share their noise have the minimisers of problems on their own, rows written out.</summary>
    [Theory]
    [InlineData("square", 12, 7)]
    [InlineData("logistic", 30, 9)]
    [InlineData("squared hinge", 5, 20)]
    [InlineData("huber", 40, 6)]
    public void An_ensemble_is_its_problems(string name, int n, int p)
    {
        using Scope scope = Scope.Begin();
        ConvexLoss loss = Losses.Single(loss => loss.Name == name);
        ClusterEnsemble problems = ClusterEnsemble.Draw(3, n, p, 1.5, NoiseLaw.Exponential, new RandomStream(4));
        EnsembleFit fits = problems.Fit(loss, 0.3, tolerance: 1e-8);
        for (int k = 0; k < 3; k++)
        {
            Assert.Equal(1.5 / p, problems.Means.Select(0, k).Square().Sum().Item(), 1e-14);
            Tensor<double> y = problems.Labels.Select(0, k), x = problems.Noise + (y.Unsqueeze(1) * problems.Means.Select(0, k));
            ErmFit own = Erm.Fit(loss, x, y, 0.3);
            Assert.Equal(own.TrainLoss, fits.TrainLoss[k], 1e-6);
            Assert.All(own.Weights.ToArray().Zip(fits.Weights.Select(0, k).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    [Fact]
    public void Ensembles_that_cannot_be_solved_say_why()
    {
        using Scope scope = Scope.Begin();
        ClusterEnsemble problems = ClusterEnsemble.Draw(2, 8, 4, 1, NoiseLaw.Gaussian, new RandomStream(1));
        GlmException early = Assert.Throws<GlmException>(() => problems.Fit(ConvexLoss.Logistic, 0.1, maxIterations: 1));
        Assert.Equal(GlmFailure.NotConverged, early.Failure);
        Assert.StartsWith("cluster ensemble: after 1 iterations a gradient is", early.Message, StringComparison.Ordinal);
        Tensor<double> broken = problems.Noise.Clone();
        broken.AsSpan()[3] = double.NaN;
        Assert.Equal(GlmFailure.NotFinite, Assert.Throws<GlmException>(() => (problems with { Noise = broken }).Fit(ConvexLoss.Logistic, 0.1)).Failure);
        Throws.Exactly<ArgumentException>(
            "cluster ensemble: noise [n, p], labels [problems, n] and means [problems, p] are needed; got [8, 4], [2, 8] and [3, 4].",
            () => (problems with { Means = Tensor.Ones<double>([3, 4]) }).Fit(ConvexLoss.Square, 1));
        Throws.Exactly<ArgumentException>(
            "cluster ensemble: a finite lambda above 0, a tolerance above 0 and at least one iteration are needed; got 0, 1E-05 and 500.", () => problems.Fit(ConvexLoss.Square, 0));

        // Without a signal or noise there is nothing to minimise.
        ClusterEnsemble nothing = new(Tensor.Zeros<double>([3, 2]), Tensor.Ones<double>([1, 3]), Tensor.Zeros<double>([1, 2]));
        EnsembleFit zero = nothing.Fit(ConvexLoss.Logistic, 1);
        Assert.Equal(0, zero.Iterations);
        Assert.Equal([0.0, 0], zero.Weights.ToArray());
    }

    [Fact]
    public void Nothing_to_learn_is_zero_at_once()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.Zeros<double>([4, 3]), y = Tensor.Ones<double>([4]);
        foreach (ConvexLoss loss in Losses)
        {
            ErmFit fit = Erm.Fit(loss, x, y, 1);
            Assert.Equal(new double[3], fit.Weights.ToArray());
            Assert.Equal(loss.Value(0, 1), fit.TrainLoss, 1e-15);
        }
    }

    [Fact]
    public void Problems_without_an_answer_say_why()
    {
        using Scope scope = Scope.Begin();
        LabelledRows few = Rows(5, 8), many = Rows(20, 3);
        Expect(GlmFailure.SingularDesign, "erm: 5 rows of 8 features leave a subspace of minimisers with lambda = 0; take lambda > 0.", () => Erm.Fit(ConvexLoss.Square, few.X, few.Y, 0));
        Expect(
            GlmFailure.SingularDesign, "erm: at step 0 the Hessian of 5 rows and 8 features is singular to working precision with lambda = 0; take a larger lambda, or L-BFGS.",
            () => Erm.Fit(ConvexLoss.Logistic, few.X, few.Y, 0));
        Tensor<double> twice = Tensor.Concatenate<double>(1, many.X, many.X);
        Expect(GlmFailure.SingularDesign, "ridge: the normal equations of 6 features are singular to working precision with lambda = 0", () => Erm.Fit(ConvexLoss.Square, twice, many.Y, 0));

        // The sign of the first coordinate is the label.
        Tensor<double> separated = Tensor.Concatenate<double>(1, many.Y.Unsqueeze(1), many.X);
        foreach (ErmSolver solver in (ErmSolver[])[ErmSolver.Newton, ErmSolver.LBfgs])
        {
            Expect(GlmFailure.Separable, "erm: the logistic loss has no minimum with lambda = 0: weights of norm", () => Erm.Fit(ConvexLoss.Logistic, separated, many.Y, 0, new() { Solver = solver }));
            Assert.True(Erm.Fit(ConvexLoss.Logistic, separated, many.Y, 1e-3, new() { Solver = solver }).Iterations > 1);
            Expect(GlmFailure.NotConverged, "after 1 iterations with a gradient of", () => Erm.Fit(ConvexLoss.Logistic, many.X, many.Y, 1, new() { Solver = solver, MaxIterations = 1 }));
        }

        // The squared hinge is zero beyond margin 1: its minimum is attained.
        Assert.Equal(0, Erm.Fit(ConvexLoss.SquaredHinge, separated, many.Y, 0, new() { Solver = ErmSolver.LBfgs }).TrainLoss, 1e-12);
        Tensor<double> broken = many.X.Clone();
        broken.AsSpan()[4] = double.NaN;
        Expect(GlmFailure.NotFinite, "erm: the gradient at w = 0 is NaN", () => Erm.Fit(ConvexLoss.Logistic, broken, many.Y, 1));

        static void Expect(GlmFailure failure, string message, Func<ErmFit> fit)
        {
            GlmException exception = Assert.Throws<GlmException>(() => fit());
            Assert.Equal(failure, exception.Failure);
            Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Arguments_that_do_not_fit_are_named()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.Ones<double>([4, 3]), y = Tensor.Ones<double>([4]);
        Throws.Exactly<ArgumentException>("erm: rows [n, p] and targets [n] are needed, at least one of each; got [4, 3] and [3].", () => Erm.Fit(ConvexLoss.Square, x, Tensor.Ones<double>([3]), 1));
        Throws.Exactly<ArgumentException>(
            "erm: rows [n, p] and targets [n] are needed, at least one of each; got [0, 3] and [0].", () => Erm.Fit(ConvexLoss.Square, Tensor.Ones<double>([0, 3]), Tensor.Ones<double>([0]), 1));
        Throws.Exactly<ArgumentException>("erm: the logistic loss needs targets 1 and -1; target 0 is 2.", () => Erm.Fit(ConvexLoss.Logistic, x, y * 2.0, 1));
        Throws.Exactly<ArgumentOutOfRangeException>("erm: lambda must be finite and not negative.", () => Erm.Fit(ConvexLoss.Square, x, y, -1));
        Throws.Exactly<ArgumentException>(
            "erm: a tolerance above 0 and at least one iteration are needed; got 0 and 500.", () => Erm.Fit(ConvexLoss.Square, x, y, 1, new() { Tolerance = 0 }));
        Throws.Exactly<NotSupportedException>(
            "erm: only the square loss has a closed form; the loss is logistic.", () => Erm.Fit(ConvexLoss.Logistic, x, y, 1, new() { Solver = ErmSolver.ClosedForm }));
    }

    private static LabelledRows Rows(int n, int p)
    {
        RandomStream random = new((ulong)((1000 * n) + p));
        using Tensor<double> mu = Mixture.GenericMean(p, 1.5, random);
        return Mixture.Draw(mu, n, NoiseLaw.Gaussian, random, 1 / Math.Sqrt(p));
    }

    /// <summary>The objective's gradient, row by row.</summary>
    private static double[] Gradient(ConvexLoss loss, LabelledRows rows, double[] w, double lambda, out double train)
    {
        double[] gradient = [.. w.Select(x => lambda * x)], x = rows.X.ToArray(), y = rows.Y.ToArray();
        train = 0;
        for (int i = 0; i < y.Length; i++)
        {
            double h = 0;
            for (int j = 0; j < w.Length; j++)
            {
                h += x[(i * w.Length) + j] * w[j];
            }

            train += loss.Value(h, y[i]) / y.Length;
            for (int j = 0; j < w.Length; j++)
            {
                gradient[j] += loss.Slope(h, y[i]) * x[(i * w.Length) + j];
            }
        }

        return gradient;
    }

    private static double Norm(double[] x) => Math.Sqrt(x.Sum(v => v * v));
}
