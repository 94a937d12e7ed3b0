using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>A layer with a weight in whose place another of the same shape can stand.</summary>
/// <typeparam name="T">float or double.</typeparam>
public interface IWeighted<T> : ILayer<T>
    where T : unmanaged
{
    /// <summary>The weight.</summary>
    Parameter Weight { get; }

    /// <summary>The output for an input with this weight, and all other parameters from the flat ones.</summary>
    Tensor<T> Apply(Tensor<T> flat, Tensor<T> x, Tensor<T> weight);
}

/// <summary>A layer whose weight is divided by its largest singular value; see <see cref="SpectralNorm{T}"/>.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class SpectralLayer<T> : ILayer<T>, ITrainable, ICheckpointed, IDisposable
    where T : unmanaged
{
    private readonly IWeighted<T> layer;
    private readonly SpectralNorm<T> norm;

    /// <summary>Will normalise the weight of a layer; the power iteration starts from random directions.</summary>
    public SpectralLayer(IWeighted<T> layer, RandomStream random, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        this.layer = layer;
        norm = new SpectralNorm<T>(layer.Weight, random, device: device);
    }

    /// <inheritdoc/>
    public bool IsTraining
    {
        get => norm.IsTraining;
        set => norm.IsTraining = value;
    }

    /// <inheritdoc/>
    public Tensor<T> Apply(Tensor<T> flat, Tensor<T> x)
    {
        using Tensor<T> weight = norm.Apply(flat);
        return layer.Apply(flat, x, weight);
    }

    /// <summary>As the layer does it.</summary>
    public void Initialize(ParameterBuffer<T> parameters, RandomStream random) => layer.Initialize(parameters, random);

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Part(string.Empty, norm);
    }

    /// <inheritdoc/>
    public void Dispose() => norm.Dispose();
}
