using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// A sparse matrix times a dense one [k, n]: strips of eight, four and one registers of columns, and what is left of a register; in a strip row after row,
/// the sums in registers over all of a row's entries. The strips' rows of X stay near, and the indices are read once for each strip.
/// </summary>
internal readonly unsafe struct SparseRowsLoop<TOrder, T>(SparseRows<T> rows) : ILaneLoop<T>
    where TOrder : struct, IEntryOrder
    where T : unmanaged
{
    private readonly SparseRows<T> rows = rows;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint column = 0, n = rows.N;
        for (; column + (8 * V.Width) <= n; column += 8 * V.Width)
        {
            Eight<V>(column);
        }

        for (; column + (4 * V.Width) <= n; column += 4 * V.Width)
        {
            Four<V>(column);
        }

        for (; column + V.Width <= n; column += V.Width)
        {
            One<V>(column);
        }

        if (column < n)
        {
            Part<V>(column, (int)(n - column));
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private void Eight<V>(nint column)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int* starts = rows.Starts, columns = rows.Columns, order = rows.Order;
        T* values = rows.Values, x = rows.X + column, y = rows.Y + column;
        nint n = rows.N;
        for (nint row = rows.First; row < rows.End; row++)
        {
            V a0 = V.Of(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
            for (nint k = starts[row], end = starts[row + 1]; k < end; k++)
            {
                V value = V.Broadcast(values[TOrder.At(order, k)]);
                T* from = x + (columns[k] * n);
                a0 = V.Fma(value, V.Load(from), a0);
                a1 = V.Fma(value, V.Load(from + V.Width), a1);
                a2 = V.Fma(value, V.Load(from + (2 * V.Width)), a2);
                a3 = V.Fma(value, V.Load(from + (3 * V.Width)), a3);
                a4 = V.Fma(value, V.Load(from + (4 * V.Width)), a4);
                a5 = V.Fma(value, V.Load(from + (5 * V.Width)), a5);
                a6 = V.Fma(value, V.Load(from + (6 * V.Width)), a6);
                a7 = V.Fma(value, V.Load(from + (7 * V.Width)), a7);
            }

            T* to = y + (row * n);
            V.Store(to, a0);
            V.Store(to + V.Width, a1);
            V.Store(to + (2 * V.Width), a2);
            V.Store(to + (3 * V.Width), a3);
            V.Store(to + (4 * V.Width), a4);
            V.Store(to + (5 * V.Width), a5);
            V.Store(to + (6 * V.Width), a6);
            V.Store(to + (7 * V.Width), a7);
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private void Four<V>(nint column)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int* starts = rows.Starts, columns = rows.Columns, order = rows.Order;
        T* values = rows.Values, x = rows.X + column, y = rows.Y + column;
        nint n = rows.N;
        for (nint row = rows.First; row < rows.End; row++)
        {
            V a0 = V.Of(0), a1 = a0, a2 = a0, a3 = a0;
            for (nint k = starts[row], end = starts[row + 1]; k < end; k++)
            {
                V value = V.Broadcast(values[TOrder.At(order, k)]);
                T* from = x + (columns[k] * n);
                a0 = V.Fma(value, V.Load(from), a0);
                a1 = V.Fma(value, V.Load(from + V.Width), a1);
                a2 = V.Fma(value, V.Load(from + (2 * V.Width)), a2);
                a3 = V.Fma(value, V.Load(from + (3 * V.Width)), a3);
            }

            T* to = y + (row * n);
            V.Store(to, a0);
            V.Store(to + V.Width, a1);
            V.Store(to + (2 * V.Width), a2);
            V.Store(to + (3 * V.Width), a3);
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private void One<V>(nint column)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int* starts = rows.Starts, columns = rows.Columns, order = rows.Order;
        T* values = rows.Values, x = rows.X + column, y = rows.Y + column;
        nint n = rows.N;
        for (nint row = rows.First; row < rows.End; row++)
        {
            V sum = V.Of(0);
            for (nint k = starts[row], end = starts[row + 1]; k < end; k++)
            {
                sum = V.Fma(V.Broadcast(values[TOrder.At(order, k)]), V.Load(x + (columns[k] * n)), sum);
            }

            V.Store(y + (row * n), sum);
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private void Part<V>(nint column, int present)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int* starts = rows.Starts, columns = rows.Columns, order = rows.Order;
        T* values = rows.Values, x = rows.X + column, y = rows.Y + column;
        nint n = rows.N;
        for (nint row = rows.First; row < rows.End; row++)
        {
            V sum = V.Of(0);
            for (nint k = starts[row], end = starts[row + 1]; k < end; k++)
            {
                sum = V.Fma(V.Broadcast(values[TOrder.At(order, k)]), V.LoadPartial(x + (columns[k] * n), present), sum);
            }

            V.StorePartial(y + (row * n), present, sum);
        }
    }
}
