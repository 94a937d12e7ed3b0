using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Glm;

/// <summary>
/// The Gaussian mixture with the class means and class covariances of samples: by universality, estimators that are trained on it have the errors of those that are trained on what was
/// sampled, however little Gaussian that is. Fit it to the joint features of all learners, since learners share inputs.
/// </summary>
/// <param name="Means">Class means less the pooled mean [classes, p].</param>
/// <param name="Factors">Lower triangular factors of the class covariances [classes, p, p].</param>
/// <param name="PooledMean">The mean of all samples [p], which is to be taken from features too.</param>
public readonly record struct GaussianSurrogate(Tensor<double> Means, Tensor<double> Factors, Tensor<double> PooledMean) : IDisposable
{
    /// <summary>The number of classes.</summary>
    public int Classes => (int)Means.Shape[0];

    /// <summary>Fits means and covariances (divided by n) to the samples of each class; ten rows or more for each feature keep the bias small.</summary>
    /// <param name="classes">Samples [n_c, p] of each class, on one device.</param>
    /// <param name="jitter">What is added to each covariance's diagonal, as a share of its mean.</param>
    /// <exception cref="ArgumentException">There is no class, shapes differ, a class is empty, or the jitter is negative or not finite.</exception>
    /// <exception cref="GlmException">A covariance is singular to working precision.</exception>
    public static GaussianSurrogate Fit(ReadOnlySpan<Tensor<double>> classes, double jitter = 1e-10)
    {
        if (classes.IsEmpty || !(jitter >= 0) || !double.IsFinite(jitter))
        {
            throw new ArgumentException($"gaussian surrogate: at least one class and a finite jitter that is not negative are needed; got {classes.Length} and {jitter}.");
        }

        nint p = classes[0].Rank == 2 ? classes[0].Shape[1] : -1;
        foreach (Tensor<double> rows in classes)
        {
            if (rows.Rank != 2 || rows.Size == 0 || rows.Shape[1] != p)
            {
                throw new ArgumentException($"gaussian surrogate: samples [n, p] of each class are needed, with one p; got {rows.Shape}{(p < 0 ? "" : $" where p = {p}")}.", nameof(classes));
            }
        }

        using Scope scope = Scope.Begin();
        Tensor<double>[] means = new Tensor<double>[classes.Length], factors = new Tensor<double>[classes.Length];
        Tensor<double> pooled = Tensor.Zeros<double>([p], classes[0].Device);
        nint total = 0;
        for (int c = 0; c < classes.Length; c++)
        {
            nint n = classes[c].Shape[0];
            means[c] = classes[c].Mean(0);
            pooled.Update(new SgdUpdate(-(double)n), means[c]);
            total += n;
            factors[c] = Factor(classes[c], means[c], jitter, c);
        }

        Tensor<double> centre = scope.Keep(pooled / total), stacked = Tensor.Stack<double>(0, means);
        Tensor<double> centred = scope.Keep(stacked - centre);
        return new(centred, scope.Keep(Tensor.Stack<double>(0, factors)), centre);
    }

    /// <summary>Rows [n, p] of a class.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public Tensor<double> Draw(int number, nint n, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        CheckClass(number);
        using Scope scope = Scope.Begin();
        Tensor<double> normal = random.Normal<double>([n, Means.Shape[1]], Means.Device);
        return scope.Keep(normal.MatMul(Factors.Select(0, number).Transpose()) + Means.Select(0, number));
    }

    /// <summary>The means [k] and the covariance [k, k] of the scores x . w of a class, for the weights [k, p] of several learners: exact, without sampling.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public (Tensor<double> Means, Tensor<double> Covariance) Scores(int number, Tensor<double> weights)
    {
        CheckClass(number);
        using Scope scope = Scope.Begin();
        Tensor<double> spread = weights.MatMul(Factors.Select(0, number));
        Tensor<double> means = scope.Keep(weights.MatMul(Means.Select(0, number)));
        return (means, scope.Keep(spread.MatMul(spread.Transpose())));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Means.Dispose();
        Factors.Dispose();
        PooledMean.Dispose();
    }

    private static Tensor<double> Factor(Tensor<double> rows, Tensor<double> mean, double jitter, int number)
    {
        using Scope scope = Scope.Begin();
        nint n = rows.Shape[0], p = rows.Shape[1];
        Tensor<double> centred = rows - mean, covariance = centred.Transpose().MatMul(centred) / n;
        double level = covariance.Diagonal().Sum().Item() / p;
        try
        {
            return scope.Keep(Cholesky.Factor(covariance + (Tensor.Identity<double>(p, rows.Device) * (jitter * level))));
        }
        catch (ArithmeticException cause)
        {
            throw new GlmException(
                GlmFailure.SingularDesign,
                $"gaussian surrogate: the covariance of class {number}, {n} samples of {p} features, is singular to working precision; take more samples or a larger jitter than {jitter}. ({cause.Message})", cause);
        }
    }

    private void CheckClass(int number)
    {
        if (number < 0 || number >= Classes)
        {
            throw new ArgumentOutOfRangeException(nameof(number), number, $"gaussian surrogate: there are {Classes} classes.");
        }
    }
}
