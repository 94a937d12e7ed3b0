using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>All axes behind the batch as one: [batch, ...] becomes [batch, features].</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Flatten<T> : ILayer<T>
    where T : unmanaged
{
    /// <summary>y [batch, features] from x [batch, ...].</summary>
    /// <exception cref="ArgumentException">x has no axes.</exception>
    public Tensor<T> Apply(Tensor<T> flat, Tensor<T> x)
    {
        Shape shape = x.Shape;
        if (shape.Rank == 0)
        {
            throw new ArgumentException($"flatten: an input [batch, ...] is needed; got {shape}.");
        }

        nint features = 1;
        for (int axis = 1; axis < shape.Rank; axis++)
        {
            features *= shape[axis];
        }

        using Tensor<T> rows = x.Contiguous();
        return rows.Reshape(shape[0], features);
    }

    /// <summary>Does nothing: there are no parameters.</summary>
    public void Initialize(ParameterBuffer<T> parameters, RandomStream random)
    {
    }
}
