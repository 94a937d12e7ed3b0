using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;
using static Onsager.Simd.Operands;

namespace Onsager.Simd;

/// <summary>The loop of <see cref="Combination.Add"/>: a register of each row after the other.</summary>
internal readonly unsafe struct CombinationLoop<T>(T* x, T h, T* coefficients, int rows, T* k, nint stride, T* y, nint count) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly T* coefficients = coefficients;
    private readonly T* k = k;
    private readonly T* y = y;

    /// <inheritdoc/>
    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* x = this.x, c = coefficients, k = this.k, y = this.y;
        nint full = count - (V.Width - 1), i = 0;
        V step = V.Broadcast(h);
        if (V.Width == 1)
        {
            for (; i < count; i += 4)
            {
                Four at = new(i, count);
                (V s0, V s1, V s2, V s3) = CombinedRows.OfFour<V, T>(c, rows, k, stride, at);
                V.Store(y + i, V.Fma(step, s0, V.Load(x + i)));
                V.Store(y + at.Second, V.Fma(step, s1, V.Load(x + at.Second)));
                V.Store(y + at.Third, V.Fma(step, s2, V.Load(x + at.Third)));
                V.Store(y + at.Fourth, V.Fma(step, s3, V.Load(x + at.Fourth)));
            }

            return;
        }

        for (; i < full; i += V.Width)
        {
            V sum = V.Of(0);
            bool isFirst = true;
            for (int row = 0; row < rows; row++)
            {
                if (CombinedRows.IsZero(c[row]))
                {
                    continue;
                }

                V factor = V.Broadcast(c[row]), element = V.Load(k + (row * stride) + i);
                sum = isFirst ? factor * element : V.Fma(factor, element, sum);
                isFirst = false;
            }

            V.Store(y + i, V.Fma(step, sum, V.Load(x + i)));
        }

        if (i < count)
        {
            int rest = (int)(count - i);
            V sum = CombinedRows.Partial<V, T>(c, rows, k + i, stride, rest);
            V.StorePartial(y + i, rest, V.Fma(step, sum, V.LoadPartial(x + i, rest)));
        }
    }
}

/// <summary>The loop of <see cref="Combination.Share"/>.</summary>
internal readonly unsafe struct CombinationShareLoop<T>(T h, T* coefficients, int rows, T* k, nint stride, T absolute, T relative, T* x, T* y, T* e, nint count) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly T* coefficients = coefficients;
    private readonly T* k = k;
    private readonly T* x = x;
    private readonly T* y = y;
    private readonly T* e = e;

    /// <inheritdoc/>
    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V step = V.Broadcast(h), least = V.Broadcast(absolute), share = V.Broadcast(relative);
        if (V.Width == 1)
        {
            for (nint i = 0; i < count; i += 4)
            {
                Four at = new(i, count);
                (V s0, V s1, V s2, V s3) = CombinedRows.OfFour<V, T>(coefficients, rows, k, stride, at);
                V.Store(e + i, step * s0 / V.Fma(share, V.Max(V.Abs(V.Load(x + i)), V.Abs(V.Load(y + i))), least));
                V.Store(e + at.Second, step * s1 / V.Fma(share, V.Max(V.Abs(V.Load(x + at.Second)), V.Abs(V.Load(y + at.Second))), least));
                V.Store(e + at.Third, step * s2 / V.Fma(share, V.Max(V.Abs(V.Load(x + at.Third)), V.Abs(V.Load(y + at.Third))), least));
                V.Store(e + at.Fourth, step * s3 / V.Fma(share, V.Max(V.Abs(V.Load(x + at.Fourth)), V.Abs(V.Load(y + at.Fourth))), least));
            }

            return;
        }

        for (nint i = 0; i < count; i += V.Width)
        {
            int rest = (int)nint.Min(V.Width, count - i);
            V sum = CombinedRows.Partial<V, T>(coefficients, rows, k + i, stride, rest);
            V largest = V.Max(V.Abs(V.LoadPartial(x + i, rest)), V.Abs(V.LoadPartial(y + i, rest)));
            V.StorePartial(e + i, rest, step * sum / V.Fma(share, largest, least));
        }
    }
}

/// <summary>What both loops share.</summary>
internal static unsafe class CombinedRows
{
    [MethodImpl(Inline)]
    public static bool IsZero<T>(T value)
        where T : unmanaged => Is<T, float>() ? *(float*)&value == 0 : *(double*)&value == 0;

    /// <summary>The sums of four elements, one in a register each.</summary>
    [MethodImpl(Inline)]
    public static (V First, V Second, V Third, V Fourth) OfFour<V, T>(T* coefficients, int rows, T* k, nint stride, Four at)
        where V : unmanaged, IMemoryLanes<V, T>
        where T : unmanaged
    {
        int row = 0;
        while (row < rows && IsZero(coefficients[row]))
        {
            row++;
        }

        if (row == rows)
        {
            return (V.Of(0), V.Of(0), V.Of(0), V.Of(0));
        }

        T* line = k + (row * stride);
        V factor = V.Broadcast(coefficients[row]);
        V s0 = factor * V.Load(line + at.First), s1 = factor * V.Load(line + at.Second), s2 = factor * V.Load(line + at.Third), s3 = factor * V.Load(line + at.Fourth);
        for (row++; row < rows; row++)
        {
            line += stride;
            if (!IsZero(coefficients[row]))
            {
                factor = V.Broadcast(coefficients[row]);
                s0 = V.Fma(factor, V.Load(line + at.First), s0);
                s1 = V.Fma(factor, V.Load(line + at.Second), s1);
                s2 = V.Fma(factor, V.Load(line + at.Third), s2);
                s3 = V.Fma(factor, V.Load(line + at.Fourth), s3);
            }
        }

        return (s0, s1, s2, s3);
    }

    /// <summary>The sum over the rows in the first elements of a register.</summary>
    [MethodImpl(Inline)]
    public static V Partial<V, T>(T* coefficients, int rows, T* k, nint stride, int count)
        where V : unmanaged, IMemoryLanes<V, T>
        where T : unmanaged
    {
        V sum = V.Of(0);
        bool isFirst = true;
        for (int row = 0; row < rows; row++)
        {
            if (!IsZero(coefficients[row]))
            {
                V factor = V.Broadcast(coefficients[row]), element = V.LoadPartial(k + (row * stride), count);
                sum = isFirst ? factor * element : V.Fma(factor, element, sum);
                isFirst = false;
            }
        }

        return sum;
    }
}

/// <summary>Four elements next to each other; behind the last one there is, it stands again.</summary>
internal readonly struct Four(nint first, nint count)
{
    public readonly nint First = first;
    public readonly nint Second = nint.Min(first + 1, count - 1);
    public readonly nint Third = nint.Min(first + 2, count - 1);
    public readonly nint Fourth = nint.Min(first + 3, count - 1);
}
