using Onsager.Models.Glm;
using Onsager.Papers.Report;
using Onsager.Simd;
using Onsager.Tensors;
using static Onsager.Papers.GlmExperiment;
using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>The card's plots: errors against the number of rows, projections against the normal law, ensembles, scores of two learners, overlaps against the temperature.</summary>
internal static class GlmPictures
{
    private const string Stage = "pictures";

    public static void Run(RunContext context)
    {
        context.Heading("Pictures");
        foreach (ConvexLoss loss in Losses)
        {
            Errors(context, loss);
        }

        Projections(context);
        Ensembles(context);
        Temperatures(context);
        context.Progress(Stage, 1);
    }

    private static void Errors(RunContext context, ConvexLoss loss)
    {
        int p = context.Choose(100, 200, 400), repetitions = context.Choose(2, 4, 8);
        double[] alphas = Grid(0.25, 8, context.Choose(5, 12, 12)), smooth = Grid(0.25, 8, 41);
        Dictionary<string, (double[] Train, double[] Test)> found = [];
        foreach (NoiseLaw law in Laws.Append(Elliptical))
        {
            double[] train = new double[alphas.Length], test = new double[alphas.Length];
            for (int i = 0; i < alphas.Length * repetitions; i++)
            {
                int at = i / repetitions;
                using Scope scope = Scope.Begin();
                RandomStream random = Stream(context, GlmCheck.Pictures, i);
                Tensor<double> mu = Mixture.GenericMean(p, MeanSquare, random.Fork("mean"), context.Device);
                LabelledRows rows = Rows(mu, (nint)Math.Round(alphas[at] * p), law, random.Fork("rows"));
                ErmFit fit = Erm.Fit(loss, rows.X, rows.Y, Lambda);
                (double m, double q) = Overlaps(fit.Weights, mu);
                train[at] += fit.TrainLoss / repetitions;
                test[at] += (law == Elliptical ? FineClasses : Classes).Error(m, q) / repetitions;
            }

            found[law.Name] = (train, test);
            context.Record(law.Name, train);
            context.Record(law.Name, test);
            context.Progress(Stage, 0.1);
        }

        OrderParameters[] coarse = [.. smooth.Select(alpha => new StateEvolution(loss, Classes, alpha, Lambda).Solve())];
        OrderParameters[] fine = [.. smooth.Select(alpha => new StateEvolution(loss, FineClasses, alpha, Lambda).Solve())];
        Draw("train", "training loss", static numbers => numbers.Train, static at => at.TrainLoss);
        Draw("test", "test error", static numbers => numbers.Test, static at => at.TestError);

        void Draw(string name, string title, Func<(double[] Train, double[] Test), double[]> numbers, Func<OrderParameters, double> theory)
        {
            Figure laws = new("n / p", title) { LogX = true };
            laws.Curve("state evolution", smooth, [.. coarse.Select(theory)]);
            foreach (NoiseLaw law in Laws)
            {
                laws.Points(law.Name, alphas, numbers(found[law.Name]));
            }

            context.Plot($"u1-{loss.Name}-{name}.svg", laws, $"The {loss.Name} loss, p = {p}: three laws of noise on one line.");
            Figure elliptical = new("n / p", title) { LogX = true };
            elliptical.Curve("theory of the class", smooth, [.. coarse.Select(theory)]).Curve("theory of the finer mixture", smooth, [.. fine.Select(theory)]);
            elliptical.Points("elliptical", alphas, numbers(found["elliptical"]));
            context.Plot($"u2-{loss.Name}-{name}.svg", elliptical, $"The {loss.Name} loss, p = {p}: elliptical noise leaves the line of its class's mean and covariance, and lies on that of the finer mixture.");
        }
    }

    /// <summary>Standardised projections of one class on a trained w against normal quantiles.</summary>
    private static void Projections(RunContext context)
    {
        const int Count = 2000;
        int p = context.Choose(200, 400, 400);
        RandomStream random = Stream(context, GlmCheck.Pictures, 1 << 20);
        using Scope scope = Scope.Begin();
        Tensor<double> generic = Mixture.GenericMean(p, MeanSquare, random.Fork("mean"), context.Device), axis = AxisMean(p, context.Device);
        Figure figure = new("normal quantile", "quantile of the projection") { Square = true, Height = 520, XRange = (-4, 4), YRange = (-4, 4) };
        double[] quantiles = [.. Enumerable.Range(0, Count).Select(i => Math.Sqrt(2) * Map.Unary<ErfInverse>(((2.0 * i) + 1 - Count) / Count))];
        foreach ((string name, NoiseLaw law, Tensor<double> mu) in (ReadOnlySpan<(string, NoiseLaw, Tensor<double>)>)
            [("Gaussian", NoiseLaw.Gaussian, generic), ("Rademacher", NoiseLaw.Rademacher, generic), ("exponential", NoiseLaw.Exponential, generic),
             ("elliptical", Elliptical, generic), ("Rademacher, mean on an axis", NoiseLaw.Rademacher, axis)])
        {
            using Scope inner = Scope.Begin();
            LabelledRows rows = Rows(mu, (nint)(Alpha * p), law, random.Fork("rows"));
            ErmFit fit = Erm.Fit(ConvexLoss.Logistic, rows.X, rows.Y, Lambda);
            Tensor<double> scores = law.Draw(Count, p, random.Fork("test"), context.Device).MatMul(fit.Weights) / fit.Weights.Norm();
            double[] sorted = scores.To(Device.Cpu).Sort().ToArray();
            context.Record(name, sorted);
            figure.Points(name, [.. quantiles.Where((_, i) => i % 10 == 5)], [.. sorted.Where((_, i) => i % 10 == 5)]);
        }

        context.Plot("u1-projections.svg", figure.Slope(1, "normal law"), $"w . (x - mu) / |w| of fresh rows for the trained logistic w, p = {p}: where the projections are normal the laws are universal.");
    }

