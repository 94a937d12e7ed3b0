using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Work along lines on the processor: reductions, places of extrema, softmax, cumulative sums, whatever the strides.</summary>
public sealed partial class CpuDevice
{
    /// <inheritdoc/>
    public override void Sum<T>(Operand x, Operand y) => Reduce<Total, T>(default, x, y);

    /// <inheritdoc/>
    public override void Reduce<TReduction, T>(TReduction reduction, Operand x, Operand y)
    {
        nint outputs = y.Layout.Shape.Size, size = x.Layout.Shape.Size;
        if (outputs == 0)
        {
            return;
        }

        if (size == 0)
        {
            double empty = TReduction.Empty ?? throw new InvalidOperationException($"{TReduction.Name}: {x.Layout.Shape} has no elements.");
            Fill(Tensor.Constant<T>(empty), y);
            return;
        }

        if (size < Cuts.Reduction && TryShort<TReduction, T>(reduction, in x.Layout, x.Storage, in y.Layout, y.Storage))
        {
            return;
        }

        if (typeof(TReduction) == typeof(Mean) && outputs == 1)
        {
            // The parts of one long mean are those of a sum.
            Reduce<Total, T>(default, x, y);
            Span<T> mean = Memory<T>(y.Storage, y.Layout.Offset, 1);
            Map.Binary<Divide, T>(mean, Tensor.Constant<T>(size), mean);
            return;
        }

        if (outputs == 1 && size >= Cuts.Reduction && x.Layout.IsContiguous && (typeof(TReduction) == typeof(Total) || !TReduction.AddsUp))
        {
            ReduceInParts<TReduction, T>(reduction, x, y, size);
            return;
        }

        Along<ReductionOf<TReduction, T>, T, T>(new(reduction), x, y, x.Layout.Shape.Rank - y.Layout.Shape.Rank);
    }

    /// <summary>Lines that are the rows or columns of a dense matrix, into dense results, without the plan that the general way makes; false where they are not.</summary>
    private static bool TryShort<TReduction, T>(TReduction reduction, in Layout x, Storage from, in Layout y, Storage to)
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        if (!y.IsContiguous)
        {
            return false;
        }

        int size = (int)x.Extents.Size, lines = (int)y.Extents.Size;
        if (x.IsContiguous)
        {
            int length = size / lines;
            Simd.Reduce.Rows(reduction, Memory<T>(from, x.Offset, size), lines, length, length, Memory<T>(to, y.Offset, lines));
            return true;
        }

        // A column alone is a row.
        if (x.Extents.Rank == 2 && y.Extents.Rank == 1 && x.Stride(0) == 1 && x.Stride(1) == lines && lines > 1)
        {
            Simd.Reduce.Columns(reduction, Memory<T>(from, x.Offset, size), size / lines, lines, lines, Memory<T>(to, y.Offset, lines));
            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public override void ArgExtreme<T>(bool isLargest, Operand x, Operand y)
    {
        if (y.Layout.Shape.Size > 0)
        {
            Along<PlacesOf<T>, T, int>(new(isLargest), x, y, x.Layout.Shape.Rank - y.Layout.Shape.Rank);
        }
    }

    /// <inheritdoc/>
    public override void Softmax<T>(bool isLogarithm, Operand x, Operand y)
    {
        if (y.Layout.Shape.Size > 0)
        {
            Along<SoftmaxOf<T>, T, T>(new(isLogarithm), x, y, 1);
        }
    }

    /// <inheritdoc/>
    public override void CumulativeSum<T>(Operand x, Operand y)
    {
        if (y.Layout.Shape.Size > 0)
        {
            Along<CumulativeSumOf<T>, T, T>(default, x, y, 1);
        }
    }

    /// <summary>One long reduction: threads share the blocks of a sum, whose results meet in order, or parts of an extremum, which may meet in any.</summary>
    private void ReduceInParts<TReduction, T>(TReduction reduction, Operand x, Operand y, nint count)
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        (nint perPart, int parts) = Cuts.Of(count, Cuts.Reduction, Cuts.ReductionPart);
        perPart = (perPart + Simd.Reduce.Block - 1) / Simd.Reduce.Block * Simd.Reduce.Block;
        parts = (int)((count + perPart - 1) / perPart);
        nint results = TReduction.AddsUp ? (count + Simd.Reduce.Block - 1) / Simd.Reduce.Block : parts;
        Storage memory = Allocate(results * Unsafe.SizeOf<T>());
        try
        {
            workers.Run(new LongParts<TReduction, T>(reduction, x.Storage, x.Layout.Offset, count, memory, perPart), parts, count >= Cuts.WakesAtOnce);
            Span<T> partial = Memory<T>(memory, 0, results);
            Memory<T>(y.Storage, y.Layout.Offset, 1)[0] =
                TReduction.AddsUp ? Simd.Reduce.SumOfBlocks<T>(partial) : Simd.Reduce.All<TReduction, T>(reduction, partial);
        }
        finally
        {
            Recycle(memory);
        }
    }

