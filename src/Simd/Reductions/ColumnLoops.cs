using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The columns of a matrix, a strip of one or four registers of columns at a time, row after row: rows are lanes. The fixed order's 64
/// (or 32) lanes are rows modulo 64, so each lane of a column's sum is one lane of a register, and the fold goes over registers.
/// </summary>
/// <remarks>Four registers are 256 bytes of each row, which the processor fetches ahead, and 64 lanes of them fill half the first-level cache.</remarks>
internal static unsafe class Columns
{
    /// <summary>The registers of a wide strip.</summary>
    public const int Wide = 4;

    /// <summary>Registers that <see cref="Total"/> works in, for a strip of so many.</summary>
    [MethodImpl(Inline)]
    public static int Registers<T>(int width)
        where T : unmanaged => (FixedOrder.LaneCount<T>() * width) + BlockTree<F32x1>.Registers(FixedOrder.LaneCount<T>(), width);

    /// <summary>The columns of the strip that begins at column j: a wide strip while there are enough, then single registers, the last partial.</summary>
    [MethodImpl(Inline)]
    public static int StripWidth<V, T>(nint j, nint columns)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => columns - j >= Wide * V.Width ? Wide : 1;

    /// <summary>totals[k] = the fixed-order sum down the strip's k-th register of columns; y holds a register per column strip, the terms' scalars.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Total<TTerm, V, T>(T* x, nint rows, nint rowStride, int width, int present, V* y, V* totals, V* memory)
        where TTerm : struct, ITerm
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int lanes = FixedOrder.LaneCount<T>();
        if (rows <= FixedOrder.Block)
        {
            Block<TTerm, V, T>(x, rows, rowStride, width, present, y, memory);
            Copy(memory, totals, width);
            return;
        }

        BlockTree<V> tree = new(memory + (lanes * width), lanes, width);
        for (nint start = 0; start < rows; start += FixedOrder.Block)
        {
            Block<TTerm, V, T>(x + (start * rowStride), nint.Min(FixedOrder.Block, rows - start), rowStride, width, present, y, memory);
            tree.Add(memory);
        }

        Copy(tree.Total(), totals, width);

        static void Copy(V* from, V* to, int width)
        {
            for (int k = 0; k < width; k++)
            {
                to[k] = from[k];
            }
        }
    }

    /// <summary>best[k] = the extreme down the strip's k-th register of columns.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Extreme<TExtreme, V, T>(T* x, nint rows, nint rowStride, int width, int present, V* best)
        where TExtreme : struct, IExtreme
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (width == 1)
        {
            V single = TExtreme.Of(V.LoadPartial(x, present));
            for (nint i = 1; i < rows; i++)
            {
                single = TExtreme.Join(single, TExtreme.Of(V.LoadPartial(x + (i * rowStride), present)));
            }

            *best = single;
            return;
        }

        V b0 = TExtreme.Of(V.Load(x)), b1 = TExtreme.Of(V.Load(x + V.Width));
        V b2 = TExtreme.Of(V.Load(x + (2 * V.Width))), b3 = TExtreme.Of(V.Load(x + (3 * V.Width)));
        for (nint i = 1; i < rows; i++)
        {
            T* row = x + (i * rowStride);
            b0 = TExtreme.Join(b0, TExtreme.Of(V.Load(row)));
            b1 = TExtreme.Join(b1, TExtreme.Of(V.Load(row + V.Width)));
            b2 = TExtreme.Join(b2, TExtreme.Of(V.Load(row + (2 * V.Width))));
            b3 = TExtreme.Join(b3, TExtreme.Of(V.Load(row + (3 * V.Width))));
        }

        best[0] = b0;
        best[1] = b1;
        best[2] = b2;
        best[3] = b3;
    }

    /// <summary>One block of rows; its result lies in the first registers of sums.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void Block<TTerm, V, T>(T* x, nint count, nint rowStride, int width, int present, V* y, V* sums)
        where TTerm : struct, ITerm
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int lanes = FixedOrder.LaneCount<T>();
        if (width == 1)
        {
            V scalar = TTerm.Second == SecondOperand.Scalar ? *y : V.Of(0);
            for (nint i = 0; i < count; i++)
            {
                V* lane = sums + (i % lanes);
                *lane = TTerm.Add(i < lanes ? V.Of(0) : *lane, V.LoadPartial(x + (i * rowStride), present), scalar);
            }
        }
        else
        {
            V y0 = V.Of(0), y1 = y0, y2 = y0, y3 = y0;
            if (TTerm.Second == SecondOperand.Scalar)
            {
                (y0, y1, y2, y3) = (y[0], y[1], y[2], y[3]);
            }

            for (nint i = 0; i < count; i++)
            {
                V* lane = sums + (i % lanes * Wide);
                T* row = x + (i * rowStride);
                if (i < lanes)
                {
                    lane[0] = lane[1] = lane[2] = lane[3] = V.Of(0);
                }

                lane[0] = TTerm.Add(lane[0], V.Load(row), y0);
                lane[1] = TTerm.Add(lane[1], V.Load(row + V.Width), y1);
                lane[2] = TTerm.Add(lane[2], V.Load(row + (2 * V.Width)), y2);
                lane[3] = TTerm.Add(lane[3], V.Load(row + (3 * V.Width)), y3);
            }
        }

        BlockTree<V>.Fold(sums, (int)nint.Min(count, lanes), lanes, width);
    }
}

