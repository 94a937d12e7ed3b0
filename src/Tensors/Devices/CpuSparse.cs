using Onsager.Simd;

namespace Onsager.Tensors;

/// <content>Products with sparse matrices, whose rows are shared so that each part has about as many entries. Operands are contiguous.</content>
public sealed partial class CpuDevice
{
    /// <inheritdoc/>
    internal override void Sparse<T>(SparseForm form, Operand x, Operand y, Operand results) => OverRows(form.Walked, form.PerEntry, new SparseWork<T>(form, x, y, results));

    /// <summary>A pattern's rows in parts, for work of so many operations for each entry.</summary>
    private void OverRows<T>(SparsePattern pattern, int perEntry, SparseWork<T> work)
        where T : unmanaged
    {
        long size = (pattern.Count + (long)pattern.Rows) * int.Max(1, perEntry);
        (_, int parts) = Cuts.Of((nint)size, Cuts.Cheap, Cuts.CheapPart);
        parts = int.Clamp(parts, 1, int.Max(1, pattern.Rows));
        workers.Run(new SparseParts<T>(work, pattern, parts), parts, size >= Cuts.WakesAtOnce);
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

    private readonly struct SparseWork<T>
        where T : unmanaged
    {
        private readonly SparseForm form;
        private readonly Storage x;
        private readonly Storage y;
        private readonly Storage results;
        private readonly (nint Start, nint Count) ofX;
        private readonly (nint Start, nint Count) ofY;
        private readonly (nint Start, nint Count) ofResults;

        public SparseWork(SparseForm form, Operand x, Operand y, Operand results)
        {
            this.form = form;
            (this.x, this.y, this.results) = (x.Storage, y.Storage, results.Storage);
            (ofX, ofY, ofResults) = (Of(x), Of(y), Of(results));

            static (nint Start, nint Count) Of(Operand operand) => (operand.Layout.Offset, operand.Layout.Shape.Size);
        }

        public void Run(int first, int end)
        {
            ReadOnlySpan<T> left = Memory<T>(x, ofX.Start, ofX.Count), right = Memory<T>(y, ofY.Start, ofY.Count);
            Span<T> to = Memory<T>(results, ofResults.Start, ofResults.Count);
            switch (form.Kind)
            {
                case SparseKind.Product:
                    SparseProduct.Multiply(form.A, left, right, form.Columns, to, first, end);
                    break;
                case SparseKind.Sample:
                    SparseProduct.Sample(form.Pattern, left, right, form.Columns, to, first, end);
                    break;
                default:
                    SparseTriple.Multiply(form.Pattern, form.A, left, form.B, right, to, first, end);
                    break;
            }
        }
    }
}
