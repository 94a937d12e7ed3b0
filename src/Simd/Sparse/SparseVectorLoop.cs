using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// A sparse matrix times a vector. A row is one chain of fused multiply-adds, each of which waits for the one before; so four rows go side by side, as far as
/// the shortest of them, and what is left of each follows. Gathers into registers are no faster: one element costs two loads either way.
/// </summary>
internal readonly unsafe struct SparseVectorLoop<TOrder, T>(SparseRows<T> rows)
    where TOrder : struct, IEntryOrder
    where T : unmanaged
{
    private readonly SparseRows<T> rows = rows;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int* starts = rows.Starts, columns = rows.Columns, order = rows.Order;
        T* values = rows.Values, x = rows.X, y = rows.Y;
        nint row = rows.First, end = rows.End;
        for (; row + 4 <= end; row += 4)
        {
            nint s0 = starts[row], s1 = starts[row + 1], s2 = starts[row + 2], s3 = starts[row + 3], s4 = starts[row + 4];
            nint common = nint.Min(nint.Min(s1 - s0, s2 - s1), nint.Min(s3 - s2, s4 - s3));
            V a0 = V.Of(0), a1 = a0, a2 = a0, a3 = a0;
            for (nint k = 0; k < common; k++)
            {
                a0 = V.Fma(V.Broadcast(values[TOrder.At(order, s0 + k)]), V.Broadcast(x[columns[s0 + k]]), a0);
                a1 = V.Fma(V.Broadcast(values[TOrder.At(order, s1 + k)]), V.Broadcast(x[columns[s1 + k]]), a1);
                a2 = V.Fma(V.Broadcast(values[TOrder.At(order, s2 + k)]), V.Broadcast(x[columns[s2 + k]]), a2);
                a3 = V.Fma(V.Broadcast(values[TOrder.At(order, s3 + k)]), V.Broadcast(x[columns[s3 + k]]), a3);
            }

            for (nint k = s0 + common; k < s1; k++)
            {
                a0 = V.Fma(V.Broadcast(values[TOrder.At(order, k)]), V.Broadcast(x[columns[k]]), a0);
            }

            for (nint k = s1 + common; k < s2; k++)
            {
                a1 = V.Fma(V.Broadcast(values[TOrder.At(order, k)]), V.Broadcast(x[columns[k]]), a1);
            }

            for (nint k = s2 + common; k < s3; k++)
            {
                a2 = V.Fma(V.Broadcast(values[TOrder.At(order, k)]), V.Broadcast(x[columns[k]]), a2);
            }

            for (nint k = s3 + common; k < s4; k++)
            {
                a3 = V.Fma(V.Broadcast(values[TOrder.At(order, k)]), V.Broadcast(x[columns[k]]), a3);
            }

            y[row] = V.First(a0);
            y[row + 1] = V.First(a1);
            y[row + 2] = V.First(a2);
            y[row + 3] = V.First(a3);
        }

        for (; row < end; row++)
        {
            V sum = V.Of(0);
            for (nint k = starts[row]; k < starts[row + 1]; k++)
            {
                sum = V.Fma(V.Broadcast(values[TOrder.At(order, k)]), V.Broadcast(x[columns[k]]), sum);
            }

            y[row] = V.First(sum);
        }
    }
}
