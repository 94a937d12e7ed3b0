using Onsager.Simd;

namespace Onsager.Tensors;

public readonly partial struct Tensor<T>
{
    /// <summary>The elements in another type, into an existing tensor of this shape, by the rules of <see cref="Map.Convert"/>.</summary>
    /// <exception cref="ArgumentException">Shape or device differ, or the destination overlaps this tensor.</exception>
    /// <exception cref="NotSupportedException">The pair of types is none that converts, the device cannot convert between them, or the tensor is being differentiated.</exception>
    public void CastInto<TTo>(Tensor<TTo> destination)
        where TTo : unmanaged
    {
        TensorNode x = Node, y = destination.Node;
        Indexing.CheckSeparate("cast", x.Layout.Shape, y, x);
        using Tensor<T> packed = Contiguous();
        Device device = Device;
        if (y.Layout.IsContiguous)
        {
            device.Convert<T, TTo>(packed.Operand, y.Operand());
            return;
        }

        using Tensor<TTo> beside = Tensor.Empty<TTo>(x.Layout.Shape, device);
        device.Convert<T, TTo>(packed.Operand, beside.Operand);
        device.Copy<TTo>(beside.Operand, y.Operand());
    }
}
