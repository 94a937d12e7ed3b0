using System.Numerics;
using Onsager.Simd;
using Onsager.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Onsager.Peers;

/// <summary>Reductions of a vector and operations along it, one line for each.</summary>
internal sealed class ReductionGroup : IGroup
{
    /// <summary>Elements that no cache holds.</summary>
    private const int OutOfCache = 5_000_000;

    private static readonly int[] Sizes = [64, 1000, 4096, 10_000, 1_000_000, 10_000_000];

    /// <summary>Elements of the matrices, in the second-level cache.</summary>
    private const int MatrixSize = 100_000;

    private static readonly int[] RowLengths = [10, 100, 1000, 10_000];

    public string Name => "reductions";

    public IEnumerable<Case> Cases(int threads, Wanted wanted) =>
        Cases<float>("f32", threads, wanted).Concat(MatrixCases<float>("f32", threads, wanted))
            .Concat(Cases<double>("f64", threads, wanted)).Concat(MatrixCases<double>("f64", threads, wanted));

    /// <param name="Name">The row's.</param>
    /// <param name="Bare">Ours over spans.</param>
    /// <param name="OnTensors">Ours over tensors, for more than one thread; null where it has no form into an existing tensor.</param>
    /// <param name="Primitive">TensorPrimitives', if it has it.</param>
    /// <param name="Torch">libtorch's.</param>
    private sealed record Line(string Name, Action Bare, Action? OnTensors, Action? Primitive, Func<TorchTensor> Torch);

    private static IEnumerable<Line> Lines<T>(
        Memory<T> x, Memory<T> y, Memory<T> px, Memory<T> py, TorchTensor tx, TorchTensor ty, Tensor<T> ours, Tensor<T> scalar)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int n = x.Count;
        int[] index = new int[1];
        return
        [
            new("sum", () => Reduce.Sum<T>(x.Span), () => ours.SumInto(scalar), () => TensorPrimitives.Sum<T>(px.Span), () => tx.sum()),
            new("dot", () => Reduce.Dot<T>(x.Span, y.Span), null, () => TensorPrimitives.Dot<T>(px.Span, py.Span), () => tx.dot(ty)),
            new("max", () => Reduce.Max<T>(x.Span), null, () => TensorPrimitives.Max<T>(px.Span), () => tx.max()),
            All<Smallest>("min", default, () => TensorPrimitives.Min<T>(px.Span), () => tx.min()),
            All<Mean>("mean", default, () => TensorPrimitives.Average<T>(px.Span), () => tx.mean()),
            All<Variance>("variance", new(0), null, () => tx.var(false)),
            All<StandardDeviation>("std", new(0), () => TensorPrimitives.StdDev<T>(px.Span), () => tx.std(false)),
            All<EuclideanNorm>("norm", default, () => TensorPrimitives.Norm<T>(px.Span), () => tx.norm()),
            All<LogSumExp>("logsumexp", default, null, () => tx.logsumexp(0)),
            new("argmax", () => ArgReduce.MaxRows<T>(x.Span, 1, n, n, index), null, () => TensorPrimitives.IndexOfMax<T>(px.Span), () => tx.argmax()),
            new("argmin", () => ArgReduce.MinRows<T>(x.Span, 1, n, n, index), null, () => TensorPrimitives.IndexOfMin<T>(px.Span), () => tx.argmin()),
            new("softmax", () => Softmax.Rows<T>(x.Span, 1, n, n, y.Span, n), null, () => TensorPrimitives.SoftMax<T>(px.Span, py.Span), () => tx.softmax(0)),
            new("log_softmax", () => Softmax.LogRows<T>(x.Span, 1, n, n, y.Span, n), null, null, () => tx.log_softmax(0)),
            new("cumsum", () => CumulativeSum.Rows<T>(x.Span, 1, n, n, y.Span, n), null, null, () => tx.cumsum(0)),
        ];

