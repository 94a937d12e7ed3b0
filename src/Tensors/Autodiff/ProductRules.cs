namespace Onsager.Tensors;

internal sealed class MatMulRule<T> : Rule
    where T : unmanaged
{
    public static readonly MatMulRule<T> Instance = new();

    public override string Name => "matmul";

    /// <summary>da = dc b^T and db = a^T dc, summed over axes that were broadcast.</summary>
    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dc = tape.Gradient<T>(entry.Result);
        if (tape.Follows(entry.X))
        {
            using Tensor<T> transposed = Transposed(entry.Y!);
            Contribute(tape, entry.X, dc, transposed);
        }

        if (tape.Follows(entry.Y!))
        {
            using Tensor<T> transposed = Transposed(entry.X);
            Contribute(tape, entry.Y!, transposed, dc);
        }
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        using Tensor<T> dc = tape.Gradient<T>(entry.Result);
        if (tape.Follows(entry.X))
        {
            using Tensor<T> transposed = Transposed(entry.Y!);
            Compose(tape, entry.X, dc, transposed);
        }

        if (tape.Follows(entry.Y!))
        {
            using Tensor<T> transposed = Transposed(entry.X);
            Compose(tape, entry.Y!, transposed, dc);
        }
    }

    private static Tensor<T> Transposed(TensorNode node)
    {
        using Tensor<T> view = new(TensorNode.Create(node.Storage!, in node.Layout));
        return view.Transpose();
    }

    private static void Contribute(Tape tape, TensorNode input, Tensor<T> left, Tensor<T> right)
    {
        if (IsTurned(input))
        {
            using Tensor<T> turned = Transposed(input), first = right.Transpose(), second = left.Transpose();
            Contribute(tape, turned.Node, first, second);
            return;
        }

        using Contribution<T> gradient = tape.Begin<T>(input);
        Shape shape = Products.ResultShape(left.Node, right.Node);
        if (shape == input.Layout.Shape)
        {
            Products.Run<T>(left.Node, right.Node, gradient.Target.Node);
            return;
        }

        using Tensor<T> full = Tensor.Empty<T>(shape, gradient.Target.Device);
        Products.Run<T>(left.Node, right.Node, full.Node);
        Reductions.SumTo<T>(full.Node, gradient.Target.Node);
    }

    private static void Compose(Tape tape, TensorNode input, Tensor<T> left, Tensor<T> right)
    {
        if (IsTurned(input))
        {
            using Tensor<T> turned = Transposed(input), first = right.Transpose(), second = left.Transpose();
            Compose(tape, turned.Node, first, second);
            return;
        }

        using Tensor<T> product = left.MatMul(right);
        tape.Contribute(input, product);
    }

    /// <summary>An operand that is the transpose of what lies in memory, as in a product's own derivative: its gradient is made in the order of memory, with the same bits.</summary>
    private static bool IsTurned(TensorNode input)
    {
        ref readonly Layout layout = ref input.Layout;
        int rank = layout.Extents.Rank;
        return layout.Stride(rank - 2) == 1 && layout.Stride(rank - 1) != 1 && layout.Extents[rank - 2] > 1 && layout.Extents[rank - 1] > 1;
    }
}

internal sealed class LinearRule<T> : Rule
    where T : unmanaged
{
    public static readonly LinearRule<T> Instance = new();

    public override string Name => "linear";

    /// <summary>dW = x^T dy, db = the column sums of dy, dx = dy W^T.</summary>
    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        if (tape.Follows(entry.Y!))
        {
            using Contribution<T> dw = tape.Begin<T>(entry.Y!);
            Layout transposed = entry.X.Layout.Permute([1, 0]);
            Products.Run<T>(new Operand(entry.X.Storage!, in transposed), dy.Operand, dw.Target.Operand);
        }

        if (entry.Z is { } bias && tape.Follows(bias))
        {
            using Contribution<T> db = tape.Begin<T>(bias);
            Reductions.SumTo<T>(dy.Node, db.Target.Node);
        }

        if (tape.Follows(entry.X))
        {
            using Contribution<T> dx = tape.Begin<T>(entry.X);
            Layout transposed = entry.Y!.Layout.Permute([1, 0]);
            Products.Run<T>(dy.Operand, new Operand(entry.Y.Storage!, in transposed), dx.Target.Operand);
        }
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        if (tape.Follows(entry.Y!))
        {
            using Tensor<T> transposed = new Tensor<T>(entry.X).Transpose(), dw = transposed.MatMul(dy);
            tape.Contribute(entry.Y!, dw);
        }

        if (entry.Z is { } bias)
        {
            tape.Contribute(bias, dy);
        }

        if (tape.Follows(entry.X))
        {
            using Tensor<T> transposed = new Tensor<T>(entry.Y!).Transpose(), dx = dy.MatMul(transposed);
            tape.Contribute(entry.X, dx);
        }
    }
}
