using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>x where it is not negative, slope x elsewhere; see <see cref="Tensor{T}.LeakyRelu(T)"/>.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="slope">The slope of the negative side, 0.01 in most nets and 0.2 in many adversarial ones.</param>
public sealed class LeakyActivation<T>(double slope = 0.01) : ILayer<T>
    where T : unmanaged
{
    /// <inheritdoc/>
    public Tensor<T> Apply(Tensor<T> flat, Tensor<T> x) => x.LeakyRelu(Tensor.Constant<T>(slope));

    /// <summary>Does nothing: there are no parameters.</summary>
    public void Initialize(ParameterBuffer<T> parameters, RandomStream random)
    {
    }
}
