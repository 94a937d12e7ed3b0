using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Cumulative sums along rows. The order: a chain inside each block of 1,024 elements that begins with the block's first element; every
/// block but the first then adds its offset, the sum at the end of the block before. Chains are independent, so eight of them (of
/// neighbouring rows, or of neighbouring blocks of a long row) run side by side and hide the addition's latency.
/// </summary>
internal readonly unsafe struct CumulativeRowsLoop<T>(T* x, nint rows, nint columns, nint rowStride, T* y, nint yStride) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly nint rows = rows;
    private readonly nint columns = columns;
    private readonly nint rowStride = rowStride;
    private readonly T* y = y;
    private readonly nint yStride = yStride;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (columns <= CumulativeSum.Block)
        {
            Chains(x, rowStride, y, yStride, rows, columns);
            return;
        }

        for (nint row = 0; row < rows; row++)
        {
            Row<V>(x + (row * rowStride), y + (row * yStride));
        }
    }

    /// <summary>Eight chains at a time, to which their offsets are added while they are in the cache.</summary>
    private void Row<V>(T* from, T* to)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        const int Block = CumulativeSum.Block;
        for (nint group = 0; group < columns; group += 8 * Block)
        {
            nint end = nint.Min(group + (8 * Block), columns), whole = (end - group) / Block, rest = (end - group) % Block;
            Chains(from + group, Block, to + group, Block, whole, Block);
            if (rest > 0)
            {
                Chain(from + (end - rest), to + (end - rest), rest);
            }

            for (nint start = nint.Max(group, Block); start < end; start += Block)
            {
                new BinaryScalarLoop<Add, T>(to + start, to[start - 1], to + start, nint.Min(Block, end - start)).Run<V>();
            }
        }
    }

    private static void Chains(T* x, nint xStep, T* y, nint yStep, nint chains, nint count)
    {
        nint chain = 0;
        for (; chain + 8 <= chains; chain += 8)
        {
            Chains8(x + (chain * xStep), xStep, y + (chain * yStep), yStep, count);
        }

        for (; chain < chains; chain++)
        {
            Chain(x + (chain * xStep), y + (chain * yStep), count);
        }
    }

    [MethodImpl(Loop)]
    private static void Chain(T* x, T* y, nint count)
    {
        T sum = y[0] = x[0];
        for (nint i = 1; i < count; i++)
        {
            y[i] = sum = Sum(sum, x[i]);
        }
    }

    [MethodImpl(Loop)]
    private static void Chains8(T* x, nint xStep, T* y, nint yStep, nint count)
    {
        T* x4 = x + (4 * xStep), y4 = y + (4 * yStep);
        nint xThrice = 3 * xStep, yThrice = 3 * yStep;
        T s0 = x[0], s1 = x[xStep], s2 = x[2 * xStep], s3 = x[xThrice], s4 = x4[0], s5 = x4[xStep], s6 = x4[2 * xStep], s7 = x4[xThrice];
        for (nint left = count; ;)
        {
            y[0] = s0;
            y[yStep] = s1;
            y[2 * yStep] = s2;
            y[yThrice] = s3;
            y4[0] = s4;
            y4[yStep] = s5;
            y4[2 * yStep] = s6;
            y4[yThrice] = s7;
            if (--left == 0)
            {
                return;
            }

            x++;
            y++;
            x4++;
            y4++;
            s0 = Sum(s0, x[0]);
            s1 = Sum(s1, x[xStep]);
            s2 = Sum(s2, x[2 * xStep]);
            s3 = Sum(s3, x[xThrice]);
            s4 = Sum(s4, x4[0]);
            s5 = Sum(s5, x4[xStep]);
            s6 = Sum(s6, x4[2 * xStep]);
            s7 = Sum(s7, x4[xThrice]);
        }
    }

    [MethodImpl(Inline)]
    private static T Sum(T x, T y)
    {
        if (typeof(T) == typeof(float))
        {
            float sum = *(float*)&x + *(float*)&y;
            return *(T*)&sum;
        }
        else
        {
            double sum = *(double*)&x + *(double*)&y;
            return *(T*)&sum;
        }
    }
}

/// <summary>Cumulative sums down the columns: a register of columns is a register of chains.</summary>
internal readonly unsafe struct CumulativeColumnsLoop<T>(T* x, nint rows, nint columns, nint rowStride, T* y, nint yStride) : ILaneLoop<T>
    where T : unmanaged
{
    /// <summary>Registers of a strip: their chains hide each other's latency, and a row's part of the strip is read in one go.</summary>
    private const int Strip = 16;

    private readonly T* x = x;
    private readonly nint rows = rows;
    private readonly nint columns = columns;
    private readonly nint rowStride = rowStride;
    private readonly T* y = y;
    private readonly nint yStride = yStride;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V* sums = stackalloc V[Strip];
        for (nint j = 0; j < columns; j += Strip * V.Width)
        {
            nint strip = nint.Min(Strip * V.Width, columns - j);
            for (nint i = 0; i < rows; i++)
            {
                T* from = x + (i * rowStride) + j, to = y + (i * yStride) + j;
                T* offset = y + (((i / CumulativeSum.Block * CumulativeSum.Block) - 1) * yStride) + j;
                bool begins = i % CumulativeSum.Block == 0, hasOffset = i >= CumulativeSum.Block;
                V* sum = sums;
                for (nint k = 0; k < strip; k += V.Width, sum++)
                {
                    int present = (int)nint.Min(V.Width, strip - k);
                    V next = V.LoadPartial(from + k, present);
                    next = begins ? next : *sum + next;
                    *sum = next;
                    V.StorePartial(to + k, present, hasOffset ? next + V.LoadPartial(offset + k, present) : next);
                }
            }
        }
    }
}
