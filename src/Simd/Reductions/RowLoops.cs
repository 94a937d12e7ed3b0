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

    private const int TileElements = 8192;

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

                for (int i = 0; i < own; i++)
                {
                    totals[i] = FixedOrder.Reduce<TermOf<TReduction>, V, T>(first + (i * rowStride), prepared + i, columns);
                }
            }

            for (int i = 0; i < own; i += V.Width)
            {
                V see = TReduction.First != FirstPass.None && TReduction.AddsUp ? V.Load(prepared + i) : V.Of(0);
                V.StorePartial(y + row + i, int.Min(V.Width, own - i), reduction.Finish(V.Load(totals + i), see, columns));
            }
        }
    }

    [MethodImpl(Inline)]
    private void FirstPasses<V>(T* row, int count, T* results)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (int i = 0; i < count && TReduction.First != FirstPass.None; i++, row += rowStride)
        {
            results[i] = TReduction.First switch
            {
                FirstPass.Sum => FixedOrder.Reduce<SumTerm, V, T>(row, row, columns),
                FirstPass.Maximum => Extremes.Of<MaximumOf, V, T>(row, columns),
                FirstPass.Minimum => Extremes.Of<MinimumOf, V, T>(row, columns),
                _ => Extremes.Of<MaximumOfMagnitudes, V, T>(row, columns),
            };
        }
    }
}
