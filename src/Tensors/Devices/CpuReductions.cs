using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Sums on the processor, always in the fixed order over the reduced axes in logical row-major order.</summary>
public sealed partial class CpuDevice
{
    /// <inheritdoc/>
    public override void Sum<T>(Operand x, Operand y)
    {
        Shape kept = y.Layout.Shape;
        nint outputs = kept.Size;
        if (outputs == 0)
        {
            return;
        }

        nint reduced = x.Layout.Shape.Size / outputs;
        if (reduced == 0)
        {
            Fill(default(T), y);
            return;
        }

        if (outputs == 1 && x.Layout.IsContiguous && reduced >= 4 * (nint)Reduce.Block)
        {
            SumInBlocks<T>(x, y, reduced);
            return;
        }

        // Columns of a matrix: one kept axis and one reduced axis that lie as [reduced, kept] in memory.
        if (kept.Rank == 1 && x.Layout.Shape.Rank == 2 && x.Layout.Stride(0) == 1 && y.Layout.IsContiguous && x.Layout.Stride(1) >= kept[0])
        {
            SumColumns<T>(x, y, reduced);
            return;
        }

        workers.Run(new SumParts<T>(x, y, outputs, reduced), SumParts<T>.Count(outputs, reduced));
    }

    /// <summary>One long sum: threads share the blocks, the block results meet in order.</summary>
    private void SumInBlocks<T>(Operand x, Operand y, nint count)
        where T : unmanaged
    {
        const int PerPart = 16;
        nint blocks = (count + Reduce.Block - 1) / Reduce.Block;
        Storage results = Allocate(blocks * System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        try
        {
            workers.Run(new BlockParts<T>(x.Storage, x.Layout.Offset, count, results, PerPart), checked((int)((blocks + PerPart - 1) / PerPart)));
            Memory<T>(y.Storage, y.Layout.Offset, 1)[0] = Reduce.SumOfBlocks<T>(Memory<T>(results, 0, blocks));
        }
        finally
        {
            Recycle(results);
        }
    }

    private void SumColumns<T>(Operand x, Operand y, nint rows)
        where T : unmanaged
    {
        nint columns = y.Layout.Shape[0];
        nint perPart = nint.Max(64, Part / rows / 64 * 64);
        workers.Run(
            new ColumnParts<T>(x.Storage, x.Layout.Offset, rows, columns, x.Layout.Stride(1), y.Storage, y.Layout.Offset, perPart),
            checked((int)((columns + perPart - 1) / perPart)));
    }

    private readonly struct BlockParts<T>(Storage x, nint offset, nint count, Storage results, int perPart) : IParts
        where T : unmanaged
    {
        public void Run(int part)
        {
            nint first = (nint)part * perPart * Reduce.Block;
            nint elements = nint.Min((nint)perPart * Reduce.Block, count - first);
            nint blocks = (elements + Reduce.Block - 1) / Reduce.Block;
            Reduce.BlockSums<T>(Memory<T>(x, offset + first, elements), Memory<T>(results, (nint)part * perPart, blocks));
        }
    }

    private readonly struct ColumnParts<T>(Storage x, nint offset, nint rows, nint columns, nint rowStride, Storage y, nint target, nint perPart) : IParts
        where T : unmanaged
    {
        public void Run(int part)
        {
            nint first = part * perPart, count = nint.Min(perPart, columns - first);
            nint extent = ((rows - 1) * rowStride) + count;
            Reduce.SumColumns<T>(Memory<T>(x, offset + first, extent), (int)rows, (int)count, (int)rowStride, Memory<T>(y, target + first, count));
        }
    }

    /// <summary>Any other sum: the reduced elements of each output are brought together in order.</summary>
    private readonly struct SumParts<T> : IParts
        where T : unmanaged
    {
        private readonly Storage x;
        private readonly Storage y;
        private readonly Layout from;
        private readonly Layout to;
        private readonly nint outputs;
        private readonly nint reduced;

        public SumParts(Operand x, Operand y, nint outputs, nint reduced)
        {
            this.x = x.Storage;
            this.y = y.Storage;
            from = x.Layout;
            to = y.Layout;
            this.outputs = outputs;
            this.reduced = reduced;
        }

        public static int Count(nint outputs, nint reduced) => checked((int)((outputs + PerPart(reduced) - 1) / PerPart(reduced)));

        public void Run(int part)
        {
            nint first = part * PerPart(reduced), end = nint.Min(first + PerPart(reduced), outputs);
            int kept = to.Shape.Rank;
            Span<T> block = stackalloc T[Reduce.Block];
            for (nint output = first; output < end; output++)
            {
                nint source = from.Offset, target = to.Offset, rest = output;
                for (int axis = kept - 1; axis >= 0; axis--)
                {
                    (rest, nint index) = nint.DivRem(rest, to.Shape[axis]);
                    source += index * from.Stride(axis);
                    target += index * to.Stride(axis);
                }

                Memory<T>(y, target, 1)[0] = Total(source, kept, block);
            }
        }

        private static nint PerPart(nint reduced) => nint.Max(1, Part / nint.Max(1, reduced));

        private T Total(nint source, int kept, Span<T> block)
        {
            Layout inner = from;
            for (int axis = 0; axis < kept; axis++)
            {
                inner = inner.Drop(0);
            }

            inner.Offset = source;
            if (inner.IsContiguous)
            {
                return Reduce.Sum<T>(Memory<T>(x, source, reduced));
            }

            if (reduced <= Reduce.Block)
            {
                GatherLogical(inner, 0, block[..(int)reduced]);
                return Reduce.Sum<T>(block[..(int)reduced]);
            }

            // Block results take the place of their block, which is longer, in a pooled array of their own.
            T[] results = System.Buffers.ArrayPool<T>.Shared.Rent(checked((int)((reduced + Reduce.Block - 1) / Reduce.Block)));
            try
            {
                int blocks = 0;
                for (nint done = 0; done < reduced; done += Reduce.Block)
                {
                    Span<T> part = block[..(int)nint.Min(Reduce.Block, reduced - done)];
                    GatherLogical(inner, done, part);
                    results[blocks++] = Reduce.Sum<T>(part);
                }

                return Reduce.SumOfBlocks<T>(results.AsSpan(0, blocks));
            }
            finally
            {
                System.Buffers.ArrayPool<T>.Shared.Return(results);
            }
        }

        /// <summary>Elements first, first + 1, ... of a layout in row-major order.</summary>
        private void GatherLogical(in Layout layout, nint first, Span<T> target)
        {
            int last = layout.Shape.Rank - 1;
            nint run = layout.Shape[last], stride = layout.Stride(last);
            for (int done = 0; done < target.Length;)
            {
                (nint row, nint column) = nint.DivRem(first + done, run);
                nint at = layout.Offset + (column * stride);
                for (int axis = last - 1; axis >= 0; axis--)
                {
                    (row, nint index) = nint.DivRem(row, layout.Shape[axis]);
                    at += index * layout.Stride(axis);
                }

                int count = (int)nint.Min(run - column, target.Length - done);
                Gather(x, at, stride, count, target[done..]).CopyTo(target[done..]);
                done += count;
            }
        }
    }
}
