using Onsager.Simd;

namespace Onsager.Tensors;

public readonly partial struct Tensor<T>
{
    /// <summary>
    /// The mean over a batch of -log softmax(x)[label]: x [batch, classes], labels [batch]. Each row subtracts its maximum first, so large
    /// scores do not overflow; a row with NaN gives NaN.
    /// </summary>
    /// <exception cref="ArgumentException">x is not a non-empty matrix, or the labels do not fit its rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class.</exception>
    /// <exception cref="NotSupportedException">The tensor is not on the processor.</exception>
    public Tensor<T> SoftmaxCrossEntropy(Tensor<int> labels)
    {
        Tensor.CheckArithmetic<T>("softmax cross-entropy");
        TensorNode x = Node;
        Shape shape = x.Layout.Shape;
        if (shape.Rank != 2 || shape.Size == 0 || labels.Rank != 1 || labels.Shape[0] != shape[0])
        {
            throw new ArgumentException($"softmax cross-entropy: scores [batch, classes] and labels [batch] are needed; got {shape} and {labels.Shape}.");
        }

        if (Device is not CpuDevice || labels.Device is not CpuDevice)
        {
            throw new NotSupportedException($"softmax cross-entropy: scores and labels must be on the processor; they are on {Device} and {labels.Device}.");
        }

        int classes = (int)shape[1];
        ReadOnlySpan<int> picked = labels.AsSpan();
        foreach (int label in picked)
        {
            if ((uint)label >= (uint)classes)
            {
                throw new ArgumentOutOfRangeException(nameof(labels), label, $"softmax cross-entropy: label {label} is not one of {classes} classes.");
            }
        }

        using Tensor<T> scores = Contiguous();
        using Tensor<T> probabilities = Tensor.Empty<T>(shape);
        T mean = CrossEntropy.Mean(scores.Memory(), picked, probabilities.Memory(), classes);
        Tensor<T> loss = Tensor.Scalar(mean);
        Tape.Record(SoftmaxCrossEntropyRule<T>.Instance, x, labels.Node, probabilities.Node, loss.Node);
        return loss;
    }
}

/// <summary>Softmax over the rows of a matrix, and the loss that goes with it.</summary>
internal static class CrossEntropy
{
    /// <summary>Fills the probabilities row by row and gives the mean of log-sum-exp minus the label's score.</summary>
    public static T Mean<T>(ReadOnlySpan<T> scores, ReadOnlySpan<int> labels, Span<T> probabilities, int classes)
        where T : unmanaged
    {
        int batch = labels.Length;
        using Tensor<T> rows = Tensor.Empty<T>([3, batch]);
        Span<T> maxima = rows.AsSpan()[..batch], sums = rows.AsSpan().Slice(batch, batch), picked = rows.AsSpan()[(2 * batch)..];
        for (int i = 0; i < batch; i++)
        {
            ReadOnlySpan<T> row = scores.Slice(i * classes, classes);
            Span<T> exponentials = probabilities.Slice(i * classes, classes);
            maxima[i] = Reduce.Max(row);
            picked[i] = row[labels[i]];
            Map.Binary<Subtract, T>(row, maxima[i], exponentials);
            Map.Unary<Exp, T>(exponentials, exponentials);
            sums[i] = Reduce.Sum<T>(exponentials);
            Map.Binary<Divide, T>(exponentials, sums[i], exponentials);
        }

        Map.Unary<Log, T>(sums, sums);
        Map.Binary<Add, T>(sums, maxima, sums);
        Map.Binary<Subtract, T>(sums, picked, sums);
        Span<T> mean = [Reduce.Sum<T>(sums)];
        Map.Binary<Divide, T>(mean, Tensor.Constant<T>(batch), mean);
        return mean[0];
    }
}

/// <summary>dx = dy (softmax(x) - onehot(label)) / batch.</summary>
internal sealed class SoftmaxCrossEntropyRule<T> : Rule
    where T : unmanaged
{
    public static readonly SoftmaxCrossEntropyRule<T> Instance = new();

    public override string Name => "softmax cross-entropy";

    public override void Backward(Tape tape, in Entry entry)
    {
        TensorNode probabilities = entry.Z!;
        nint batch = probabilities.Layout.Shape[0], classes = probabilities.Layout.Shape[1];
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), dx = Tensor.Empty<T>(probabilities.Layout.Shape);
        Span<T> target = dx.AsSpan(), scale = [dy.Item()];
        Map.Binary<Divide, T>(scale, Tensor.Constant<T>(batch), scale);
        CpuDevice.Memory<T>(probabilities.Storage!, probabilities.Layout.Offset, batch * classes).CopyTo(target);
        ReadOnlySpan<int> labels = CpuDevice.Memory<int>(entry.Y!.Storage!, entry.Y.Layout.Offset, batch);
        for (int i = 0; i < labels.Length; i++)
        {
            Span<T> one = target.Slice((i * (int)classes) + labels[i], 1);
            Map.Binary<Subtract, T>(one, Tensor.Constant<T>(1), one);
        }

        Map.Binary<Multiply, T>(target, scale[0], target);
        using Contribution<T> contribution = tape.Begin<T>(entry.X);
        dx.Device.Copy<T>(dx.Operand, contribution.Target.Operand);
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        Tensor<T> x = new(entry.X);
        nint batch = x.Shape[0], classes = x.Shape[1];
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), picked = Tensor.Zeros<T>(x.Shape);
        ReadOnlySpan<int> labels = CpuDevice.Memory<int>(entry.Y!.Storage!, entry.Y.Layout.Offset, batch);
        Span<T> ones = picked.AsSpan();
        for (int i = 0; i < labels.Length; i++)
        {
            ones[(i * (int)classes) + labels[i]] = Tensor.Constant<T>(1);
        }

        using Tensor<T> probabilities = x.Softmax(1), excess = probabilities - picked, scale = dy / Tensor.Constant<T>(batch), dx = excess * scale;
        tape.Contribute(entry.X, dx);
    }
}
