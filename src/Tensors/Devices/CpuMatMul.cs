using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Products on the processor: threads share the result's columns or rows; each element's chain is its own, so bits do not move.</summary>
public sealed partial class CpuDevice
{
    /// <inheritdoc/>
    public override void MatMul<T>(T alpha, Operand a, Operand b, T beta, Operand c)
    {
        // Rows of the result must be contiguous: a result stored by columns is the transposed product of the transposed operands.
        if (c.Layout.Stride(1) != 1 && c.Layout.Extents[1] != 1 && c.Layout.Stride(0) == 1)
        {
            if (!EqualityComparer<T>.Default.Equals(alpha, Tensor.Constant<T>(1)))
            {
                // alpha multiplies the elements of a, which would be the right operand of the transposed product.
                MatMulByRows(alpha, a, b, beta, c);
                return;
            }

            Layout at = a.Layout.Permute([1, 0]), bt = b.Layout.Permute([1, 0]), ct = c.Layout.Permute([1, 0]);
            MatMul(alpha, new Operand(b.Storage, in bt), new Operand(a.Storage, in at), beta, new Operand(c.Storage, in ct));
            return;
        }

        Share<Plain, T>(alpha, a, b, beta, c, null, 0);
    }

    /// <inheritdoc/>
    public override void MatMulBatch<T>(Operand a, Operand b, Operand c)
    {
        Shape shape = c.Layout.Shape;
        nint batch = shape.Size == 0 ? 0 : shape.Size / (shape[-2] * shape[-1]);
        double flop = 2.0 * shape[-2] * shape[-1] * a.Layout.Shape[-1];

        // Large products are shared one by one; those whose rows have gaps need memory beside the result.
        bool isShared = workers.Threads > 1 && flop * batch >= Cuts.Product;
        if (flop >= Cuts.LargeProduct || (isShared && batch < 2) || (c.Layout.Stride(shape.Rank - 1) != 1 && shape[-1] != 1))
        {
            base.MatMulBatch<T>(a, b, c);
            return;
        }

        if (!isShared)
        {
            new BatchParts<T>(a, b, c, batch, batch).Run(0);
            return;
        }

        nint perPart = nint.Max(1, (nint)(Cuts.ProductPart / double.Max(1, flop)));
        perPart = nint.Max(1, nint.Min(perPart, batch / 2));
        workers.Run(new BatchParts<T>(a, b, c, batch, perPart), checked((int)((batch + perPart - 1) / perPart)), flop * batch >= Cuts.LongProduct);
    }

    /// <inheritdoc/>
    public override void Linear<T>(Operand x, Operand weight, Operand bias, Operand y)
    {
        if (Fuses(bias, y))
        {
            Share<Plain, T>(Tensor.Constant<T>(1), x, weight, default, y, bias.Storage, bias.Layout.Offset);
        }
        else
        {
            base.Linear<T>(x, weight, bias, y);
        }
    }

    /// <inheritdoc/>
    public override void Linear<TOp, T>(Operand x, Operand weight, Operand bias, Operand y)
    {
        if (Fuses(bias, y))
        {
            Share<Then<TOp>, T>(Tensor.Constant<T>(1), x, weight, default, y, bias.Storage, bias.Layout.Offset);
        }
        else
        {
            base.Linear<TOp, T>(x, weight, bias, y);
        }
    }

    /// <summary>Whether the bias can be added to rows of y where they lie.</summary>
    private static bool Fuses(Operand bias, Operand y) =>
        (y.Layout.Stride(1) == 1 || y.Layout.Shape[1] == 1) && (bias.Layout.Stride(0) == 0 || y.Layout.Shape[0] == 1) && (bias.Layout.Stride(1) == 1 || y.Layout.Shape[1] == 1);

    private void Share<TForm, T>(T alpha, Operand a, Operand b, T beta, Operand c, Storage? bias, nint biasOffset)
        where TForm : struct, IProductForm
        where T : unmanaged
    {
        if (TryShort<TForm, T>(alpha, a, b, beta, c, bias, biasOffset))
        {
            return;
        }

        double flop = 2.0 * c.Layout.Extents[0] * c.Layout.Extents[1] * a.Layout.Extents[1];
        MatMulParts<TForm, T> work = new(alpha, a, b, beta, c, bias, biasOffset);
        workers.Run(work.Split(workers.Threads), workers.Threads, flop >= Cuts.LongProduct);
    }

    /// <summary>A product that one thread does soonest, without what the general way sets up for several; false where it is a larger one. Rows of c are contiguous.</summary>
    internal static bool TryShort<TForm, T>(T alpha, Operand a, Operand b, T beta, Operand c, Storage? bias, nint biasOffset)
        where TForm : struct, IProductForm
        where T : unmanaged
    {
        nint m = c.Layout.Extents[0], n = c.Layout.Extents[1], k = a.Layout.Extents[1];
        if (2.0 * m * n * k >= Cuts.Product)
        {
            return false;
        }

        MatrixProduct.Run<TForm, T>(
            m, n, k, alpha, a.Storage, a.Layout.Offset, a.Layout.Stride(0), a.Layout.Stride(1), b.Storage, b.Layout.Offset, b.Layout.Stride(0), b.Layout.Stride(1),
            beta, c.Storage, c.Layout.Offset, RowOf(c, m, n), bias, biasOffset);
        return true;
    }

