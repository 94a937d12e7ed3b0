using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>
/// Dropout (Srivastava et al., 2014): in training every element is 0 with probability p, otherwise divided by 1 - p, drawn from a stream of random
/// numbers; in use nothing happens.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Dropout<T> : ILayer<T>, ITrainable, ICheckpointed
    where T : unmanaged
{
    private readonly double probability;
    private readonly RandomStream random;

    /// <summary>Drops elements with this probability.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not in [0, 1).</exception>
    public Dropout(double probability, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        this.probability = probability is >= 0 and < 1
            ? probability
            : throw new ArgumentOutOfRangeException(nameof(probability), probability, "dropout: the probability must be in [0, 1).");
        this.random = random;
    }

    /// <inheritdoc/>
    public bool IsTraining { get; set; } = true;

    /// <inheritdoc/>
    public Tensor<T> Apply(Tensor<T> flat, Tensor<T> x)
    {
        if (!IsTraining || probability == 0)
        {
            return x.Share();
        }

        ulong position = random.Position;
        try
        {
            using Tensor<T> kept = random.Bernoulli<T>(x.Shape, 1 - probability, x.Device), mask = kept * Tensor.Constant<T>(1 / (1 - probability));
            return x * mask;
        }
        catch
        {
            random.Position = position;
            throw;
        }
    }

    /// <summary>Does nothing: there are no parameters.</summary>
    public void Initialize(ParameterBuffer<T> parameters, RandomStream random)
    {
    }

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Stream("random", random);
    }
}
