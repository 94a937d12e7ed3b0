using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>All axes behind the batch as one: [batch, ...] becomes [batch, features].</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Flatten<T> : ILayer<T>
    where T : unmanaged
{
    /// <inheritdoc/>
    public Tensor<T> Apply(Tensor<T> flat, Tensor<T> x)
    {
        using Tensor<T> rows = x.Contiguous();
        nint batch = x.Shape[0];
        return rows.Reshape(batch, batch == 0 ? 0 : x.Size / batch);
    }

    /// <summary>Does nothing: there are no parameters.</summary>
    public void Initialize(ParameterBuffer<T> parameters, RandomStream random)
    {
    }
}
