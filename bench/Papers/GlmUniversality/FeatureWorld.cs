using Onsager.Models.Glm;
using Onsager.Simd;
using Onsager.Tensors;
using static Onsager.Papers.GlmExperiment;

namespace Onsager.Papers;

/// <summary>What K learners on feature maps of the same inputs show.</summary>
/// <param name="Train">Mean training loss.</param>
/// <param name="Single">Mean test error of one learner.</param>
/// <param name="Ensemble">Test error of the mean of their scores.</param>
/// <param name="Correlation">Of the first two learners' test scores.</param>
internal readonly record struct Ensemble(double Train, double Single, double Ensembled, double Correlation)
{
    public double[] Numbers => [Train, Single, Ensembled, Correlation];
}

/// <summary>
/// Random feature maps of a Gaussian mixture z = c mu + g in d dimensions, and the Gaussian mixture with the same class means and joint class covariances, which are measured on a pool.
/// The pool is also where learners on features are tested; learners on the surrogate are tested exactly, by its moments.
/// </summary>
internal sealed class FeatureWorld<TActivation> : IDisposable
    where TActivation : struct, IUnaryOp
{
    /// <summary>Learners.</summary>
    public const int Learners = 2;

    private const double MeanLength = 1.5;

    private readonly Tensor<double> maps;
    private readonly Tensor<double> mean;
    private readonly Tensor<double>[] pool;
    private readonly GaussianSurrogate surrogate;
    private readonly double gain;
    private readonly int p;
    private readonly Device device;

    public FeatureWorld(int p, int poolRows, double gain, RandomStream random, Device device)
    {
        this.device = device;
        this.p = p;
        this.gain = gain;
        maps = RandomFeatures.Maps(Learners * p, p, random.Fork("maps"), device);
        mean = Mixture.GenericMean(p, MeanLength * MeanLength, random.Fork("mean"), device);
        RandomStream rows = random.Fork("pool");
        pool = [Features(0, poolRows / 2, rows), Features(1, poolRows / 2, rows)];
        surrogate = GaussianSurrogate.Fit(pool);
    }

    /// <summary>Trains the learners on n rows of features and on n of the surrogate with the same number of rows in each class; the weights are [learners, learners p].</summary>
    public ((Tensor<double> Weights, double Train) Features, (Tensor<double> Weights, double Train) Surrogate) Train(ConvexLoss loss, nint n, double lambda, RandomStream random)
    {
        nint first = 0;
        using (Tensor<double> labels = random.Fork("labels").Bernoulli<double>([n], 0.5), ones = labels.Sum())
        {
            first = (nint)ones.Item();
        }

        // Both classes have rows, whatever the labels were.
        first = nint.Clamp(first, 1, n - 1);
        using Scope scope = Scope.Begin();
        RandomStream features = random.Fork("features"), normal = random.Fork("surrogate");
        Tensor<double> own = Tensor.Concatenate<double>(0, Features(0, first, features), Features(1, n - first, features)) - surrogate.PooledMean;
        Tensor<double> drawn = Tensor.Concatenate<double>(0, surrogate.Draw(0, first, normal), surrogate.Draw(1, n - first, normal));
        Tensor<double> y = Tensor.Concatenate<double>(0, Tensor.Ones<double>([first], device), -Tensor.Ones<double>([n - first], device));
        (Tensor<double> w1, double t1) = Fit(loss, own, y, lambda);
        (Tensor<double> w2, double t2) = Fit(loss, drawn, y, lambda);
        scope.Keep(w1);
        scope.Keep(w2);
        return ((w1, t1), (w2, t2));
    }

    /// <summary>Errors and the correlation of learners on features, on the pool.</summary>
    public Ensemble OnPool(Tensor<double> weights, double train)
    {
        using Scope scope = Scope.Begin();
        double single = 0, ensemble = 0;
        Tensor<double>[] scores = new Tensor<double>[2];
        for (int c = 0; c < 2; c++)
        {
            scores[c] = Scores(c, weights);
            Tensor<double> zero = Tensor.Scalar(0.0, device), right = scores[c] * (c == 0 ? 1.0 : -1.0);
            single += 0.5 * right.Less(zero).Mean().Item();
            ensemble += 0.5 * right.Mean(1).Less(zero).Mean().Item();
        }

        Tensor<double> all = Tensor.Concatenate<double>(0, scores), centred = all - all.Mean(0);
        Tensor<double> covariance = centred.Transpose().MatMul(centred);
        return new(train, single, ensemble, covariance[0, 1] / Math.Sqrt(covariance[0, 0] * covariance[1, 1]));
    }

    /// <summary>The same of learners on the surrogate, without sampling.</summary>
    public Ensemble OnSurrogate(Tensor<double> weights, double train)
    {
        using Scope scope = Scope.Begin();
        double single = 0, ensemble = 0, xx = 0, xy = 0, yy = 0;
        (Tensor<double> mean0, _) = surrogate.Scores(0, weights);
        (Tensor<double> mean1, _) = surrogate.Scores(1, weights);
        for (int c = 0; c < 2; c++)
        {
            (Tensor<double> means, Tensor<double> covariance) = surrogate.Scores(c, weights);
            double side = c == 0 ? -1 : 1, variance = 0, sum = 0;
            for (int i = 0; i < Learners; i++)
            {
                single += 0.5 / Learners * NormalCdf(side * means[i] / Math.Sqrt(covariance[i, i]));
                sum += means[i];
                for (int j = 0; j < Learners; j++)
                {
                    variance += covariance[i, j];
                }
            }

            ensemble += 0.5 * NormalCdf(side * sum / Math.Sqrt(variance));
            xx += 0.5 * covariance[0, 0];
            xy += 0.5 * covariance[0, 1];
            yy += 0.5 * covariance[1, 1];
        }

        // Half the distance of the class means is what the classes add to the covariance.
        double a = 0.5 * (mean0[0] - mean1[0]), b = 0.5 * (mean0[1] - mean1[1]);
        return new(train, single, ensemble, (xy + (a * b)) / Math.Sqrt((xx + (a * a)) * (yy + (b * b))));
    }

    /// <summary>The scores [rows, learners] of the pool's rows of a class.</summary>
    public Tensor<double> Scores(int c, Tensor<double> weights)
    {
        using Scope scope = Scope.Begin();
        return scope.Keep((pool[c].MatMul(weights.Transpose()) - weights.MatMul(surrogate.PooledMean)) * (1 / Math.Sqrt(p)));
    }

    /// <summary>Scores [rows, learners] of fresh rows of the surrogate.</summary>
    public Tensor<double> SurrogateScores(int c, int rows, Tensor<double> weights, RandomStream random)
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(surrogate.Draw(c, rows, random).MatMul(weights.Transpose()) * (1 / Math.Sqrt(p)));
    }

    public void Dispose()
    {
        maps.Dispose();
        mean.Dispose();
        pool[0].Dispose();
        pool[1].Dispose();
        surrogate.Dispose();
    }

    /// <summary>Features [n, learners p] of rows of a class: the first has the mean, the second its negative.</summary>
    private Tensor<double> Features(int c, nint n, RandomStream random)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> normal = random.Normal<double>([n, p], device), z = c == 0 ? normal + mean : normal - mean;
        return scope.Keep(RandomFeatures.Apply<TActivation>(z, maps, gain));
    }

    /// <summary>A learner for each block of features, each with zeros where the others' blocks are.</summary>
    private (Tensor<double> Weights, double Train) Fit(ConvexLoss loss, Tensor<double> x, Tensor<double> y, double lambda)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> weights = Tensor.Zeros<double>([Learners, Learners * p], device);
        double train = 0;
        for (int k = 0; k < Learners; k++)
        {
            Tensor<double> block = x.Slice(1, k * p, (k + 1) * p) * (1 / Math.Sqrt(p));
            using ErmFit fit = Erm.Fit(loss, block, y, lambda);
            train += fit.TrainLoss / Learners;
            fit.Weights.CopyInto(weights.Select(0, k).Slice(0, k * p, (k + 1) * p));
        }

        return (scope.Keep(weights), train);
    }
}
