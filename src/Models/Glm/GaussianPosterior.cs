using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Glm;

/// <summary>
/// The Gibbs measure of the square loss, density ~ exp(-beta (|X w - y|^2 / 2 + (lambda / 2) |w|^2)), which is a normal law: its mean is the ridge estimator, its covariance
/// M^-1 / beta with M = X^T X + lambda I.
/// </summary>
/// <param name="Mean">The mean [p].</param>
/// <param name="Factor">The lower triangular L [p, p] with M = L L^T.</param>
/// <param name="Beta">The inverse temperature.</param>
public readonly record struct GaussianPosterior(Tensor<double> Mean, Tensor<double> Factor, double Beta) : IDisposable
{
    /// <summary>The measure for rows X [n, p] with targets y [n], on their device.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or beta or lambda is negative or not finite.</exception>
    /// <exception cref="GlmException">lambda is 0: the prior does not normalise; or M is singular to working precision.</exception>
    public static GaussianPosterior OfSquareLoss(Tensor<double> x, Tensor<double> y, double lambda, double beta)
    {
        GlmPotential.CheckPrior("gibbs measure", lambda, beta);
        if (x.Rank != 2)
        {
            throw new ArgumentException($"gibbs measure: rows [n, p] are needed; got {x.Shape}.", nameof(x));
        }

        using Scope scope = Scope.Begin();
        using Ridge ridge = new((int)x.Shape[1], x.Device);
        ridge.Add(x, y);
        Tensor<double> factor = scope.Keep(ridge.Factor(lambda));
        return new(scope.Keep(ridge.Solve(factor)), factor, beta);
    }

    /// <summary>tr(M^-1) / p: beta times the mean variance of a weight.</summary>
    public double MeanVariance()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> inverse = Triangular.Solve(Factor, Tensor.Identity<double>(Mean.Shape[0], Mean.Device));
        return inverse.Square().Sum().Item() / Mean.Shape[0];
    }

    /// <summary>Independent samples [count, p].</summary>
    public Tensor<double> Sample(nint count, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        using Scope scope = Scope.Begin();
        Tensor<double> normal = random.Normal<double>([Mean.Shape[0], count], Mean.Device), moved = Triangular.Solve(Factor, normal, transpose: true);
        return scope.Keep((moved.Transpose() * (1 / Math.Sqrt(Beta))) + Mean);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        Factor.Dispose();
    }
}
