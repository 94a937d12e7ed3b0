using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>A vector for each of so many things: weights [count, width].</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Embedding<T>
    where T : unmanaged
{
    /// <summary>Declares the layer's parameter as name.weight.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count or the width is below 1.</exception>
    public Embedding(ParameterBuffer<T> parameters, string name, int count, int width)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        Weight = parameters.Declare($"{name}.weight", [count, width]);
    }

    /// <summary>The vectors [count, width].</summary>
    public Parameter Weight { get; }

    /// <summary>The vectors [..., width] of indices [...].</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is not one of the count.</exception>
    public Tensor<T> Apply(Tensor<T> flat, Tensor<int> indices)
    {
        using Tensor<T> weight = Weight.In(flat);
        return weight.Embedding(indices);
    }

    /// <summary>Standard normal vectors.</summary>
    public void Initialize(ParameterBuffer<T> parameters, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using Tensor<T> weight = Weight.In(parameters.Values);
        Initializers.Normal(weight, random, 0, 1);
    }
}
