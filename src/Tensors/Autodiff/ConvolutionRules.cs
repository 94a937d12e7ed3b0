using System.Collections.Concurrent;

namespace Onsager.Tensors;

/// <summary>y = x * w + b: dx is the transposed convolution of dy, dw the weight gradient of x and dy, db the sums of dy over its channels.</summary>
internal sealed class ConvolutionRule<T>(ConvolutionForm form) : Rule
    where T : unmanaged
{
    private static readonly ConcurrentDictionary<ConvolutionForm, ConvolutionRule<T>> Rules = new();

    /// <summary>The rule of a form; there is one object for each form that was ever used.</summary>
    public static ConvolutionRule<T> For(in ConvolutionForm form) => Rules.GetOrAdd(form, static form => new(form));

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        if (tape.Follows(entry.Y!))
        {
            using Contribution<T> dw = tape.Begin<T>(entry.Y!);
            TransposedConvolution.RunWeightGradient<T>(in form, entry.X, dy.Node, dw.Target.Node);
        }

        Gradients.GiveBias(tape, entry.Z, dy);
        if (tape.Follows(entry.X))
        {
            using Contribution<T> dx = tape.Begin<T>(entry.X);
            TransposedConvolution.Run<T>(in form, dy.Node, entry.Y!, null, dx.Target.Node);
        }
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        if (tape.Follows(entry.Y!))
        {
            using Tensor<T> x = Gradients.View<T>(entry.X), dw = TransposedConvolution.WeightGradient(in form, x, dy, entry.Y!.Layout.Shape);
            tape.Contribute(entry.Y, dw);
        }

        Gradients.GiveBias(tape, entry.Z, dy);
        if (tape.Follows(entry.X))
        {
            using Tensor<T> w = Gradients.View<T>(entry.Y!), dx = TransposedConvolution.Apply(in form, dy, w, null, entry.X.Layout.Shape);
            tape.Contribute(entry.X, dx);
        }
    }
}

/// <summary>y = the transposed convolution of x with w, plus b: dx is the convolution of dy, dw the weight gradient of dy and x.</summary>
internal sealed class TransposedConvolutionRule<T>(ConvolutionForm form) : Rule
    where T : unmanaged
{
    private static readonly ConcurrentDictionary<ConvolutionForm, TransposedConvolutionRule<T>> Rules = new();

    public static TransposedConvolutionRule<T> For(in ConvolutionForm form) => Rules.GetOrAdd(form, static form => new(form));

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        if (tape.Follows(entry.Y!))
        {
            using Tensor<T> x = Gradients.View<T>(entry.X), dw = TransposedConvolution.WeightGradient(in form, dy, x, entry.Y!.Layout.Shape);
            tape.Contribute(entry.Y, dw);
        }

        Gradients.GiveBias(tape, entry.Z, dy);
        if (tape.Follows(entry.X))
        {
            using Tensor<T> w = Gradients.View<T>(entry.Y!), dx = Convolution.Apply("convolution", in form, dy, w, null);
            tape.Contribute(entry.X, dx);
        }
    }
}

/// <summary>w = the weight gradient of x and y: dx is the transposed convolution of y with dw, dy the convolution of x with dw.</summary>
internal sealed class WeightGradientRule<T>(ConvolutionForm form) : Rule
    where T : unmanaged
{
    private static readonly ConcurrentDictionary<ConvolutionForm, WeightGradientRule<T>> Rules = new();

    public static WeightGradientRule<T> For(in ConvolutionForm form) => Rules.GetOrAdd(form, static form => new(form));

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dw = tape.Gradient<T>(entry.Result);
        if (tape.Follows(entry.X))
        {
            using Tensor<T> y = Gradients.View<T>(entry.Y!), dx = TransposedConvolution.Apply(in form, y, dw, null, entry.X.Layout.Shape);
            tape.Contribute(entry.X, dx);
        }

        if (tape.Follows(entry.Y!))
        {
            using Tensor<T> x = Gradients.View<T>(entry.X), dy = Convolution.Apply("convolution", in form, x, dw, null);
            tape.Contribute(entry.Y!, dy);
        }
    }
}

/// <summary>What rules that are composed of tensor operations share.</summary>
internal static class Gradients
{
    /// <summary>A recorded node as a tensor.</summary>
    public static Tensor<T> View<T>(TensorNode node)
        where T : unmanaged => new(TensorNode.Create(node.Storage!, in node.Layout));

    /// <summary>Adds the sums of dy [n, channels, h, w] over all axes but the channels to a bias's gradient, if there is a bias that is followed.</summary>
    public static void GiveBias<T>(Tape tape, TensorNode? bias, Tensor<T> dy)
        where T : unmanaged
    {
        if (bias is not null && tape.Follows(bias))
        {
            using Tensor<T> db = dy.Sum([0, 2, 3]);
            tape.Contribute(bias, db);
        }
    }
}
