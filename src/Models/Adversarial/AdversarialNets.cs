using Onsager.Tensors;

namespace Onsager.Models.Adversarial;

/// <summary>
/// The nets of a game: encoder and generator over one buffer of parameters, the discriminator over another. <see cref="DenseNets"/> and <see cref="ConvNets"/> make them;
/// nets of your own are layers over two allocated buffers.
/// </summary>
public sealed class AdversarialNets : ITrainable, ICheckpointed, IDisposable
{
    private readonly ILayer<float>[] layers;
    private bool isTraining = true;

    /// <summary>Takes buffers and nets, which are disposed with it.</summary>
    /// <param name="players">Parameters of encoder and generator.</param>
    /// <param name="encoder">From images [batch, ...] to [batch, 2 latent], means and then logarithms of standard deviations.</param>
    /// <param name="generator">From codes [batch, latent] to images.</param>
    /// <param name="critics">Parameters of the discriminator.</param>
    /// <param name="discriminator">From tuples to scores [batch, classes].</param>
    /// <param name="latent">Numbers of a code.</param>
    /// <param name="features">M, from images to features [batch, ...], for games that have them.</param>
    /// <exception cref="ArgumentOutOfRangeException">A code has no numbers.</exception>
    public AdversarialNets(
        ParameterBuffer<float> players, ILayer<float> encoder, ILayer<float> generator, ParameterBuffer<float> critics, JointDiscriminator<float> discriminator, int latent,
        Func<Tensor<float>, Tensor<float>>? features = null)
    {
        ArgumentNullException.ThrowIfNull(players);
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(critics);
        ArgumentNullException.ThrowIfNull(discriminator);
        ArgumentOutOfRangeException.ThrowIfLessThan(latent, 1);
        (Players, Encoder, Generator, Critics, Discriminator, Latent, Features) = (players, encoder, generator, critics, discriminator, latent, features);
        layers = [encoder, generator, .. discriminator.Nets];
    }

    /// <summary>Parameters of encoder and generator.</summary>
    public ParameterBuffer<float> Players { get; }

    /// <summary>From images to means and logarithms of standard deviations of codes.</summary>
    public ILayer<float> Encoder { get; }

    /// <summary>From codes to images.</summary>
    public ILayer<float> Generator { get; }

    /// <summary>Parameters of the discriminator.</summary>
    public ParameterBuffer<float> Critics { get; }

    /// <summary>From tuples to scores.</summary>
    public JointDiscriminator<float> Discriminator { get; }

    /// <summary>Numbers of a code.</summary>
    public int Latent { get; }

    /// <summary>From images to features of a frozen net.</summary>
    public Func<Tensor<float>, Tensor<float>>? Features { get; }

    /// <inheritdoc/>
    public bool IsTraining
    {
        get => isTraining;
        set
        {
            isTraining = value;
            foreach (ITrainable layer in layers.OfType<ITrainable>())
            {
                layer.IsTraining = value;
            }
        }
    }

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Part("players", Players);
        state.Part("critics", Critics);
        for (int i = 0; i < layers.Length; i++)
        {
            if (layers[i] is ICheckpointed layer)
            {
                state.Part($"net{i}", layer);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ILayer<float> layer in layers)
        {
            Release(layer);
        }

        Players.Dispose();
        Critics.Dispose();
    }

    private static void Release(ILayer<float> layer)
    {
        if (layer is Sequential<float> chain)
        {
            foreach (ILayer<float> link in chain.Layers)
            {
                Release(link);
            }
        }

        (layer as IDisposable)?.Dispose();
    }
}
