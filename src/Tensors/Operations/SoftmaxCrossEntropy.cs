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
    public Tensor<T> SoftmaxCrossEntropy(Tensor<int> labels)
    {
        Tensor.CheckArithmetic<T>("softmax cross-entropy");
        TensorNode x = Node;
        Shape shape = x.Layout.Shape;
        if (shape.Rank != 2 || shape.Size == 0 || labels.Rank != 1 || labels.Shape[0] != shape[0])
        {
            throw new ArgumentException($"softmax cross-entropy: scores [batch, classes] and labels [batch] are needed; got {shape} and {labels.Shape}.");
        }

        if (Device != labels.Device)
        {
            throw new ArgumentException($"softmax cross-entropy: scores and labels are on different devices: {Device} and {labels.Device}.", nameof(labels));
        }

        using Tensor<T> scores = Contiguous();
        using Tensor<int> classes = labels.Contiguous();
        using Tensor<T> probabilities = Tensor.Empty<T>(shape, Device);
        Tensor<T> loss = Tensor.Empty<T>([], Device);
        try
        {
            Device.CrossEntropy<T>(scores.Operand, classes.Operand, probabilities.Operand, loss.Operand);
        }
        catch
        {
            loss.Dispose();
            throw;
        }

        Tape.Record(SoftmaxCrossEntropyRule<T>.Instance, x, classes.Node, probabilities.Node, loss.Node);
        return loss;
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
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        using Contribution<T> dx = tape.Begin<T>(entry.X);
        if (dx.Target.IsContiguous)
        {
            dy.Device.CrossEntropyGradient<T>(probabilities.Operand(), entry.Y!.Operand(), dy.Operand, dx.Target.Operand);
            return;
        }

        using Tensor<T> packed = Tensor.Empty<T>(probabilities.Layout.Shape, dy.Device);
        dy.Device.CrossEntropyGradient<T>(probabilities.Operand(), entry.Y!.Operand(), dy.Operand, packed.Operand);
        dy.Device.Copy<T>(packed.Operand, dx.Target.Operand);
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        Tensor<T> x = new(entry.X);
        nint batch = x.Shape[0];
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), zeros = Tensor.Zeros<T>(x.Shape, x.Device), one = Tensor.Full([batch, 1], Tensor.Constant<T>(1), x.Device);
        using Tensor<int> labels = Gradients.View<int>(entry.Y!), column = labels.Unsqueeze(1);
        using Tensor<T> picked = zeros.Scatter(1, column, one);
        using Tensor<T> probabilities = x.Softmax(1), excess = probabilities - picked, scale = dy / Tensor.Constant<T>(batch), dx = excess * scale;
        tape.Contribute(entry.X, dx);
    }
}
