using Onsager.Tensors;

namespace Onsager.Models.TwoLayer;

/// <summary>
/// The network and the training of Dandi, Krzakala, Loureiro, Pesce and Stephan, "How two-layer neural networks learn, one (giant) step at
/// a time" (JMLR 25, 2024): f(z) = p^(-1/2) sum_i a_i relu(w_i . z), whose first layer takes steps of order p while a stays frozen, and
/// whose second layer is then fitted by ridge regression.
/// </summary>
public static class GiantStep
{
    /// <summary>Rows of a chunk in which long batches are streamed; a constant, since it orders the sums.</summary>
    public const int ChunkRows = 8192;

    /// <summary>Pre-activations Z W^T [n, p] of a batch Z [n, d] and first-layer rows W [p, d].</summary>
    public static Tensor<float> PreActivations(Tensor<float> z, Tensor<float> w)
    {
        using Tensor<float> transposed = w.Transpose();
        return z.MatMul(transposed);
    }

    /// <summary>Features relu(Z W^T) / sqrt(p) [n, p], in which the second layer is linear.</summary>
    public static Tensor<float> Features(Tensor<float> z, Tensor<float> w)
    {
        using Tensor<float> before = PreActivations(z, w), after = before.Relu();
        return after * (float)(1 / Math.Sqrt(w.Shape[0]));
    }

    /// <summary>
    /// Adds to sums [p, d], in double precision, the sums over a chunk of h_i: (y - f(z)) z relu'(w_i . z). Divide by the whole batch's
    /// size for the paper's h. relu'(0) = 0.
    /// </summary>
    /// <param name="z">The chunk [n, d].</param>
    /// <param name="y">Its targets [n].</param>
    /// <param name="w">First-layer rows [p, d].</param>
    /// <param name="a">Second-layer weights [p].</param>
    /// <param name="sums">What the chunk's sums are added to.</param>
    public static void AccumulateGradient(Tensor<float> z, Tensor<float> y, Tensor<float> w, Tensor<float> a, Tensor<double> sums)
    {
        using Scope scope = Scope.Begin();
        Tensor<float> before = PreActivations(z, w), active = before.Relu();
        Tensor<float> f = active.MatMul(a) * (float)(1 / Math.Sqrt(w.Shape[0]));
        Tensor<float> residual = (y - f).Unsqueeze(1);

        // The mask relu'(w_i . z) times the residual, one column for each neuron.
        Tensor<float> zero = Tensor.Scalar(0f, w.Device), weights = zero.Less(before) * residual;
        Tensor<float> chunk = weights.Transpose().MatMul(z);
        sums.AddInto(chunk.Cast<double>(), sums);
    }

    /// <summary>The giant step: W [p, d] with w_i + (rate / sqrt p) a_i h_i, given h [p, d] in double precision.</summary>
    public static Tensor<float> Step(Tensor<float> w, Tensor<float> a, Tensor<double> h, double rate)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> move = a.Cast<double>().Unsqueeze(1) * h * (rate / Math.Sqrt(w.Shape[0]));
        return scope.Keep((w.Cast<double>() + move).Cast<float>());
    }
}
