using System.Runtime.CompilerServices;
using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>Bounds on gradients, between the backward run and the step.</summary>
public static class Clipping
{
    /// <summary>
    /// Scales the gradients by min(1, largest / (norm + 1e-6)), as PyTorch's clip_grad_norm_ does, and gives their Euclidean norm from before
    /// (Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013). A norm that is NaN makes all of them NaN.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The largest norm is negative or not a number.</exception>
    public static double ClipNorm<T>(Tensor<T> gradients, double largest)
        where T : unmanaged
    {
        if (!(largest >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(largest), largest, "clip norm: the largest norm must not be negative.");
        }

        using Tensor<T> norm = gradients.Norm();
        double value = Wide(norm.Item()), factor = largest / (value + 1e-6);
        if (!(factor >= 1))
        {
            using Tensor<T> scale = Tensor.Scalar(Tensor.Constant<T>(factor), gradients.Device);
            gradients.MultiplyInto(scale, gradients);
        }

        return value;
    }

    /// <summary>Every gradient into [-largest, largest]; NaN stays.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is negative or not a number.</exception>
    public static void ClipValue<T>(Tensor<T> gradients, double largest)
        where T : unmanaged
    {
        if (!(largest >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(largest), largest, "clip value: the bound must not be negative.");
        }

        using Tensor<T> low = Tensor.Scalar(Tensor.Constant<T>(-largest), gradients.Device), high = Tensor.Scalar(Tensor.Constant<T>(largest), gradients.Device);
        gradients.ClampInto(low, high, gradients);
    }

    /// <summary>A float or double as a double.</summary>
    internal static double Wide<T>(T value)
        where T : unmanaged => typeof(T) == typeof(float) ? Unsafe.BitCast<T, float>(value) : Unsafe.BitCast<T, double>(value);
}
