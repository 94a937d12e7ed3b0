using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Products on the processor: threads share the result's columns or rows; each element's chain is its own, so bits do not move.</summary>
public sealed partial class CpuDevice
{
    /// <summary>Multiply-adds below which one thread does the product alone: a fork and join would cost more.</summary>
    private const double ParallelFlop = 1e6;

    /// <inheritdoc/>
    public override void MatMul<T>(T alpha, Operand a, Operand b, T beta, Operand c)
    {
        // Rows of the result must be contiguous: a result stored by columns is the transposed product of the transposed operands.
        if (c.Layout.Stride(1) != 1 && c.Layout.Shape[1] != 1 && c.Layout.Stride(0) == 1)
        {
            Layout at = a.Layout.Permute([1, 0]), bt = b.Layout.Permute([1, 0]), ct = c.Layout.Permute([1, 0]);
            MatMul(alpha, new Operand(b.Storage, in bt), new Operand(a.Storage, in at), beta, new Operand(c.Storage, in ct));
            return;
        }

        nint m = c.Layout.Shape[0], n = c.Layout.Shape[1], k = a.Layout.Shape[1];
        MatMulParts<T> work = new(alpha, a, b, beta, c);
        double flop = 2.0 * m * n * k;
        int parts = flop < ParallelFlop ? 1 : workers.Threads;
        workers.Run(work.Split(parts), parts);
    }

    private readonly struct MatMulParts<T> : IParts
        where T : unmanaged
    {
        private readonly T alpha;
        private readonly T beta;
        private readonly Storage a;
        private readonly Storage b;
        private readonly Storage c;
        private readonly nint m;
        private readonly nint n;
        private readonly nint k;
        private readonly (nint Offset, nint Row, nint Column) from;
        private readonly (nint Offset, nint Row, nint Column) with;
        private readonly (nint Offset, nint Row) to;
        private readonly nint partRows;
        private readonly nint partColumns;

        public MatMulParts(T alpha, Operand a, Operand b, T beta, Operand c)
        {
            this.alpha = alpha;
            this.beta = beta;
            this.a = a.Storage;
            this.b = b.Storage;
            this.c = c.Storage;
            m = c.Layout.Shape[0];
            n = c.Layout.Shape[1];
            k = a.Layout.Shape[1];
            from = (a.Layout.Offset, a.Layout.Stride(0), a.Layout.Stride(1));
            with = (b.Layout.Offset, b.Layout.Stride(0), b.Layout.Stride(1));
            to = (c.Layout.Offset, m == 1 ? n : c.Layout.Stride(0));
            partRows = m;
            partColumns = n;
        }

        private MatMulParts(MatMulParts<T> whole, nint partRows, nint partColumns)
        {
            this = whole;
            this.partRows = partRows;
            this.partColumns = partColumns;
        }

        /// <summary>Columns are shared where there are enough for whole panels, rows otherwise.</summary>
        public MatMulParts<T> Split(int parts) =>
            n >= 64 * parts
                ? new(this, m, (((n + parts - 1) / parts) + 31) / 32 * 32)
                : new(this, nint.Max(1, (m + parts - 1) / parts), n);

        public void Run(int part)
        {
            bool byColumns = partColumns < n;
            nint i = byColumns ? 0 : part * partRows, j = byColumns ? part * partColumns : 0;
            nint rows = nint.Min(partRows, m - i), columns = nint.Min(partColumns, n - j);
            if (rows > 0 && columns > 0)
            {
                MatrixProduct.Run(
                    rows, columns, k, alpha, a, from.Offset + (i * from.Row), from.Row, from.Column,
                    b, with.Offset + (j * with.Column), with.Row, with.Column, beta, c, to.Offset + (i * to.Row) + j, to.Row);
            }
        }
    }
}
