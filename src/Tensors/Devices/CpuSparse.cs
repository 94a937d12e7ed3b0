using Onsager.Simd;

namespace Onsager.Tensors;

/// <content>Products with sparse matrices, whose rows are shared so that each part has about as many entries. Operands are contiguous.</content>
public sealed partial class CpuDevice
{
    /// <summary>Y [rows, n] = A X.</summary>
    internal void Multiply<T>(SparsePattern a, Tensor<T> values, Tensor<T> x, int n, Tensor<T> y)
        where T : unmanaged => OverRows(a, n, new SparseWork<T>(SparseKind.Product, a, a, a, values, x, n, y));

    /// <summary>The inner products of rows of u and w at the entries of a pattern.</summary>
    internal void Sample<T>(SparsePattern pattern, Tensor<T> u, Tensor<T> w, int n, Tensor<T> results)
        where T : unmanaged => OverRows(pattern, n, new SparseWork<T>(SparseKind.Sample, pattern, pattern, pattern, u, w, n, results));

    /// <summary>The values of A B at the entries of a pattern.</summary>
    internal void Triple<T>(SparsePattern pattern, SparsePattern a, Tensor<T> left, SparsePattern b, Tensor<T> right, Tensor<T> results)
        where T : unmanaged =>
        OverRows(a, 1 + (b.Count / int.Max(1, b.Rows)), new SparseWork<T>(SparseKind.Triple, pattern, a, b, left, right, 1, results));

    /// <summary>A pattern's rows in parts, for work of so many operations for each entry.</summary>
    private void OverRows<T>(SparsePattern pattern, int perEntry, SparseWork<T> work)
        where T : unmanaged
    {
        long size = (pattern.Count + (long)pattern.Rows) * int.Max(1, perEntry);
        (_, int parts) = Cuts.Of((nint)size, Cuts.Cheap, Cuts.CheapPart);
        parts = int.Clamp(parts, 1, int.Max(1, pattern.Rows));
        workers.Run(new SparseParts<T>(work, pattern, parts), parts, size >= Cuts.WakesAtOnce);
    }

    private enum SparseKind
    {
        Product,
        Sample,
        Triple,
    }

    private readonly struct SparseParts<T>(SparseWork<T> work, SparsePattern pattern, int parts) : IParts
        where T : unmanaged
    {
        private readonly SparseWork<T> work = work;

        public void Run(int part) => work.Run(Row(part), Row(part + 1));

        /// <summary>A part's first row: the one before which a share of the entries, and of the rows, lies.</summary>
        private int Row(int part)
        {
            ReadOnlySpan<int> starts = pattern.RowStarts;
            long target = (pattern.Count + (long)pattern.Rows) * part / parts;
            int low = 0, high = pattern.Rows;
            while (low < high)
            {
                int middle = (int)(((long)low + high) / 2);
                (low, high) = starts[middle] + (long)middle < target ? (middle + 1, high) : (low, middle);
            }

            return low;
        }
    }

    private readonly struct SparseWork<T>(SparseKind kind, SparsePattern pattern, SparsePattern a, SparsePattern b, Tensor<T> x, Tensor<T> y, int n, Tensor<T> results)
        where T : unmanaged
    {
        private readonly Storage x = x.Node.Storage!;
        private readonly Storage y = y.Node.Storage!;
        private readonly Storage results = results.Node.Storage!;
        private readonly (nint Start, nint Count) ofX = (x.Layout.Offset, x.Size);
        private readonly (nint Start, nint Count) ofY = (y.Layout.Offset, y.Size);
        private readonly (nint Start, nint Count) ofResults = (results.Layout.Offset, results.Size);

        public void Run(int first, int end)
        {
            ReadOnlySpan<T> left = Memory<T>(x, ofX.Start, ofX.Count), right = Memory<T>(y, ofY.Start, ofY.Count);
            Span<T> to = Memory<T>(results, ofResults.Start, ofResults.Count);
            switch (kind)
            {
                case SparseKind.Product:
                    SparseProduct.Multiply(a, left, right, n, to, first, end);
                    break;
                case SparseKind.Sample:
                    SparseProduct.Sample(pattern, left, right, n, to, first, end);
                    break;
                default:
                    SparseTriple.Multiply(pattern, a, left, b, right, to, first, end);
                    break;
            }
        }
    }
}
