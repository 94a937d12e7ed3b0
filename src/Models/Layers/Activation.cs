using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>An operator applied to every element: <c>new Activation&lt;Relu, float&gt;()</c>.</summary>
/// <typeparam name="TOp">The operator, such as Relu, Tanh or Gelu.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Activation<TOp, T> : ILayer<T>
    where TOp : struct, IUnaryOp
    where T : unmanaged
{
    /// <inheritdoc/>
    public Tensor<T> Apply(Tensor<T> flat, Tensor<T> x) => x.Unary<TOp>();

    /// <summary>Does nothing: there are no parameters.</summary>
    public void Initialize(ParameterBuffer<T> parameters, RandomStream random)
    {
    }
}