    private static void Ensembles(RunContext context)
    {
        const int Shown = 150;
        int p = context.Choose(60, 150, 150), repetitions = context.Choose(1, 4, 8);
        double[] alphas = context.Choose<double[]>([1, 2, 4], [0.5, 1, 2, 4, 8], [0.5, 1, 2, 4, 8]);
        double[][] errors = [.. Enumerable.Range(0, 4).Select(_ => new double[alphas.Length])];
        for (int r = 0; r < repetitions; r++)
        {
            RandomStream random = Stream(context, GlmCheck.Pictures, (1 << 21) + r);
            using FeatureWorld<Tanh> world = new(p, 60 * p, 1.5, random, context.Device);
            for (int i = 0; i < alphas.Length; i++)
            {
                (Ensemble features, Ensemble surrogate) = FeatureMixtures.Once(world, ConvexLoss.Logistic, (nint)(alphas[i] * p), random.Fork((ulong)i));
                double[] now = [features.Single, features.Ensembled, surrogate.Single, surrogate.Ensembled];
                for (int k = 0; k < 4; k++)
                {
                    errors[k][i] += now[k] / repetitions;
                }
            }

            if (r == 0)
            {
                Scores(context, world, random, p, Shown);
            }
        }

        Figure figure = new("n / p", "test error") { LogX = true };
        figure.Points("one learner, features", alphas, errors[0]).Points("two learners, features", alphas, errors[1]);
        figure.Curve("one learner, surrogate", alphas, errors[2], like: "one learner, features").Curve("two learners, surrogate", alphas, errors[3], like: "two learners, features");
        foreach (double[] row in errors)
        {
            context.Record("ensembles", row);
        }

        context.Plot("u5-ensembles.svg", figure, $"The logistic loss on tanh features, p = d = {p}: one learner and the mean of two on the same inputs; dashed, the Gaussian mixture of the same moments.");
    }

    private static void Scores(RunContext context, FeatureWorld<Tanh> world, RandomStream random, int p, int shown)
    {
        using Scope scope = Scope.Begin();
        ((Tensor<double> w, _), (Tensor<double> v, _)) = world.Train(ConvexLoss.Logistic, 2 * p, FeatureMixtures.Ridge, random.Fork("scores"));
        Figure figure = new("score of the first learner", "score of the second learner") { Square = true, Height = 520 };
        for (int c = 0; c < 2; c++)
        {
            Add($"features, class {c + 1}", world.Scores(c, w).Slice(0, 0, shown));
            Add($"surrogate, class {c + 1}", world.SurrogateScores(c, shown, v, random.Fork("drawn").Fork((ulong)c)));
        }

        context.Plot("u5-scores.svg", figure, "Scores of fresh rows by two learners: features and their surrogate fill the same two ellipses.");

        void Add(string name, Tensor<double> scores)
        {
            double[] x = scores.Select(1, 0).ToArray(), y = scores.Select(1, 1).ToArray();
            context.Record(name, x);
            figure.Points(name, x, y);
        }
    }

    private static void Temperatures(RunContext context)
    {
        const int Samples = 64;
        int p = context.Choose(200, 400, 400), repetitions = context.Choose(1, 4, 8);
        double[] betas = Grid(0.25, 32, 8), smooth = Grid(0.25, 32, 33);
        StateEvolution square = new(ConvexLoss.Square, Classes, Alpha, Lambda), logistic = new(ConvexLoss.Logistic, Classes, Alpha, 0.5);
        Figure figure = new("beta", "overlap") { LogX = true, LogY = true };
        foreach (NoiseLaw law in Laws)
        {
            double[] self = new double[betas.Length], replicas = new double[betas.Length];
            for (int r = 0; r < repetitions; r++)
            {
                using Scope scope = Scope.Begin();
                RandomStream random = Stream(context, GlmCheck.Pictures, (1 << 22) + r);
                Tensor<double> mu = Mixture.GenericMean(p, MeanSquare, random.Fork("mean"), context.Device);
                LabelledRows rows = Rows(mu, (nint)(Alpha * p), law, random.Fork("rows"));
                GaussianPosterior posterior = GaussianPosterior.OfSquareLoss(rows.X, rows.Y, Lambda, 1);
                for (int i = 0; i < betas.Length; i++)
                {
                    (double R, double Q) at = GibbsMeasures.Replicas((posterior with { Beta = betas[i] }).Sample(Samples, random.Fork("samples")).Unsqueeze(0))[0];
                    self[i] += at.R / repetitions;
                    replicas[i] += at.Q / repetitions;
                }
            }

            context.Record(law.Name, self);
            context.Record(law.Name, replicas);
            figure.Points($"r, {law.Name}", betas, self).Points($"q, {law.Name}", betas, replicas);
        }

        OrderParameters[] warm = [.. smooth.Select(square.Solve)], other = [.. smooth.Select(logistic.Solve)];
        figure.Curve("r, square loss", smooth, [.. warm.Select(at => at.SelfOverlap)]).Curve("q, square loss", smooth, [.. warm.Select(at => at.Q)]);
        figure.Curve("r, logistic loss", smooth, [.. other.Select(at => at.SelfOverlap)]).Curve("q, logistic loss", smooth, [.. other.Select(at => at.Q)]);
        context.Plot("u4-temperatures.svg", figure, $"Self-overlap r and replica overlap q against the inverse temperature: state evolution for both losses, exact samples of the square loss's measure, p = {p}.");
    }
}
