using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Spectral;

/// <summary>
/// One run through a network in the tangent kernel's scaling, forward and back: what the kernels and the gradients of all layers are products of. Weights may have
/// leading axes, a batch of networks.
/// </summary>
/// <param name="Inputs">What enters each layer: [..., n, n_(l-1)].</param>
/// <param name="Gradients">The gradient of each point's f by what leaves each layer's weights: [..., n, n_l].</param>
/// <param name="Output">f [..., n, 1].</param>
internal readonly record struct TangentPass(Tensor<double>[] Inputs, Tensor<double>[] Gradients, Tensor<double> Output)
{
    /// <summary>The whole run; everything it makes belongs to the caller's scope.</summary>
    public static TangentPass Run<TActivation>(ReadOnlySpan<Tensor<double>> weights, Tensor<double> x, double gain)
        where TActivation : struct, IUnaryOp
    {
        int layers = weights.Length;
        Tensor<double>[] inputs = new Tensor<double>[layers], slopes = new Tensor<double>[layers], gradients = new Tensor<double>[layers];
        inputs[0] = x;
        for (int l = 0; l < layers - 1; l++)
        {
            Tensor<double> h = Layer(weights[l], inputs[l]);
            inputs[l + 1] = h.Unary<TActivation>() * gain;
            slopes[l] = h.Unary<Slope<TActivation>>() * gain;
        }

        Tensor<double> output = Layer(weights[^1], inputs[^1]);
        gradients[^1] = Tensor.Ones<double>(output.Shape, output.Device);
        for (int l = layers - 2; l >= 0; l--)
        {
            gradients[l] = slopes[l] * gradients[l + 1].MatMul(weights[l + 1]) / Math.Sqrt(weights[l + 1].Shape[-1]);
        }

        return new(inputs, gradients, output);
    }

    /// <summary>f [..., n, 1] alone.</summary>
    public static Tensor<double> Forward<TActivation>(ReadOnlySpan<Tensor<double>> weights, Tensor<double> x, double gain)
        where TActivation : struct, IUnaryOp
    {
        for (int l = 0; l < weights.Length - 1; l++)
        {
            x = Layer(weights[l], x).Unary<TActivation>() * gain;
        }

        return Layer(weights[^1], x);
    }

    /// <summary>x W^T / sqrt(in).</summary>
    private static Tensor<double> Layer(Tensor<double> weight, Tensor<double> x) => x.MatMul(weight.SwapAxes(-1, -2)) / Math.Sqrt(weight.Shape[-1]);
}
