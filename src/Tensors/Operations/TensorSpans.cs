using System.Numerics.Tensors;

namespace Onsager.Tensors;

/// <content>Tensors as System.Numerics.Tensors sees them.</content>
public readonly partial struct Tensor<T>
{
    /// <summary>
    /// The elements where they are, strides and all, for System.Numerics.Tensors; valid while the tensor is neither disposed nor forgotten. A
    /// scalar has the shape [1] there.
    /// </summary>
    /// <exception cref="InvalidOperationException">The tensor is not on the processor, runs backwards along an axis, or has elements that share memory.</exception>
    public TensorSpan<T> AsTensorSpan()
    {
        CheckTensorSpan(isWritten: true);
        return Strided();
    }

    /// <summary>The same for reading only; axes may be expanded.</summary>
    /// <exception cref="InvalidOperationException">The tensor is not on the processor, runs backwards along an axis, or has overlapping windows.</exception>
    public ReadOnlyTensorSpan<T> AsReadOnlyTensorSpan()
    {
        CheckTensorSpan(isWritten: false);
        return Strided();
    }

    private TensorSpan<T> Strided()
    {
        TensorNode own = Node;
        Tape.NoteRead(own);
        return ((CpuStorage)own.Storage!).TensorSpan<T>(in own.Layout);
    }

    private void CheckTensorSpan(bool isWritten)
    {
        TensorNode own = Node;
        if (own.Storage!.Device is not CpuDevice)
        {
            throw own.Storage.Device is RecordingDevice
                ? Recorder.ReadsHost()
                : new InvalidOperationException($"tensor span: a tensor on the processor is needed; this one is on {own.Storage.Device}.");
        }

        Layout distinct = own.Layout;
        for (int axis = 0; axis < own.Layout.Shape.Rank; axis++)
        {
            if (own.Layout.Shape[axis] > 1 && own.Layout.Stride(axis) < 0)
            {
                throw new InvalidOperationException($"tensor span: axis {axis} of {own.Layout.Shape} runs backwards, which a TensorSpan cannot; call Contiguous() first.");
            }

            if (!isWritten && own.Layout.Shape[axis] > 1 && own.Layout.Stride(axis) == 0)
            {
                distinct = distinct.Slice(axis, 0, 1, 1);
            }
        }

        if (!distinct.IsInjective())
        {
            throw new InvalidOperationException($"tensor span: elements of this view of shape {own.Layout.Shape} share memory; call Contiguous() first.");
        }
    }
}
