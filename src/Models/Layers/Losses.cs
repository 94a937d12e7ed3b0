using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>Losses: scalars that a training step makes small.</summary>
public static class Losses
{
    /// <summary>The mean of (prediction - target)^2 over all elements.</summary>
    /// <exception cref="ArgumentException">The shapes differ: a loss that broadcasts hides mistakes.</exception>
    public static Tensor<T> MeanSquaredError<T>(Tensor<T> prediction, Tensor<T> target)
        where T : unmanaged
    {
        if (prediction.Shape != target.Shape)
        {
            throw new ArgumentException($"mean squared error: the prediction has shape {prediction.Shape}, the target {target.Shape}.");
        }

        using Tensor<T> difference = prediction - target, square = difference.Square();
        return square.Mean();
    }

    /// <summary>The mean over the batch of -log softmax(scores)[label]: scores [batch, classes], labels [batch].</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor<T> SoftmaxCrossEntropy<T>(Tensor<T> scores, Tensor<int> labels)
        where T : unmanaged => scores.SoftmaxCrossEntropy(labels);
}