/// <summary>y[j] = the reduction of column j of a matrix with at least one row.</summary>
internal readonly unsafe struct ColumnReductionLoop<TReduction, T>(TReduction reduction, T* x, nint rows, nint columns, nint rowStride, T* y) : ILaneLoop<T>
    where TReduction : struct, IReduction
    where T : unmanaged
{
    private readonly TReduction reduction = reduction;
    private readonly T* x = x;
    private readonly nint rows = rows;
    private readonly nint columns = columns;
    private readonly nint rowStride = rowStride;
    private readonly T* y = y;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V* memory = stackalloc V[Columns.Registers<T>(Columns.Wide)], prepared = stackalloc V[Columns.Wide], totals = stackalloc V[Columns.Wide];
        V divisor = V.Of(reduction.Divisor(rows));
        for (nint j = 0; j < columns;)
        {
            int width = Columns.StripWidth<V, T>(j, columns), present = (int)nint.Min(V.Width, columns - j);
            FirstPasses(x + j, width, present, TReduction.AddsUp ? prepared : totals, memory);
            if (TReduction.AddsUp)
            {
                for (int k = 0; k < width; k++)
                {
                    prepared[k] = TReduction.First != FirstPass.None ? TReduction.Prepare(prepared[k], V.Of(rows)) : V.Of(0);
                }

                Columns.Total<TermOf<TReduction>, V, T>(x + j, rows, rowStride, width, present, prepared, totals, memory);
            }

            for (int k = 0; k < width; k++, j += V.Width)
            {
                V.StorePartial(y + j, present, TReduction.Finish(totals[k], TReduction.AddsUp ? prepared[k] : V.Of(0), divisor));
            }
        }
    }

    [MethodImpl(Inline)]
    private void FirstPasses<V>(T* strip, int width, int present, V* results, V* memory)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        switch (TReduction.First)
        {
            case FirstPass.None:
                break;
            case FirstPass.Sum:
                Columns.Total<SumTerm, V, T>(strip, rows, rowStride, width, present, results, results, memory);
                break;
            case FirstPass.Maximum:
                Columns.Extreme<MaximumOf, V, T>(strip, rows, rowStride, width, present, results);
                break;
            case FirstPass.Minimum:
                Columns.Extreme<MinimumOf, V, T>(strip, rows, rowStride, width, present, results);
                break;
            default:
                Columns.Extreme<MaximumOfMagnitudes, V, T>(strip, rows, rowStride, width, present, results);
                break;
        }
    }
}
