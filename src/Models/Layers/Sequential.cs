using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>Layers one after the other.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Sequential<T> : ILayer<T>, ITrainable, ICheckpointed
    where T : unmanaged
{
    private readonly ILayer<T>[] layers;
    private bool isTraining = true;

    /// <summary>These layers in this order.</summary>
    /// <exception cref="ArgumentNullException">A layer is null.</exception>
    public Sequential(params ReadOnlySpan<ILayer<T>> layers)
    {
        foreach (ILayer<T> layer in layers)
        {
            ArgumentNullException.ThrowIfNull(layer, nameof(layers));
        }

        this.layers = layers.ToArray();
    }

    /// <summary>The layers in their order.</summary>
    public IReadOnlyList<ILayer<T>> Layers => layers;

    /// <summary>True while the layers are trained; passed on to all of them.</summary>
    public bool IsTraining
    {
        get => isTraining;
        set
        {
            isTraining = value;
            foreach (ILayer<T> layer in layers)
            {
                if (layer is ITrainable trainable)
                {
                    trainable.IsTraining = value;
                }
            }
        }
    }

    /// <summary>The last layer's output for an input of the first.</summary>
    public Tensor<T> Apply(Tensor<T> flat, Tensor<T> x)
    {
        Tensor<T> current = x.Share();
        foreach (ILayer<T> layer in layers)
        {
            using Tensor<T> input = current;
            current = layer.Apply(flat, input);
        }

        return current;
    }

    /// <summary>Fills all layers' parameters, each from a child stream of its own.</summary>
    public void Initialize(ParameterBuffer<T> parameters, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (int i = 0; i < layers.Length; i++)
        {
            layers[i].Initialize(parameters, random.Fork((ulong)i));
        }
    }

    /// <summary>What each layer remembers, by its number.</summary>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        for (int i = 0; i < layers.Length; i++)
        {
            if (layers[i] is ICheckpointed layer)
            {
                state.Part($"{i}", layer);
            }
        }
    }
}
