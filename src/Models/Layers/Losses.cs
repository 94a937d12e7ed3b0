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
        CheckShapes("mean squared error", prediction, target);
        using Tensor<T> square = prediction.Binary<SquaredDifference>(target);
        return square.Mean();
    }

    /// <summary>The mean over the batch of -log softmax(scores)[label]: scores [batch, classes], labels [batch].</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor<T> SoftmaxCrossEntropy<T>(Tensor<T> scores, Tensor<int> labels)
        where T : unmanaged => scores.SoftmaxCrossEntropy(labels);

    /// <summary>The mean of |prediction - target| over all elements.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor<T> MeanAbsoluteError<T>(Tensor<T> prediction, Tensor<T> target)
        where T : unmanaged
    {
        CheckShapes("mean absolute error", prediction, target);
        using Tensor<T> difference = prediction - target, distance = difference.Abs();
        return distance.Mean();
    }

    /// <summary>
    /// The mean of d^2 / 2 where the distance d is at most delta, and of delta (d - delta / 2) beyond (Huber, "Robust estimation of a location
    /// parameter", 1964).
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">delta is not positive.</exception>
    public static Tensor<T> Huber<T>(Tensor<T> prediction, Tensor<T> target, double delta = 1)
        where T : unmanaged
    {
        CheckShapes("huber loss", prediction, target);
        if (!(delta > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "huber loss: delta must be positive.");
        }

        // With c = min(d, delta) both branches are c (d - c / 2), and the product's slope in c vanishes where c is cut.
        using Tensor<T> bound = Tensor.Scalar(Tensor.Constant<T>(delta), prediction.Device), difference = prediction - target, distance = difference.Abs();
        using Tensor<T> near = distance.Minimum(bound), half = near * Tensor.Constant<T>(0.5), rest = distance - half, loss = near * rest;
        return loss.Mean();
    }

    /// <summary>
    /// The logistic loss of scores (binary cross-entropy with logits): the mean of log(1 + exp(score)) - target * score, for targets in [0, 1]. No
    /// score is too large.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor<T> Logistic<T>(Tensor<T> scores, Tensor<T> target)
        where T : unmanaged
    {
        CheckShapes("logistic loss", scores, target);
        using Tensor<T> partition = scores.Softplus(), hit = target * scores, loss = partition - hit;
        return loss.Mean();
    }

    /// <summary>
    /// The Kullback-Leibler divergence of distributions p from q, given as logarithms: the sum of p (log p - log q) over all elements, divided by the
    /// batch, the first axis (PyTorch's kl_div with batchmean). Where p is 0 the term is 0, or NaN where q is 0 too, as in PyTorch.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ, or there is no batch.</exception>
    public static Tensor<T> KullbackLeibler<T>(Tensor<T> logQ, Tensor<T> p)
        where T : unmanaged
    {
        CheckShapes("kullback-leibler divergence", logQ, p);
        if (p.Rank == 0 || p.Size == 0)
        {
            throw new ArgumentException($"kullback-leibler divergence: a batch [n, ...] is needed; got {p.Shape}.");
        }

        using Tensor<T> tiny = Tensor.Scalar(Tensor.Constant<T>(typeof(T) == typeof(float) ? 1.17549435e-38 : 2.2250738585072014e-308), p.Device);
        using Tensor<T> positive = p.Maximum(tiny), logP = positive.Log(), difference = logP - logQ, terms = p * difference, sum = terms.Sum();
        return sum / Tensor.Constant<T>(p.Shape[0]);
    }

    private static void CheckShapes<T>(string loss, Tensor<T> prediction, Tensor<T> target)
        where T : unmanaged
    {
        if (prediction.Shape != target.Shape)
        {
            throw new ArgumentException($"{loss}: the prediction has shape {prediction.Shape}, the target {target.Shape}.");
        }
    }
}
