namespace Onsager.Tensors;

/// <summary>The gradient of a table: what came back for its rows, added in the order of the indices.</summary>
internal sealed class EmbeddingRule<T> : Rule
    where T : unmanaged
{
    public static readonly EmbeddingRule<T> Instance = new();

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        using Tensor<int> indices = Gradients.View<int>(entry.Y!);
        using Tensor<T> dx = Rows.Scatter(dy, indices, entry.X.Layout.Shape);
        tape.Contribute(entry.X, dx);
    }
}

/// <summary>The gradient of what was scattered: the rows where it went.</summary>
internal sealed class EmbeddingAdjointRule<T> : Rule
    where T : unmanaged
{
    public static readonly EmbeddingAdjointRule<T> Instance = new();

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> g = tape.Gradient<T>(entry.Result);
        using Tensor<int> indices = Gradients.View<int>(entry.Y!);
        using Tensor<T> dx = g.Embedding(indices);
        tape.Contribute(entry.X, dx);
    }
}
