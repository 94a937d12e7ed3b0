using Onsager.Simd;

namespace Onsager.Tensors;

public readonly partial struct Tensor<T>
{
    /// <summary>One optimizer step on these parameters in place, in one pass over memory.</summary>
    /// <param name="update">The rule with its constants.</param>
    /// <param name="gradients">As many as parameters.</param>
    /// <param name="first">The first moments, if the rule has them.</param>
    /// <param name="second">The second moments, if the rule has them.</param>
    /// <exception cref="ArgumentException">A tensor is not contiguous, or its shape or device is not the parameters'.</exception>
    public void Update<TUpdate>(TUpdate update, Tensor<T> gradients, Tensor<T>? first = null, Tensor<T>? second = null)
        where TUpdate : struct, IUpdate
    {
        TensorNode own = Node, g = gradients.Node;
        Tensor<T> m = Given(first, 1), v = Given(second, 2);
        Check(this);
        Check(gradients);
        Check(m);
        Check(v);
        Tape.RefuseWrite(own, TUpdate.Name);
        Device.Update<TUpdate, T>(update, g.Operand(), own.Operand(), m.Operand, v.Operand);

        Tensor<T> Given(Tensor<T>? moment, int number) =>
            TUpdate.Moments < number
                ? gradients
                : moment ?? throw new ArgumentException($"{TUpdate.Name}: {TUpdate.Moments} moments are needed.");

        void Check(Tensor<T> tensor)
        {
            if (tensor.Shape != own.Layout.Shape || tensor.Device != own.Storage!.Device || !tensor.IsContiguous)
            {
                throw new ArgumentException($"{TUpdate.Name}: contiguous tensors of shape {own.Layout.Shape} on {own.Storage!.Device} are needed; got {tensor.Shape} on {tensor.Device}.");
            }
        }
    }
}
