using System.Numerics;
using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Sequences of plane rotations of neighbouring rows, collected until there are enough to apply them strip by strip: a strip of columns then stays near
/// while all of them pass over it, and a row stays in registers between the two rotations that it takes part in.
/// </summary>
internal unsafe struct RotationSweeps<V, T>
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Sequences that are collected.</summary>
    public const int Most = 48;

    private readonly T* pairs;
    private readonly int* ranges;
    private readonly int capacity;
    private readonly T* rows;
    private readonly int leading;
    private readonly int length;
    private readonly bool areSquares;
    private int used;
    private int sweeps;

    /// <summary>Rotations of rows of so many elements, whole registers; rows is null where nobody wants them. memory holds 2 capacity elements, filled up to whole registers, ranges 2 x 48 numbers.</summary>
    public RotationSweeps(T* rows, int leading, int length, T* memory, int capacity, int* ranges, bool areSquares)
    {
        this.rows = rows;
        this.leading = leading;
        this.length = length;
        this.capacity = capacity;
        this.ranges = ranges;
        this.areSquares = areSquares;
        pairs = memory;
        used = sweeps = 0;
    }

    /// <summary>Begins a sequence of so many rotations of the rows first and below, the last ones first where it goes up; returns where their cosines and sines go, in pairs, or the squares of these with their signs.</summary>
    public T* Begin(int first, int count, bool isUpwards)
    {
        if (sweeps == Most || used + count > capacity)
        {
            Finish();
        }

        ranges[2 * sweeps] = isUpwards ? -1 - first : first;
        ranges[(2 * sweeps) + 1] = count;
        sweeps++;
        T* place = pairs + (2 * used);
        used += count;
        return place;
    }

    /// <summary>Applies what was collected.</summary>
    public void Finish()
    {
        int strip = 4 * V.Width;
        if (rows is not null && areSquares)
        {
            Roots(pairs, 2 * used);
        }

        for (int j = 0; j < length && rows is not null; j += strip)
        {
            T* from = pairs;
            for (int sweep = 0; sweep < sweeps; sweep++)
            {
                int first = ranges[2 * sweep], count = ranges[(2 * sweep) + 1];
                bool isUpwards = first < 0;
                T* top = rows + ((long)(isUpwards ? -1 - first : first) * leading) + j;
                if (isUpwards)
                {
                    Apply(top + ((long)count * leading), -leading, from, count, length - j);
                }
                else
                {
                    Apply(top, leading, from, count, length - j);
                }

                from += 2 * count;
            }
        }

        used = sweeps = 0;
    }

    /// <summary>The roots of squares, with the squares' signs.</summary>
    [MethodImpl(Loop)]
    private static void Roots(T* squares, int count)
    {
        V sign = V.Of(-0.0);
        for (int i = 0; i < count; i += V.Width)
        {
            V x = V.Load(squares + i);
            V.Store(squares + i, V.Or(V.Sqrt(V.Abs(x)), V.And(x, sign)));
        }
    }

    private static void Apply(T* row, nint step, T* pairs, int count, int left)
    {
        if (left >= 4 * V.Width)
        {
            Four(row, step, pairs, count);
            return;
        }

        for (int j = 0; j < left; j += V.Width)
        {
            One(row + j, step, pairs, count);
        }
    }

    /// <summary>(x, y) = (c x + s y, c y - s x) of a row x and the next one.</summary>
    [MethodImpl(Loop)]
    private static void Four(T* row, nint step, T* pairs, int count)
    {
        V x0 = V.Load(row), x1 = V.Load(row + V.Width), x2 = V.Load(row + (2 * V.Width)), x3 = V.Load(row + (3 * V.Width));
        for (int i = 0; i < count; i++)
        {
            T* next = row + step;
            V c = V.Broadcast(pairs[2 * i]), s = V.Broadcast(pairs[(2 * i) + 1]), minus = -s;
            V y0 = V.Load(next), y1 = V.Load(next + V.Width), y2 = V.Load(next + (2 * V.Width)), y3 = V.Load(next + (3 * V.Width));
            V.Store(row, V.Fma(s, y0, c * x0));
            V.Store(row + V.Width, V.Fma(s, y1, c * x1));
            V.Store(row + (2 * V.Width), V.Fma(s, y2, c * x2));
            V.Store(row + (3 * V.Width), V.Fma(s, y3, c * x3));
            x0 = V.Fma(minus, x0, c * y0);
            x1 = V.Fma(minus, x1, c * y1);
            x2 = V.Fma(minus, x2, c * y2);
            x3 = V.Fma(minus, x3, c * y3);
            row = next;
        }

        V.Store(row, x0);
        V.Store(row + V.Width, x1);
        V.Store(row + (2 * V.Width), x2);
        V.Store(row + (3 * V.Width), x3);
    }

    [MethodImpl(Loop)]
    private static void One(T* row, nint step, T* pairs, int count)
    {
        V x = V.Load(row);
        for (int i = 0; i < count; i++)
        {
            T* next = row + step;
            V c = V.Broadcast(pairs[2 * i]), s = V.Broadcast(pairs[(2 * i) + 1]), y = V.Load(next);
            V.Store(row, V.Fma(s, y, c * x));
            x = V.Fma(-s, x, c * y);
            row = next;
        }

        V.Store(row, x);
    }
}
