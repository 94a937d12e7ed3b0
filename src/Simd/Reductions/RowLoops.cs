using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>A fixed-order sum of consecutive elements.</summary>
internal readonly unsafe struct TotalLoop<TTerm, T>(T* x, T* y, nint count, T* result) : ILaneLoop<T>
    where TTerm : struct, ITerm
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly T* y = y;
    private readonly nint count = count;
    private readonly T* result = result;

    [MethodImpl(Inline)]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T> => *result = FixedOrder.Reduce<TTerm, V, T>(x, y, count);
}

/// <summary>The extreme of at least one element.</summary>
internal readonly unsafe struct ExtremeLoop<TExtreme, T>(T* x, nint count, T* result) : ILaneLoop<T>
    where TExtreme : struct, IExtreme
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly nint count = count;
    private readonly T* result = result;

    [MethodImpl(Inline)]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T> => *result = Extremes.Of<TExtreme, V, T>(x, count);
}

/// <summary>results[j] = the sum of block j.</summary>
internal readonly unsafe struct BlockSumsLoop<TTerm, T>(T* x, T* y, nint count, T* results) : ILaneLoop<T>
    where TTerm : struct, ITerm
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly T* y = y;
    private readonly nint count = count;
    private readonly T* results = results;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (nint start = 0, block = 0; start < count; start += FixedOrder.Block, block++)
        {
            nint own = nint.Min(FixedOrder.Block, count - start);
            results[block] = FixedOrder.ReduceBlock<TTerm, V, T>(x + start, TTerm.Second == SecondOperand.Elements ? y + start : y, own);
        }
    }
}

/// <summary>
/// y[i] = the reduction of row i of a matrix. Rows are taken in tiles that stay in the first-level cache between the passes; what is done
/// once for a row (division, logarithm) is done for a tile of them in registers.
/// </summary>
internal readonly unsafe struct RowReductionLoop<TReduction, T>(TReduction reduction, T* x, nint rows, nint columns, nint rowStride, T* y) : ILaneLoop<T>
    where TReduction : struct, IReduction
    where T : unmanaged
{
    private const int Tile = 64;

    private const int TileElements = 4096;

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
        T* prepared = stackalloc T[Tile], totals = stackalloc T[Tile];
        nint tile = nint.Clamp(TileElements / columns, 1, Tile);
        V divisor = V.Of(reduction.Divisor(columns));
        for (nint row = 0; row < rows; row += tile)
        {
            int own = (int)nint.Min(tile, rows - row);
            T* first = x + (row * rowStride);
            FirstPasses<V>(first, own, TReduction.AddsUp ? prepared : totals);
            if (TReduction.AddsUp)
            {
                for (int i = 0; i < own && TReduction.First != FirstPass.None; i += V.Width)
                {
                    V.Store(prepared + i, TReduction.Prepare(V.Load(prepared + i), V.Of(columns)));
                }

                if (RowTiles.Take<V, T>(columns))
                {
                    RowTiles.Totals<TermOf<TReduction>, V, T>(first, own, columns, rowStride, prepared, totals);
                }

                for (int i = 0; i < own && !RowTiles.Take<V, T>(columns); i++)
                {
                    totals[i] = FixedOrder.Reduce<TermOf<TReduction>, V, T>(first + (i * rowStride), prepared + i, columns);
                }
            }

            for (int i = 0; i < own; i += V.Width)
            {
                V see = TReduction.First != FirstPass.None && TReduction.AddsUp ? V.Load(prepared + i) : V.Of(0);
                V.StorePartial(y + row + i, int.Min(V.Width, own - i), TReduction.Finish(V.Load(totals + i), see, divisor));
            }
        }
    }

    [MethodImpl(Inline)]
    private void FirstPasses<V>(T* row, int count, T* results)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (TReduction.First == FirstPass.None)
        {
            return;
        }

        if (RowTiles.Take<V, T>(columns))
        {
            switch (TReduction.First)
            {
                case FirstPass.Sum:
                    RowTiles.Totals<SumTerm, V, T>(row, count, columns, rowStride, row, results);
                    break;
                case FirstPass.Maximum:
                    RowTiles.Extremes<MaximumOf, V, T>(row, count, columns, rowStride, results);
                    break;
                case FirstPass.Minimum:
                    RowTiles.Extremes<MinimumOf, V, T>(row, count, columns, rowStride, results);
                    break;
                default:
                    RowTiles.Extremes<MaximumOfMagnitudes, V, T>(row, count, columns, rowStride, results);
                    break;
            }

            return;
        }

        for (int i = 0; i < count; i++, row += rowStride)
        {
            results[i] = FirstPassOver<TReduction>.Of<V, T>(row, columns);
        }
    }
}

/// <summary>The reduction of at least one element that lie one after the other.</summary>
internal readonly unsafe struct AllLoop<TReduction, T>(TReduction reduction, T* x, nint count, T* result) : ILaneLoop<T>
    where TReduction : struct, IReduction
    where T : unmanaged
{
    private readonly TReduction reduction = reduction;
    private readonly T* x = x;
    private readonly nint count = count;
    private readonly T* result = result;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T total = TReduction.First != FirstPass.None ? FirstPassOver<TReduction>.Of<V, T>(x, count) : default, prepared = default;
        if (TReduction.AddsUp)
        {
            prepared = TReduction.First != FirstPass.None ? V.First(TReduction.Prepare(V.Broadcast(total), V.Of(count))) : default;
            total = FixedOrder.Reduce<TermOf<TReduction>, V, T>(x, &prepared, count);
        }

        *result = V.First(TReduction.Finish(V.Broadcast(total), V.Broadcast(prepared), V.Of(reduction.Divisor(count))));
    }
}

/// <summary>What a reduction finds out before it adds up.</summary>
internal static unsafe class FirstPassOver<TReduction>
    where TReduction : struct, IReduction
{
    /// <summary>The first pass over one line; there must be one.</summary>
    [MethodImpl(Inline)]
    public static T Of<V, T>(T* x, nint count)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => TReduction.First switch
        {
            FirstPass.Sum => FixedOrder.Reduce<SumTerm, V, T>(x, x, count),
            FirstPass.Maximum => Extremes.Of<MaximumOf, V, T>(x, count),
            FirstPass.Minimum => Extremes.Of<MinimumOf, V, T>(x, count),
            _ => Extremes.Of<MaximumOfMagnitudes, V, T>(x, count),
        };
}
