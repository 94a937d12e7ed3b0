using Onsager.Tensors;

namespace Onsager.Models.Glm;

/// <summary>The objective sum_i l(x_i . w, y_i) + (lambda / 2) |w|^2 and its gradient.</summary>
internal sealed record Risk(ConvexLoss Loss, Tensor<double> X, Tensor<double> Y, double Lambda)
{
    /// <summary>The objective and the mean loss; the gradient goes into an existing tensor.</summary>
    public (double Objective, double Train) Evaluate(Tensor<double> w, Tensor<double> gradient)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> h = X.MatMul(w), slopes = Loss.Slope(h, Y);
        double sum = Loss.Value(h, Y).Sum().Item();
        X.Transpose().MatMulInto(slopes.Unsqueeze(1), gradient.Unsqueeze(1));
        w.TernaryInto<Simd.FusedMultiplyAdd>(Tensor.Scalar(Lambda, w.Device), gradient, gradient);
        return (sum + (0.5 * Lambda * Vectors.Dot(w, w)), sum / X.Shape[0]);
    }

    /// <summary>The objective alone, from scores h = X w.</summary>
    public double Value(Tensor<double> h, Tensor<double> w)
    {
        using Tensor<double> losses = Loss.Value(h, Y), sum = losses.Sum();
        return sum.Item() + (0.5 * Lambda * Vectors.Dot(w, w));
    }

    /// <summary>Refuses data that are not finite; otherwise the norm of the gradient at 0, by which tolerances count.</summary>
    public static double Scale(double norm) => double.IsFinite(norm)
        ? norm
        : throw new GlmException(GlmFailure.NotFinite, $"erm: the gradient at w = 0 is {norm}: a row or a target is not finite.");

    /// <summary>
    /// Refuses to call a point a minimum where there is none: without regularisation, weights that give every row a positive margin with a slope still below 0 can
    /// only grow.
    /// </summary>
    public void CheckAttained(Tensor<double> w)
    {
        if (Lambda > 0 || !Loss.IsMargin)
        {
            return;
        }

        using Tensor<double> h = X.MatMul(w), margins = h * Y, least = margins.Min(), greatest = margins.Max();
        if (least.Item() > 0 && Loss.Slope(greatest.Item(), 1) < 0)
        {
            throw new GlmException(
                GlmFailure.Separable,
                $"erm: the {Loss.Name} loss has no minimum with lambda = 0: weights of norm {Vectors.Norm(w):g3} separate the classes with margins from {least.Item():g3} to {greatest.Item():g3}; take lambda > 0.");
        }
    }

    /// <summary>The end of an iteration that was not successful.</summary>
    public GlmException NotConverged(string method, int iterations, double norm, double scale, Tensor<double> w)
    {
        CheckAttained(w);
        return new(
            GlmFailure.NotConverged,
            $"erm: {method} ended after {iterations} iterations with a gradient of {norm:g3}, which was {scale:g3} at w = 0; allow more iterations, a larger tolerance or a larger lambda (now {Lambda:g3}).");
    }
}
