using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Glm;

/// <summary>Minimisers of many problems.</summary>
/// <param name="Weights">w of each problem [problems, p].</param>
/// <param name="TrainLoss">The mean loss over the rows of each problem [problems].</param>
/// <param name="Iterations">Steps that all took.</param>
public readonly record struct EnsembleFit(Tensor<double> Weights, Tensor<double> TrainLoss, int Iterations) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        TrainLoss.Dispose();
    }
}

/// <summary>
/// Many data sets with two clusters that share one matrix of noise: the rows of problem k are labels[k, i] means[k] + noise[i]. A large matrix is drawn and read once for all of them, and
/// what products with vectors were are products with matrices. Problems with independent labels and means are all but independent: what they share, the noise's spectrum, hardly fluctuates
/// in high dimension.
/// </summary>
/// <param name="Noise">[n, p].</param>
/// <param name="Labels">1 or -1 [problems, n].</param>
/// <param name="Means">[problems, p].</param>
public readonly record struct ClusterEnsemble(Tensor<double> Noise, Tensor<double> Labels, Tensor<double> Means) : IDisposable
{
    /// <summary>Draws noise of a law, labels and means of a length in generic directions, all multiplied by 1 / sqrt p.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public static ClusterEnsemble Draw(int problems, nint n, nint p, double meanSquare, NoiseLaw law, RandomStream random, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(law);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(problems, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(p, 1);
        using Scope scope = Scope.Begin();
        Tensor<double> directions = random.Fork("means").Normal<double>([problems, p], device), labels = random.Fork("labels").Rademacher<double>([problems, n], device);
        Tensor<double> noise = law.Draw(n, p, random.Fork("noise"), device);
        noise.MultiplyInto(Tensor.Scalar(1 / Math.Sqrt(p), device), noise);
        Tensor<double> means = directions * Math.Sqrt(meanSquare / p) / directions.Norm(1, keepDimension: true);
        scope.Keep(means);
        scope.Keep(labels);
        return new(scope.Keep(noise), labels, means);
    }

    /// <summary>
    /// Minimises the risk of each problem, as <see cref="Erm"/> does, by conjugate gradients (Polak and Ribiere, 1969, with restarts) for all at once. A step's length is
    /// found by Newton steps on the scores, which take no product.
    /// </summary>
    /// <param name="loss">The loss.</param>
    /// <param name="lambda">The regularisation, above 0.</param>
    /// <param name="tolerance">Every problem's gradient is at most this times its norm at w = 0.</param>
    /// <param name="maxIterations">Steps at the most.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, labels are not 1 and -1, or a number is out of its range.</exception>
    /// <exception cref="GlmException">A number is not finite, or the iteration did not converge.</exception>
    public EnsembleFit Fit(ConvexLoss loss, double lambda, double tolerance = 1e-5, int maxIterations = 500)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (Noise.Rank != 2 || Labels.Rank != 2 || Means.Rank != 2 || Noise.Size == 0 || Labels.Shape[0] != Means.Shape[0] || Labels.Shape[1] != Noise.Shape[0] || Means.Shape[1] != Noise.Shape[1])
        {
            throw new ArgumentException($"cluster ensemble: noise [n, p], labels [problems, n] and means [problems, p] are needed; got {Noise.Shape}, {Labels.Shape} and {Means.Shape}.");
        }

        if (!(lambda > 0) || !double.IsFinite(lambda) || !(tolerance > 0) || maxIterations < 1)
        {
            throw new ArgumentException($"cluster ensemble: a finite lambda above 0, a tolerance above 0 and at least one iteration are needed; got {lambda}, {tolerance} and {maxIterations}.");
        }

        using (Tensor<double> flat = Labels.Flatten())
        {
            Erm.Targets("cluster ensemble", loss, flat);
        }

        using Scope scope = Scope.Begin();
        ConjugateDirections run = new(this, loss, lambda);
        for (int iteration = 0; iteration < maxIterations; iteration++)
        {
            if (run.Worst <= tolerance)
            {
                Tensor<double> train = loss.Value(run.Scores, Labels).Mean(1);
                scope.Keep(run.Weights);
                return new(run.Weights, scope.Keep(train), iteration);
            }

            if (double.IsNaN(run.Worst))
            {
                throw new GlmException(GlmFailure.NotFinite, $"cluster ensemble: after {iteration} iterations a gradient is not finite.");
            }

            run.Step();
        }

        throw new GlmException(
            GlmFailure.NotConverged,
            $"cluster ensemble: after {maxIterations} iterations a gradient is {run.Worst:g3} of what it was at w = 0, not {tolerance:g3}; allow more iterations or a larger lambda (now {lambda:g3}).");
    }

    /// <summary>Scores [problems, n] of weights [problems, p].</summary>
    internal Tensor<double> Apply(Tensor<double> weights)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> scores = weights.MatMul(Noise.Transpose());
        (weights * Means).Sum(1, keepDimension: true).TernaryInto<FusedMultiplyAdd>(Labels, scores, scores);
        return scope.Keep(scores);
    }

    /// <summary>The transposed product: [problems, p] from [problems, n].</summary>
    internal Tensor<double> ApplyTransposed(Tensor<double> slopes)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> gradient = slopes.MatMul(Noise);
        (slopes * Labels).Sum(1, keepDimension: true).TernaryInto<FusedMultiplyAdd>(Means, gradient, gradient);
        return scope.Keep(gradient);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Noise.Dispose();
        Labels.Dispose();
        Means.Dispose();
    }
}
