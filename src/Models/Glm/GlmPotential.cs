using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Glm;

/// <summary>
/// A potential U over positions of many chains: a Gibbs measure has the density exp(-U). Positions are [..., chains, p], so that all chains, and all data sets in front of
/// them, take one product of matrices.
/// </summary>
public abstract class Potential
{
    /// <summary>U of each chain [..., chains] and its gradient [..., chains, p] for positions [..., chains, p], into existing tensors.</summary>
    public abstract void Evaluate(Tensor<double> position, Tensor<double> values, Tensor<double> gradient);
}

/// <summary>
/// U(w) = beta (sum_i l(x_i . w, y_i) + (lambda / 2) |w|^2), for one data set X [n, p], y [n] or for a batch of them, X [..., n, p], y [..., n].
/// </summary>
public sealed class GlmPotential : Potential
{
    private readonly ConvexLoss loss;
    private readonly Tensor<double> x;
    private readonly Tensor<double> y;
    private readonly double lambda;
    private readonly double beta;

    /// <summary>The potential of these rows, which are not copied.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit, a target is not one of the loss's, or a number is negative or not finite.</exception>
    /// <exception cref="GlmException">lambda is 0: the prior does not normalise.</exception>
    public GlmPotential(ConvexLoss loss, Tensor<double> x, Tensor<double> y, double lambda, double beta = 1)
    {
        ArgumentNullException.ThrowIfNull(loss);
        CheckPrior("glm potential", lambda, beta);
        if (x.Rank < 2 || y.Rank != x.Rank - 1 || !x.Shape.AsSpan()[..^1].SequenceEqual(y.Shape.AsSpan()))
        {
            throw new ArgumentException($"glm potential: rows [..., n, p] and targets [..., n] are needed; got {x.Shape} and {y.Shape}.");
        }

        Erm.Targets("glm potential", loss, y);
        this.loss = loss;
        this.x = x;
        this.y = y;
        this.lambda = lambda;
        this.beta = beta;
    }

    /// <inheritdoc/>
    public override void Evaluate(Tensor<double> position, Tensor<double> values, Tensor<double> gradient)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> h = position.MatMul(x.Transpose()), targets = y.Unsqueeze(-2);
        loss.Value(h, targets).SumInto([-1], values);
        loss.Slope(h, targets).MatMulInto(x, gradient);
        Tensor<double> half = Tensor.Scalar(lambda / 2, position.Device), whole = Tensor.Scalar(lambda, position.Device), scale = Tensor.Scalar(beta, position.Device);
        position.Square().Sum(-1).TernaryInto<FusedMultiplyAdd>(half, values, values);
        position.TernaryInto<FusedMultiplyAdd>(whole, gradient, gradient);
        if (beta != 1)
        {
            values.MultiplyInto(scale, values);
            gradient.MultiplyInto(scale, gradient);
        }
    }

    /// <summary>Refuses a temperature that is none, and a prior exp(-beta lambda |w|^2 / 2) that has no finite integral.</summary>
    internal static void CheckPrior(string operation, double lambda, double beta)
    {
        if (!(beta > 0) || !double.IsFinite(beta) || !(lambda >= 0) || !double.IsFinite(lambda))
        {
            throw new ArgumentException($"{operation}: a finite beta above 0 and a finite lambda that is not negative are needed; got {beta} and {lambda}.");
        }

        if (lambda == 0)
        {
            throw new GlmException(GlmFailure.ImproperPrior, $"{operation}: the prior exp(-beta lambda |w|^2 / 2) does not normalise with lambda = 0; take lambda > 0.");
        }
    }
}
