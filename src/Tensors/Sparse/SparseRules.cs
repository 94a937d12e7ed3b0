using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>The rules of a pattern's products, made once for each pattern, so that recording allocates nothing.</summary>
internal sealed class SparseRules<T>
    where T : unmanaged
{
    private static readonly ConditionalWeakTable<SparsePattern, SparseRules<T>> Known = [];

    private SparseRules(SparsePattern pattern)
    {
        Product = new SparseProductRule<T>(pattern, isTransposed: false);
        Transposed = new SparseProductRule<T>(pattern, isTransposed: true);
        Sample = new SampledProductRule<T>(pattern);
    }

    /// <summary>Y = A X.</summary>
    public Rule Product { get; }

    /// <summary>Y = A^T X.</summary>
    public Rule Transposed { get; }

    /// <summary>v = (U W^T) at A's entries.</summary>
    public Rule Sample { get; }

    public static SparseRules<T> Of(SparsePattern pattern) => Known.TryGetValue(pattern, out SparseRules<T>? own) ? own : Known.GetValue(pattern, static pattern => new(pattern));
}

/// <summary>Y = A X, and with A transposed: the values' gradient is dY X^T (or X dY^T) at A's entries, dX = A^T dY (or A dY).</summary>
internal sealed class SparseProductRule<T>(SparsePattern pattern, bool isTransposed) : Rule
    where T : unmanaged
{
    public override string Name => isTransposed ? "SparseTransposedProduct" : "SparseProduct";

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        if (tape.Follows(entry.X))
        {
            using Tensor<T> x = Gradients.View<T>(entry.Y!);
            using Tensor<T> dv = isTransposed ? SparseOperations.Sample("sparse matmul", pattern, x, dy) : SparseOperations.Sample("sparse matmul", pattern, dy, x);
            tape.Contribute(entry.X, dv);
        }

        if (tape.Follows(entry.Y!))
        {
            using Tensor<T> values = Gradients.View<T>(entry.X), dx = SparseOperations.Product("sparse matmul", pattern, values, dy, !isTransposed);
            tape.Contribute(entry.Y!, dx);
        }
    }
}

/// <summary>v = (U W^T) at A's entries: with dv as A's values, dU = A W and dW = A^T U.</summary>
internal sealed class SampledProductRule<T>(SparsePattern pattern) : Rule
    where T : unmanaged
{
    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dv = tape.Gradient<T>(entry.Result);
        if (tape.Follows(entry.X))
        {
            using Tensor<T> w = Gradients.View<T>(entry.Y!), du = SparseOperations.Product("sampled matmul", pattern, dv, w, isTransposed: false);
            tape.Contribute(entry.X, du);
        }

        if (tape.Follows(entry.Y!))
        {
            using Tensor<T> u = Gradients.View<T>(entry.X), dw = SparseOperations.Product("sampled matmul", pattern, dv, u, isTransposed: true);
            tape.Contribute(entry.Y!, dw);
        }
    }
}

/// <summary>C = A B at C's entries: dA = dC B^T at A's entries, dB = A^T dC at B's.</summary>
internal sealed class SparseTripleRule<T>(SparsePattern c, SparsePattern a, SparsePattern b) : Rule
    where T : unmanaged
{
    public override string Name => "SparseTripleProduct";

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dc = tape.Gradient<T>(entry.Result);
        using Tensor<T> left = Gradients.View<T>(entry.X), right = Gradients.View<T>(entry.Y!);
        if (tape.Follows(entry.X))
        {
            (SparsePattern turned, Tensor<T> values) = Turn(b, right);
            using (values)
            {
                using Tensor<T> da = SparseOperations.Triple(a, c, dc, turned, values);
                tape.Contribute(entry.X, da);
            }
        }

        if (tape.Follows(entry.Y!))
        {
            (SparsePattern turned, Tensor<T> values) = Turn(a, left);
            using (values)
            {
                using Tensor<T> db = SparseOperations.Triple(b, turned, values, c, dc);
                tape.Contribute(entry.Y!, db);
            }
        }
    }

    /// <summary>The transposed matrix: its values are recorded.</summary>
    private static (SparsePattern Pattern, Tensor<T> Values) Turn(SparsePattern pattern, Tensor<T> values)
    {
        SparsePattern transposed = pattern.Transposed;
        return (transposed.Renumbered, SparseOperations.Gather(values, transposed.Order));
    }
}
