using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Softmax over the rows of a matrix, and the loss that goes with it.</summary>
public sealed partial class CpuDevice
{
    /// <inheritdoc/>
    public override void CrossEntropy<T>(Operand scores, Operand labels, Operand probabilities, Operand loss)
    {
        int batch = (int)scores.Layout.Extents[0], classes = (int)scores.Layout.Extents[1];
        ReadOnlySpan<int> classOf = Labels(labels, batch);
        foreach (int label in classOf)
        {
            if ((uint)label >= (uint)classes)
            {
                throw new ArgumentOutOfRangeException(nameof(labels), label, $"softmax cross-entropy: label {label} is not one of {classes} classes.");
            }
        }

        Storage beside = Allocate(3 * batch * Unsafe.SizeOf<T>());
        try
        {
            Span<T> maxima = Memory<T>(beside, 0, batch), sums = Memory<T>(beside, batch, batch), picked = Memory<T>(beside, 2 * batch, batch);
            ReadOnlySpan<T> all = Memory<T>(scores.Storage, scores.Layout.Offset, (nint)batch * classes);
            Span<T> shares = Memory<T>(probabilities.Storage, probabilities.Layout.Offset, (nint)batch * classes);
            for (int i = 0; i < batch; i++)
            {
                ReadOnlySpan<T> row = all.Slice(i * classes, classes);
                Span<T> exponentials = shares.Slice(i * classes, classes);
                maxima[i] = Simd.Reduce.Max(row);
                picked[i] = row[classOf[i]];
                Map.Binary<Subtract, T>(row, maxima[i], exponentials);
                Map.Unary<Exp, T>(exponentials, exponentials);
                sums[i] = Simd.Reduce.Sum<T>(exponentials);
                Map.Binary<Divide, T>(exponentials, sums[i], exponentials);
            }

            Map.Unary<Log, T>(sums, sums);
            Map.Binary<Add, T>(sums, maxima, sums);
            Map.Binary<Subtract, T>(sums, picked, sums);
            Span<T> mean = Memory<T>(loss.Storage, loss.Layout.Offset, 1);
            mean[0] = Simd.Reduce.Sum<T>(sums);
            Map.Binary<Divide, T>(mean, Tensor.Constant<T>(batch), mean);
        }
        finally
        {
            Recycle(beside);
        }
    }

    /// <inheritdoc/>
    public override void CrossEntropyGradient<T>(Operand probabilities, Operand labels, Operand dy, Operand dx)
    {
        int batch = (int)dx.Layout.Extents[0], classes = (int)dx.Layout.Extents[1];
        nint size = (nint)batch * classes;
        Span<T> target = Memory<T>(dx.Storage, dx.Layout.Offset, size), scale = [Memory<T>(dy.Storage, dy.Layout.Offset, 1)[0]];
        Map.Binary<Divide, T>(scale, Tensor.Constant<T>(batch), scale);
        Memory<T>(probabilities.Storage, probabilities.Layout.Offset, size).CopyTo(target);
        ReadOnlySpan<int> classOf = Labels(labels, batch);
        for (int i = 0; i < classOf.Length; i++)
        {
            Span<T> one = target.Slice((i * classes) + classOf[i], 1);
            Map.Binary<Subtract, T>(one, Tensor.Constant<T>(1), one);
        }

        Map.Binary<Multiply, T>(target, scale[0], target);
    }

    private static ReadOnlySpan<int> Labels(Operand labels, int batch) => Memory<int>(labels.Storage, labels.Layout.Offset, batch);
}
