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
        using Tensor<T> norm = Tensor.Empty<T>([], gradients.Device);
        ClipNormInto(gradients, largest, norm);
        return Wide(norm.Item());
    }

    /// <summary>The same; the norm goes into a scalar tensor, and no number to the host: a plan can record it.</summary>
    /// <exception cref="ArgumentException">The norm's tensor is not of shape [], or not on the gradients' device.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The largest norm is negative or not a number.</exception>
    public static void ClipNormInto<T>(Tensor<T> gradients, double largest, Tensor<T> norm)
        where T : unmanaged
    {
        if (!(largest >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(largest), largest, "clip norm: the largest norm must not be negative.");
        }

        using Scope scope = Scope.Begin();
        gradients.NormInto(norm);
        Tensor<T> bound = Tensor.Scalar(Tensor.Constant<T>(largest), gradients.Device), one = Tensor.Scalar(Tensor.Constant<T>(1), gradients.Device);
        Tensor<T> factor = bound / (norm + Tensor.Constant<T>(1e-6));
        gradients.MultiplyInto(factor.Minimum(one), gradients);
    }

    /// <summary>The same for each row of the last axis, parameters of a learner of its own; no number goes to the host.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The largest norm is negative or not a number.</exception>
    public static void ClipRowNorms<T>(Tensor<T> gradients, double largest)
        where T : unmanaged
    {
        if (!(largest >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(largest), largest, "clip row norms: the largest norm must not be negative.");
        }

        using Tensor<T> factors = RowFactors(gradients, largest);
        gradients.MultiplyInto(factors, gradients);
    }

    /// <summary>What each row of the last axis is multiplied by to have at most this norm: [..., 1].</summary>
    internal static Tensor<T> RowFactors<T>(Tensor<T> gradients, double largest)
        where T : unmanaged
    {
        using Tensor<T> norm = gradients.Norm(-1, keepDimension: true), safe = norm + Tensor.Constant<T>(1e-6), bound = Tensor.Scalar(Tensor.Constant<T>(largest), gradients.Device);
        using Tensor<T> factors = bound / safe, one = Tensor.Scalar(Tensor.Constant<T>(1), gradients.Device);
        return factors.Minimum(one);
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
