using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>One block of a fixed-order sum.</summary>
internal readonly unsafe struct BlockLoop<TTerm, T>(T* x, T* y, nint count, T* result) : ILaneLoop<T>
    where TTerm : struct, ITerm
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly T* y = y;
    private readonly nint count = count;
    private readonly T* result = result;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T> => *result = FixedOrder.ReduceBlock<TTerm, V, T>(x, y, count);
}

/// <summary>The maximum of at least one element.</summary>
internal readonly unsafe struct MaxLoop<T>(T* x, nint count, T* result) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly nint count = count;
    private readonly T* result = result;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* x = this.x;
        V max = V.Broadcast(x[0]);
        nint i = 0;
        for (; i + V.Width <= count; i += V.Width)
        {
            max = V.Max(max, V.Load(x + i));
        }

        T* lanes = stackalloc T[V.Width];
        V.Store(lanes, max);
        V all = V.Broadcast(lanes[0]);
        for (int j = 1; j < V.Width; j++)
        {
            all = V.Max(all, V.Broadcast(lanes[j]));
        }

        for (; i < count; i++)
        {
            all = V.Max(all, V.Broadcast(x[i]));
        }

        V.Store(lanes, all);
        *result = lanes[0];
    }
}

/// <summary>
/// Sums of the columns of a matrix, a register of columns at a time: the fixed order's 64 (or 32) lanes are rows modulo 64, so each lane
/// holds one register, and the fold goes over registers.
/// </summary>
internal readonly unsafe struct ColumnSumLoop<T>(T* x, nint rows, nint columns, nint rowStride, T* y) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly nint rows = rows;
    private readonly nint columns = columns;
    private readonly nint rowStride = rowStride;
    private readonly T* y = y;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int lanes = FixedOrder.LaneCount<T>();
        V* sums = stackalloc V[lanes * (FixedOrder.BlockLevels + 1)];
        long* counts = stackalloc long[FixedOrder.BlockLevels];
        for (nint j = 0; j < columns; j += V.Width)
        {
            int present = (int)nint.Min(V.Width, columns - j);
            for (int level = 0; level < FixedOrder.BlockLevels; level++)
            {
                counts[level] = 0;
            }

            V total = V.Of(0);
            for (nint start = 0; start < rows; start += FixedOrder.Block)
            {
                nint end = nint.Min(rows, start + FixedOrder.Block);
                total = SumBlock(x + (start * rowStride) + j, rowStride, end - start, present, sums, lanes);
                if (rows > FixedOrder.Block)
                {
                    Push(total, 0, sums, counts, lanes);
                }
            }

            if (rows > FixedOrder.Block)
            {
                total = Finish(sums, counts, lanes);
            }

            V.StorePartial(y + j, present, total);
        }

        static V SumBlock(T* block, nint rowStride, nint count, int present, V* sums, int lanes)
        {
            int used = (int)nint.Min(count, lanes);
            for (int i = 0; i < used; i++)
            {
                sums[i] = V.Of(0) + V.LoadPartial(block + (i * rowStride), present);
            }

            for (nint i = lanes; i < count; i++)
            {
                sums[i % lanes] += V.LoadPartial(block + (i * rowStride), present);
            }

            return Fold(sums, used, lanes);
        }

        // Lanes that got no row hold +0, which adds nothing to a lane that can never be -0: they are left out.
        static V Fold(V* sums, int used, int lanes)
        {
            for (int half = lanes / 2; half > 0; half /= 2)
            {
                for (int i = 0; i < half && i + half < used; i++)
                {
                    sums[i] += sums[i + half];
                }

                used = int.Min(used, half);
            }

            return sums[0];
        }

        static void Push(V result, int level, V* sums, long* counts, int lanes)
        {
            for (; ; level++)
            {
                V* own = sums + ((level + 1) * lanes);
                long index = counts[level]++;
                int lane = (int)(index % lanes);
                own[lane] = (index < lanes ? V.Of(0) : own[lane]) + result;
                if (index + 1 < FixedOrder.Block)
                {
                    return;
                }

                result = Fold(own, lanes, lanes);
                counts[level] = 0;
            }
        }

        static V Finish(V* sums, long* counts, int lanes)
        {
            V total = V.Of(0);
            for (int level = 0; level < FixedOrder.BlockLevels; level++)
            {
                if (counts[level] > 0)
                {
                    total = Fold(sums + ((level + 1) * lanes), (int)long.Min(lanes, counts[level]), lanes);
                    counts[level] = 0;
                    bool above = false;
                    for (int k = level + 1; k < FixedOrder.BlockLevels; k++)
                    {
                        above |= counts[k] > 0;
                    }

                    if (!above)
                    {
                        return total;
                    }

                    Push(total, level + 1, sums, counts, lanes);
                }
            }

            return total;
        }
    }
}
