using System.Numerics;
using Onsager.Tensors;

namespace Onsager.Models.Adversarial;

/// <summary>What encoder and generator want of a discriminator that tells n classes apart by D = softmax(s).</summary>
public enum AdversarialObjective
{
    /// <summary>
    /// The largest sum over j != i of log D_j, the product of the other classes' probabilities, for a sample of class i. Its slope by s_k, [k != i] - (n - 1) D_k, does
    /// not vanish where the discriminator is certain. For two classes it is the usual non-saturating loss.
    /// </summary>
    Product,

    /// <summary>The least log D_i: the discriminator's loss with the other sign, whose slope [k = i] - D_k vanishes where the discriminator is certain.</summary>
    Minimax,
}

/// <summary>Losses of logits s [n, batch, n], block i of samples of class i, in one form: sum over i of the batch's mean of r_i logsumexp(s) - sum_k w_ik s_k with r_i = sum_k w_ik.</summary>
/// <remarks>w = 1 on the diagonal is the discriminator's cross entropy, 1 off the diagonal the product objective, -1 on the diagonal minimax; no logit is too large.</remarks>
public static class AdversarialLoss
{
    /// <summary>The discriminator's cross entropy, summed over classes: n log n where it cannot tell.</summary>
    /// <exception cref="ArgumentException">Logits are not [n, batch, n].</exception>
    public static Tensor<T> Discriminator<T>(Tensor<T> logits)
        where T : unmanaged, INumber<T> => Weighted(logits, 1, 0);

    /// <summary>What encoder and generator make small, summed over classes; the product objective without the division by n - 1 that a step wants.</summary>
    /// <exception cref="ArgumentException">Logits are not [n, batch, n].</exception>
    public static Tensor<T> Players<T>(Tensor<T> logits, AdversarialObjective objective)
        where T : unmanaged, INumber<T> => objective == AdversarialObjective.Product ? Weighted(logits, 0, 1) : Weighted(logits, -1, 0);

    private static Tensor<T> Weighted<T>(Tensor<T> logits, double own, double others)
        where T : unmanaged, INumber<T>
    {
        nint n = logits.Rank == 3 ? logits.Shape[0] : 0, batch = n > 0 ? logits.Shape[1] : 0;
        if (n < 2 || batch < 1 || logits.Shape[2] != n)
        {
            throw new ArgumentException($"adversarial loss: logits [n, batch, n] of two classes or more are needed; got {logits.Shape}.", nameof(logits));
        }

        using Tensor<T> ones = Tensor.Eye<T>(n, device: logits.Device), difference = ones * Tensor.Constant<T>(own - others);
        using Tensor<T> weights = difference + Tensor.Constant<T>(others), spread = weights.Reshape(n, n, 1);

        // With the batch as the last axis: there are far fewer classes, and what is done row by row is done in long rows.
        using Tensor<T> turned = logits.SwapAxes(1, 2), scores = turned.Contiguous();
        using Tensor<T> partition = scores.LogSumExp(1), total = partition.Sum(), weighted = scores * spread, gained = weighted.Sum();
        using Tensor<T> all = total * Tensor.Constant<T>(own + (others * (n - 1))), sum = all - gained;
        return sum / Tensor.Constant<T>(batch);
    }
}
