using Onsager.Simd;

namespace Onsager.Tensors;

public readonly partial struct Tensor<T>
{
    /// <summary>One optimizer step on these parameters in place, in one pass over memory.</summary>
    /// <param name="update">The rule with its constants.</param>
    /// <param name="gradients">As many as parameters.</param>
    /// <param name="first">The first moments, if the rule has them.</param>
    /// <param name="second">The second moments, if the rule has them.</param>
    /// <exception cref="ArgumentException">A tensor is not contiguous, its shape or device is not the parameters', or it overlaps another.</exception>
    public void Update<TUpdate>(TUpdate update, Tensor<T> gradients, Tensor<T>? first = null, Tensor<T>? second = null)
        where TUpdate : struct, IUpdate
    {
        (Tensor<T> m, Tensor<T> v) = CheckUpdate<TUpdate>(gradients, first, second);
        Device.Update<TUpdate, T>(update, gradients.Operand, Operand, m.Operand, v.Operand);
    }

    /// <summary>One optimizer step with the constants that a source gives: a plan asks it again each time that it runs.</summary>
    /// <param name="source">Gives the rule with its constants, once everything has been checked.</param>
    /// <param name="gradients">As many as parameters.</param>
    /// <param name="first">The first moments, if the rule has them.</param>
    /// <param name="second">The second moments, if the rule has them.</param>
    /// <exception cref="ArgumentException">A tensor is not contiguous, its shape or device is not the parameters', or it overlaps another.</exception>
    public void Update<TUpdate>(IUpdateSource<TUpdate> source, Tensor<T> gradients, Tensor<T>? first = null, Tensor<T>? second = null)
        where TUpdate : struct, IUpdate
    {
        ArgumentNullException.ThrowIfNull(source);
        (Tensor<T> m, Tensor<T> v) = CheckUpdate<TUpdate>(gradients, first, second);
        Device.Update<TUpdate, T>(source.Next(), gradients.Operand, Operand, m.Operand, v.Operand);
        Recorder.Current?.Updated(source);
    }

    /// <summary>Checks what a step is given; moments that the rule has not are the gradients again.</summary>
    private (Tensor<T> First, Tensor<T> Second) CheckUpdate<TUpdate>(Tensor<T> gradients, Tensor<T>? first, Tensor<T>? second)
        where TUpdate : struct, IUpdate
    {
        TensorNode own = Node, g = gradients.Node;
        Tensor<T> m = Given(first, 1), v = Given(second, 2);
        Check(this);
        Check(gradients);
        Check(m);
        Check(v);
        Products.CheckSeparate(TUpdate.Name, own, g);
        if (TUpdate.Moments > 0)
        {
            Products.CheckSeparate(TUpdate.Name, m.Node, own, g);
        }

        if (TUpdate.Moments > 1)
        {
            Products.CheckSeparate(TUpdate.Name, v.Node, own, g, m.Node);
        }

        Tape.RefuseWrite(own, TUpdate.Name);
        return (m, v);

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
