using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Spectral;

/// <summary>
/// What each layer's weights contribute to the neural tangent kernel of a network without biases, h_l = W_l x_(l-1) / sqrt(n_(l-1)), x_l = phi(h_l), f = W_L x_(L-1) / sqrt(n_(L-1)):
/// K_l(x, y) is the inner product of f's gradients by W_l at two inputs, and the tangent kernel is the sum of all (Jacot, Gabriel and Hongler, "Neural tangent kernel", 2018; Dandi
/// and Jacot, "Understanding layer-wise contributions in deep neural networks through spectral analysis", 2021).
/// </summary>
public static class LayerwiseKernels
{
    /// <summary>
    /// K_1(t) .. K_L(t) at infinite width for inputs of length sqrt(d) with x . y / d = t: K_l = s_(l-1) kappa'(s_(l-1)) .. kappa'(s_(L-2)), where s_0 = t and s_j = kappa(s_(j-1)).
    /// </summary>
    /// <param name="dual">The dual of phi.</param>
    /// <param name="layers">L, the number of weights.</param>
    /// <param name="t">From -1 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no layers.</exception>
    public static double[] Infinite(DualActivation dual, int layers, double t)
    {
        ArgumentNullException.ThrowIfNull(dual);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        double[] kernels = new double[layers], slopes = new double[layers];
        double s = t;
        for (int l = 0; l < layers; l++)
        {
            kernels[l] = s;
            slopes[l] = dual.Derivative(s);
            s = dual.Value(s);
        }

        double product = 1;
        for (int l = layers - 2; l >= 0; l--)
        {
            product *= slopes[l];
            kernels[l] *= product;
        }

        return kernels;
    }

    /// <summary>
    /// K_1 .. K_L [n, m] of a network of these weights between inputs x [n, d] and y [m, d]. Each is an elementwise product of two Gram matrices, those of the layer's inputs
    /// and of the gradients by its outputs: the Jacobian is never formed.
    /// </summary>
    /// <typeparam name="TActivation">phi, but for the gain.</typeparam>
    /// <param name="weights">W_1 [n_1, d] .. W_L [1, n_(L-1)].</param>
    /// <param name="x">Inputs, one in each row.</param>
    /// <param name="y">Inputs, one in each row.</param>
    /// <param name="gain">What phi is multiplied by: sqrt(2) for relu makes E phi(g)^2 = 1.</param>
    /// <exception cref="ArgumentException">The shapes do not follow each other, or the last layer has more than one output.</exception>
    public static Tensor<double>[] Finite<TActivation>(ReadOnlySpan<Tensor<double>> weights, Tensor<double> x, Tensor<double> y, double gain = 1)
        where TActivation : struct, IUnaryOp
    {
        Check(weights, x, y);
        using Scope scope = Scope.Begin();
        Tensor<double>[] kernels = new Tensor<double>[weights.Length];
        TangentPass first = TangentPass.Run<TActivation>(weights, x, gain);
        TangentPass second = x.Equals(y) ? first : TangentPass.Run<TActivation>(weights, y, gain);
        for (int l = 0; l < kernels.Length; l++)
        {
            Tensor<double> inputs = first.Inputs[l].MatMul(second.Inputs[l].Transpose()), gradients = first.Gradients[l].MatMul(second.Gradients[l].Transpose());
            kernels[l] = scope.Keep(inputs * gradients / weights[l].Shape[1]);
        }

        return kernels;
    }

    /// <summary>K_1(x, x) .. K_L(x, x) [n] at each input: products of squared lengths. Their sums are what each layer takes of white noise.</summary>
    /// <inheritdoc cref="Finite{TActivation}"/>
    public static Tensor<double>[] Diagonals<TActivation>(ReadOnlySpan<Tensor<double>> weights, Tensor<double> x, double gain = 1)
        where TActivation : struct, IUnaryOp
    {
        Check(weights, x, x);
        using Scope scope = Scope.Begin();
        TangentPass pass = TangentPass.Run<TActivation>(weights, x, gain);
        Tensor<double>[] diagonals = new Tensor<double>[weights.Length];
        for (int l = 0; l < diagonals.Length; l++)
        {
            diagonals[l] = scope.Keep(pass.Inputs[l].Square().Sum(1) * pass.Gradients[l].Square().Sum(1) / weights[l].Shape[1]);
        }

        return diagonals;
    }

    internal static void Check(ReadOnlySpan<Tensor<double>> weights, Tensor<double> x, Tensor<double> y)
    {
        if (weights.IsEmpty || x.Rank != 2 || y.Rank != 2 || x.Shape[1] != y.Shape[1])
        {
            throw new ArgumentException($"layer-wise kernels: at least one weight and inputs [n, d] and [m, d] are needed; got {weights.Length} weights, {x.Shape} and {y.Shape}.");
        }

        nint width = x.Shape[1];
        for (int l = 0; l < weights.Length; l++)
        {
            Shape shape = weights[l].Shape;
            if (shape.Rank != 2 || shape[1] != width || (l == weights.Length - 1 && shape[0] != 1))
            {
                throw new ArgumentException(
                    $"layer-wise kernels: weight {l + 1} of {weights.Length} must be [{(l == weights.Length - 1 ? "1" : "out")}, {width}]; got {shape}.", nameof(weights));
            }

            width = shape[0];
        }
    }
}