    private void Along<TWork, T, TResult>(TWork work, Operand x, Operand y, int lineAxes)
        where TWork : struct, ILineWork<T, TResult>
        where T : unmanaged
        where TResult : unmanaged
    {
        nint size = x.Layout.Shape.Size;
        LinePlan plan = new(x, y, lineAxes, size < TWork.Alone ? size : TWork.Alone / 4);
        workers.Run(new LineParts<TWork, T, TResult>(work, plan, x.Storage, y.Storage), plan.Parts, size >= Cuts.WakesAtOnce);
    }

    private readonly struct LongParts<TReduction, T>(TReduction reduction, Storage x, nint offset, nint count, Storage results, nint perPart) : IParts
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        public void Run(int part)
        {
            nint first = part * perPart;
            Span<T> elements = Memory<T>(x, offset + first, nint.Min(perPart, count - first));
            if (TReduction.AddsUp)
            {
                nint blocks = (elements.Length + Simd.Reduce.Block - 1) / Simd.Reduce.Block;
                Simd.Reduce.BlockSums<T>(elements, Memory<T>(results, first / Simd.Reduce.Block, blocks));
            }
            else
            {
                Memory<T>(results, part, 1)[0] = Simd.Reduce.All<TReduction, T>(reduction, elements);
            }
        }
    }

    /// <summary>What is done to lines that are the rows or the columns of a matrix.</summary>
    private interface ILineWork<T, TResult>
        where T : unmanaged
        where TResult : unmanaged
    {
        /// <summary>Elements below which one thread is faster.</summary>
        static abstract int Alone { get; }

        /// <summary>Results: one for each row, or a matrix with rows yStride apart.</summary>
        void Rows(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<TResult> y, int yStride);

        void Columns(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<TResult> y, int yStride);
    }

    private readonly struct ReductionOf<TReduction, T>(TReduction reduction) : ILineWork<T, T>
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        public static int Alone => Cuts.Reduction;

        public void Rows(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y, int yStride) =>
            Simd.Reduce.Rows(reduction, x, rows, columns, rowStride, y);

        public void Columns(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y, int yStride) =>
            Simd.Reduce.Columns(reduction, x, rows, columns, rowStride, y);
    }

    private readonly struct PlacesOf<T>(bool isLargest) : ILineWork<T, int>
        where T : unmanaged
    {
        public static int Alone => Cuts.Reduction;

        public void Rows(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<int> y, int yStride)
        {
            if (isLargest)
            {
                ArgReduce.MaxRows(x, rows, columns, rowStride, y);
            }
            else
            {
                ArgReduce.MinRows(x, rows, columns, rowStride, y);
            }
        }

        public void Columns(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<int> y, int yStride)
        {
            if (isLargest)
            {
                ArgReduce.MaxColumns(x, rows, columns, rowStride, y);
            }
            else
            {
                ArgReduce.MinColumns(x, rows, columns, rowStride, y);
            }
        }
    }

    private readonly struct SoftmaxOf<T>(bool isLogarithm) : ILineWork<T, T>
        where T : unmanaged
    {
        public static int Alone => Cuts.Dear;

        public void Rows(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y, int yStride)
        {
            if (isLogarithm)
            {
                Simd.Softmax.LogRows(x, rows, columns, rowStride, y, yStride);
            }
            else
            {
                Simd.Softmax.Rows(x, rows, columns, rowStride, y, yStride);
            }
        }

        public void Columns(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y, int yStride)
        {
            if (isLogarithm)
            {
                Simd.Softmax.LogColumns(x, rows, columns, rowStride, y, yStride);
            }
            else
            {
                Simd.Softmax.Columns(x, rows, columns, rowStride, y, yStride);
            }
        }
    }

    private readonly struct CumulativeSumOf<T> : ILineWork<T, T>
        where T : unmanaged
    {
        public static int Alone => Cuts.Reduction;

        public void Rows(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y, int yStride) =>
            Simd.CumulativeSum.Rows(x, rows, columns, rowStride, y, yStride);

        public void Columns(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y, int yStride) =>
            Simd.CumulativeSum.Columns(x, rows, columns, rowStride, y, yStride);
    }

    /// <summary>The lines of a plan, a part at a time: handed on as they lie where they can be, and brought together and put back where not.</summary>
    private readonly struct LineParts<TWork, T, TResult>(TWork work, LinePlan plan, Storage x, Storage y) : IParts
        where TWork : struct, ILineWork<T, TResult>
        where T : unmanaged
        where TResult : unmanaged
    {
        private readonly TWork work = work;
        private readonly LinePlan plan = plan;

        public void Run(int part)
        {
            (nint run, nint end, nint line, nint count) = plan.PartAt(part);
            for (; run < end; run++)
            {
                (nint from, nint to) = plan.Start(run, line);
                Lines(from, to, (int)count);
            }
        }

        private void Lines(nint from, nint to, int count)
        {
            if (!plan.IsMap && count > 1 && plan.YNext != 1)
            {
                using Packed results = new(y, count * (nint)Unsafe.SizeOf<TResult>());
                Lines(from, count, results.Elements<TResult>(count), 0);
                results.CopyTo<TResult>(plan.ResultsOf(to, count), y);
                return;
            }

            int length = (int)plan.Length;
            nint extent = !plan.IsMap ? count
                : plan.Mode == LineMode.Columns ? ((length - 1) * plan.YStep) + count
                : plan.Mode == LineMode.Rows ? ((count - 1) * plan.YNext) + length : 0;
            nint stride = plan.Mode == LineMode.Columns ? plan.YStep : plan.YNext;
            if (plan.IsMap && plan.Mode == LineMode.Packed)
            {
                using Packed results = new(y, (nint)count * length * Unsafe.SizeOf<TResult>());
                Lines(from, count, results.Elements<TResult>((nint)count * length), length);
                results.CopyTo<TResult>(plan.ResultsOf(to, count), y);
                return;
            }

            Lines(from, count, Memory<TResult>(y, to, extent), (int)stride);
        }

        private void Lines(nint from, int count, Span<TResult> results, int yStride)
        {
            int length = (int)plan.Length;
            switch (plan.Mode)
            {
                case LineMode.Rows:
                    nint rows = ((count - 1) * plan.XNext) + length;
                    work.Rows(Memory<T>(x, from, rows), count, length, (int)plan.XNext, results, yStride);
                    return;
                case LineMode.Columns:
                    nint columns = ((length - 1) * plan.XStep) + count;
                    work.Columns(Memory<T>(x, from, columns), length, count, (int)plan.XStep, results, yStride);
                    return;
                default:
                    using (Packed packed = new(x, (nint)count * length * Unsafe.SizeOf<T>()))
                    {
                        packed.CopyFrom<T>(plan.LinesOfX(from, count), x);
                        work.Rows(packed.Elements<T>((nint)count * length), count, length, length, results, yStride);
                    }

                    return;
            }
        }
    }

    /// <summary>Memory from the pool in which lines stand one after the other for a while.</summary>
    private readonly ref struct Packed(Storage beside, nint bytes)
    {
        private readonly Storage memory = beside.Device.Allocate(bytes);

        public Span<T> Elements<T>(nint count)
            where T : unmanaged => Memory<T>(memory, 0, count);

        public void CopyFrom<T>(Layout layout, Storage storage)
            where T : unmanaged => Copy<T>(layout, storage, Layout.Contiguous(layout.Shape), memory);

        public void CopyTo<T>(Layout layout, Storage storage)
            where T : unmanaged => Copy<T>(Layout.Contiguous(layout.Shape), memory, layout, storage);

        public void Dispose() => memory.Device.Recycle(memory);

        private static void Copy<T>(Layout from, Storage source, Layout to, Storage target)
            where T : unmanaged
        {
            Nest nest = new(new Operand(source, in from), new Operand(target, in to));
            CopyRun<T> copy = new(source, target);
            for (nint run = 0; run < nest.Runs; run++)
            {
                copy.Apply(in nest, run, 0, nest.Run);
            }
        }
    }
}
