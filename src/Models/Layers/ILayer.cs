using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>A differentiable function of a flat parameter buffer and an input; its parameters are named parts of the buffer.</summary>
/// <typeparam name="T">float or double.</typeparam>
public interface ILayer<T>
    where T : unmanaged
{
    /// <summary>The output for an input, with these flat parameters.</summary>
    Tensor<T> Apply(Tensor<T> flat, Tensor<T> x);

    /// <summary>Fills the layer's parts of an allocated buffer, weights by He's rule (uniform, for what is followed by a ReLU), biases with zeros.</summary>
    void Initialize(ParameterBuffer<T> parameters, RandomStream random);
}

/// <summary>A layer that does one thing while it is trained and another when it is used.</summary>
public interface ITrainable
{
    /// <summary>True while the layer is trained, as it is at first.</summary>
    bool IsTraining { get; set; }
}