        Line All<TReduction>(string name, TReduction reduction, Action? primitive, Func<TorchTensor> torch)
            where TReduction : struct, IReduction => new(name, () => Reduce.All<TReduction, T>(reduction, x.Span), null, primitive, torch);
    }

    private static IEnumerable<Case> Cases<T>(string type, int threads, Wanted wanted)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (int size in Sizes)
        {
            using Memory<T> x = Memory<T>.Random(size, 1), y = Memory<T>.Random(size, 2);
            using Memory<T> px = Memory<T>.Random(size, 1), py = Memory<T>.Random(size, 2);
            using TorchTensor tx = Libtorch.Of(x, size), ty = Libtorch.Of(y, size);
            using Tensor<T> ours = Tensor.From<T>(x.Span, [size]), scalar = Tensor.Empty<T>([]);
            foreach (Line line in Lines(x, y, px, py, tx, ty, ours, scalar))
            {
                Action? work = threads == 1 ? line.Bare : line.OnTensors;
                if (work is null || !wanted(line.Name, size, type))
                {
                    continue;
                }

                List<Peer> peers = [new(Libtorch.Name, Libtorch.Discard(line.Torch))];
                if (line.Primitive is not null && threads == 1)
                {
                    // Out of cache one form: each further one would find more of the same memory in the last cache than the first did, and than ours.
                    peers.Insert(0, new(Primitives.Name, size > 1_000_000 ? [line.Primitive] : StackPadding.Forms(line.Primitive)));
                }

                yield return new Case("reductions", line.Name, size, type, Quantity.Elements(size), work, peers)
                {
                    // A copy reads one array and writes one; a sum reads one, a dot product two.
                    Bound = threads == 1 && size > OutOfCache && line.Name is "sum" or "dot"
                        ? new Bound("streaming copy", () => px.StreamTo(py), line.Name == "sum" ? 2.0 * size : size) : null,
                };
            }
        }
    }

    /// <summary>Work along the rows ("axis 1") and down the columns ("axis 0") of a matrix.</summary>
    private static IEnumerable<Case> MatrixCases<T>(string type, int threads, Wanted wanted)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (threads > 1)
        {
            yield break;
        }

        foreach (int columns in RowLengths)
        {
            int rows = MatrixSize / columns;
            using Memory<T> x = Memory<T>.Random(MatrixSize, 1), y = new(MatrixSize);
            using TorchTensor tx = Libtorch.Of(x, rows, columns);
            foreach ((string name, Action work, Func<TorchTensor> torch) in MatrixLines(x, y, rows, columns, tx))
            {
                string full = $"{name} {rows}x{columns}";
                if (wanted(full, MatrixSize, type))
                {
                    yield return new Case("reductions", full, MatrixSize, type, Quantity.Elements(MatrixSize), work, [new(Libtorch.Name, Libtorch.Discard(torch))]);
                }
            }
        }
    }

    private static IEnumerable<(string Name, Action Work, Func<TorchTensor> Torch)> MatrixLines<T>(Memory<T> x, Memory<T> y, int rows, int columns, TorchTensor tx)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int[] places = new int[int.Max(rows, columns)];
        return
        [
            ("softmax rows", () => Softmax.Rows<T>(x.Span, rows, columns, columns, y.Span, columns), () => tx.softmax(1)),
            ("softmax columns", () => Softmax.Columns<T>(x.Span, rows, columns, columns, y.Span, columns), () => tx.softmax(0)),
            ("log_softmax rows", () => Softmax.LogRows<T>(x.Span, rows, columns, columns, y.Span, columns), () => tx.log_softmax(1)),
            ("log_softmax columns", () => Softmax.LogColumns<T>(x.Span, rows, columns, columns, y.Span, columns), () => tx.log_softmax(0)),
            ("cumsum rows", () => CumulativeSum.Rows<T>(x.Span, rows, columns, columns, y.Span, columns), () => tx.cumsum(1)),
            ("cumsum columns", () => CumulativeSum.Columns<T>(x.Span, rows, columns, columns, y.Span, columns), () => tx.cumsum(0)),
            ("argmax rows", () => ArgReduce.MaxRows<T>(x.Span, rows, columns, columns, places.AsSpan(0, rows)), () => tx.argmax(1)),
            ("argmax columns", () => ArgReduce.MaxColumns<T>(x.Span, rows, columns, columns, places.AsSpan(0, columns)), () => tx.argmax(0)),
            Rows<Total>("sum", default, () => tx.sum(1)),
            Columns<Total>("sum", default, () => tx.sum(0)),
            Rows<Variance>("variance", new(0), () => tx.var(1, false)),
            Columns<Variance>("variance", new(0), () => tx.var(0, false)),
            Rows<EuclideanNorm>("norm", default, () => tx.norm(1)),
            Rows<Largest>("max", default, () => tx.amax([1])),
            Columns<Largest>("max", default, () => tx.amax([0])),
            Rows<LogSumExp>("logsumexp", default, () => tx.logsumexp(1)),
            Columns<LogSumExp>("logsumexp", default, () => tx.logsumexp(0)),
        ];

        (string, Action, Func<TorchTensor>) Rows<TReduction>(string name, TReduction reduction, Func<TorchTensor> torch)
            where TReduction : struct, IReduction =>
            ($"{name} rows", () => Reduce.Rows<TReduction, T>(reduction, x.Span, rows, columns, columns, y.Span[..rows]), torch);

        (string, Action, Func<TorchTensor>) Columns<TReduction>(string name, TReduction reduction, Func<TorchTensor> torch)
            where TReduction : struct, IReduction =>
            ($"{name} columns", () => Reduce.Columns<TReduction, T>(reduction, x.Span, rows, columns, columns, y.Span[..columns]), torch);
    }
}
