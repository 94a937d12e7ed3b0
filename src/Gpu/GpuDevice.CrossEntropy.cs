using System.Runtime.CompilerServices;
using Onsager.Gpu.Devices;
using Onsager.Gpu.Lanes;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu;

/// <summary>Softmax over the rows of a matrix, and the loss that goes with it.</summary>
public sealed partial class GpuDevice
{
    /// <inheritdoc/>
    /// <remarks>A wrong label is to be an exception and nothing written, so one number comes back from the device before the work is launched.</remarks>
    public override void CrossEntropy<T>(Operand scores, Operand labels, Operand probabilities, Operand loss)
    {
        const string Operation = "softmax cross-entropy";
        bool isSingle = IsSingle<T>(Operation);
        nint batch = scores.Layout.Shape[0];
        int size = Unsafe.SizeOf<T>(), rows = Count(Operation, batch), classes = Count(Operation, scores.Layout.Shape[1]);
        CheckLabels(labels, rows, classes);
        Layout each = Layout.Contiguous([batch]);
        using Borrowed maxima = new(this, batch * size), sums = new(this, batch * size), losses = new(this, batch * size);
        Operand max = new(maxima.Storage!, in each), sum = new(sums.Storage!, in each), lost = new(losses.Storage!, in each);
        RunSoftmax<PlainSoftmax, T>(isSingle, scores, probabilities, max, sum);
        if (isSingle)
        {
            RunLosses<GpuF32>(scores, labels, max, sum, lost, classes, rows);
        }
        else
        {
            RunLosses<GpuF64>(scores, labels, max, sum, lost, classes, rows);
        }

        Reduce<Mean, T>(default, lost, loss);
    }

    /// <inheritdoc/>
    public override void CrossEntropyGradient<T>(Operand probabilities, Operand labels, Operand dy, Operand dx)
    {
        if (IsSingle<T>("softmax cross-entropy"))
        {
            RunLossGradient<GpuF32>(probabilities, labels, dy, dx);
        }
        else
        {
            RunLossGradient<GpuF64>(probabilities, labels, dy, dx);
        }
    }

    private void CheckLabels(Operand labels, int count, int classes)
    {
        using Borrowed first = new(this, sizeof(int));
        Span<int> found = [int.MaxValue];
        CopyFromHost<int>(found, first.Storage!, 0);
        accelerator.CheckIndices(View<int>(labels.Storage), View<int>(first.Storage!), AxesOf.Of(labels, labels), 0, classes, count);
        CopyToHost(first.Storage!, 0, found);
        if (found[0] < count)
        {
            CopyToHost(labels.Storage, labels.Layout.Offset + found[0], found);
            throw new ArgumentOutOfRangeException(nameof(labels), found[0], $"softmax cross-entropy: label {found[0]} is not one of {classes} classes.");
        }
    }

    private void RunLosses<V>(Operand scores, Operand labels, Operand maxima, Operand sums, Operand losses, int classes, int rows)
        where V : unmanaged, ILanes<V> => accelerator.Losses(
            Part<V>(scores, 0, (nint)rows * classes), Part<int>(labels, 0, rows), Part<V>(maxima, 0, rows), Part<V>(sums, 0, rows), Part<V>(losses, 0, rows), classes, rows);

    private void RunLossGradient<V>(Operand probabilities, Operand labels, Operand dy, Operand dx)
        where V : unmanaged, ILanes<V>
    {
        nint rows = dx.Layout.Shape[0], size = dx.Layout.Shape.Size;
        accelerator.LossGradient(
            Part<V>(probabilities, 0, size), Part<int>(labels, 0, rows), Part<V>(dy, 0, 1), Part<V>(dx, 0, size), V.Of(rows),
            (int)dx.Layout.Shape[1], Count("softmax cross-entropy", size));
    }
}
