using Onsager.Tensors;

namespace Onsager.Models.Federated;

/// <summary>How far the gradients of clients are from each other at one point, and the gradient of that.</summary>
public static class Alignment
{
    /// <summary>V / |g|^2 of each replica, V = mean of |g_i - g|^2 over all clients.</summary>
    /// <param name="objective">The clients.</param>
    /// <param name="x">Parameters [replicas, p].</param>
    public static double[] Misalignment<T>(ClientObjective<T> objective, Tensor<T> x)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        (Tensor<T> gradients, Tensor<T> mean) = Gradients(objective, x);
        Tensor<T> gaps = gradients - mean;
        Tensor<double> variance = gaps.Square().Sum(-1).Cast<double>().Mean(1), square = mean.Square().Sum([-2, -1]).Cast<double>();
        return (variance / square).ToArray();
    }

    /// <summary>The mean gradient g [replicas, p] of all clients.</summary>
    public static Tensor<T> MeanGradient<T>(ClientObjective<T> objective, Tensor<T> x)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(Gradients(objective, x).Mean.Squeeze(1));
    }

    /// <summary>
    /// grad V [replicas, p]: twice the mean of H_i (g_i - g), by Hessian-vector products; no third derivatives are needed. Gradient descent on f + (beta / 2) V, which GradAlign
    /// approximates with two gradients, takes g + (beta / 2) grad V.
    /// </summary>
    public static Tensor<T> VarianceGradient<T>(ClientObjective<T> objective, Tensor<T> x)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        (Tensor<T> gradients, Tensor<T> mean) = Gradients(objective, x);
        Tensor<T> products = objective.HessianProducts(x.Unsqueeze(1), gradients - mean);
        return scope.Keep(products.Mean(1) * Tensor.Constant<T>(2));
    }

    /// <summary>g_i [replicas, clients, p], and their mean [replicas, 1, p].</summary>
    private static (Tensor<T> Gradients, Tensor<T> Mean) Gradients<T>(ClientObjective<T> objective, Tensor<T> x)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(objective);
        if (x.Rank != 2 || x.Shape[0] != objective.Replicas || x.Shape[1] != objective.Parameters)
        {
            throw new ArgumentException($"alignment: parameters [{objective.Replicas}, {objective.Parameters}] are needed; got {x.Shape}.", nameof(x));
        }

        Tensor<T> gradients = objective.Gradients(x.Unsqueeze(1));
        return (gradients, gradients.Mean(1, keepDimension: true));
    }
}