    /// <summary>Elements from one row of a result to the next; a single row has no next one, and its stride says nothing.</summary>
    private static nint RowOf(Operand c, nint m, nint n) => m == 1 ? n : c.Layout.Stride(0);

    /// <summary>The product beside c, in rows, then copied.</summary>
    private void MatMulByRows<T>(T alpha, Operand a, Operand b, T beta, Operand c)
        where T : unmanaged
    {
        Layout layout = Layout.Contiguous(c.Layout.Shape);
        Storage memory = Allocate(layout.Shape.Size * System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        try
        {
            Operand rows = new(memory, in layout);
            Copy<T>(c, rows);
            MatMul(alpha, a, b, beta, rows);
            Copy<T>(rows, c);
        }
        finally
        {
            Recycle(memory);
        }
    }

    private readonly struct MatMulParts<TForm, T> : IParts
        where TForm : struct, IProductForm
        where T : unmanaged
    {
        private readonly T alpha;
        private readonly T beta;
        private readonly Storage a;
        private readonly Storage b;
        private readonly Storage c;
        private readonly Storage? bias;
        private readonly nint m;
        private readonly nint n;
        private readonly nint k;
        private readonly (nint Offset, nint Row, nint Column) from;
        private readonly (nint Offset, nint Row, nint Column) with;
        private readonly (nint Offset, nint Row) to;
        private readonly nint biasOffset;
        private readonly nint partRows;
        private readonly nint partColumns;

        public MatMulParts(T alpha, Operand a, Operand b, T beta, Operand c, Storage? bias, nint biasOffset)
        {
            this.alpha = alpha;
            this.beta = beta;
            this.a = a.Storage;
            this.b = b.Storage;
            this.c = c.Storage;
            this.bias = bias;
            this.biasOffset = biasOffset;
            m = c.Layout.Shape[0];
            n = c.Layout.Shape[1];
            k = a.Layout.Shape[1];
            from = (a.Layout.Offset, a.Layout.Stride(0), a.Layout.Stride(1));
            with = (b.Layout.Offset, b.Layout.Stride(0), b.Layout.Stride(1));
            to = (c.Layout.Offset, RowOf(c, m, n));
            partRows = m;
            partColumns = n;
        }

        private MatMulParts(MatMulParts<TForm, T> whole, nint partRows, nint partColumns)
        {
            this = whole;
            this.partRows = partRows;
            this.partColumns = partColumns;
        }

        public MatMulParts<TForm, T> Split(int parts)
        {
            (nint rows, nint columns) = Cuts.OfProduct(m, n, parts);
            return new(this, rows, columns);
        }

        public void Run(int part)
        {
            bool byColumns = partColumns < n;
            nint i = byColumns ? 0 : part * partRows, j = byColumns ? part * partColumns : 0;
            nint rows = nint.Min(partRows, m - i), columns = nint.Min(partColumns, n - j);
            if (rows > 0 && columns > 0)
            {
                MatrixProduct.Run<TForm, T>(
                    rows, columns, k, alpha, a, from.Offset + (i * from.Row), from.Row, from.Column,
                    b, with.Offset + (j * with.Column), with.Row, with.Column, beta, c, to.Offset + (i * to.Row) + j, to.Row, bias, biasOffset + j);
            }
        }
    }

    /// <summary>Products of a batch, some in each part.</summary>
    private readonly struct BatchParts<T> : IParts
        where T : unmanaged
    {
        private readonly Storage a;
        private readonly Storage b;
        private readonly Storage c;
        private readonly Layout from;
        private readonly Layout with;
        private readonly Layout to;
        private readonly nint batch;
        private readonly nint perPart;

        public BatchParts(Operand a, Operand b, Operand c, nint batch, nint perPart)
        {
            (this.a, this.b, this.c) = (a.Storage, b.Storage, c.Storage);
            (from, with, to) = (a.Layout, b.Layout, c.Layout);
            this.batch = batch;
            this.perPart = perPart;
        }

        public void Run(int part)
        {
            int row = to.Shape.Rank - 2, column = row + 1;
            nint m = to.Shape[row], n = to.Shape[column], k = from.Shape[column], end = nint.Min((part + 1) * perPart, batch);
            for (nint i = part * perPart; i < end; i++)
            {
                MatrixProduct.Run<Plain, T>(
                    m, n, k, Tensor.Constant<T>(1), a, from.MatrixStart(i), from.Stride(row), from.Stride(column),
                    b, with.MatrixStart(i), with.Stride(row), with.Stride(column), default, c, to.MatrixStart(i), m == 1 ? n : to.Stride(row), null, 0);
            }
        }
    }
}
