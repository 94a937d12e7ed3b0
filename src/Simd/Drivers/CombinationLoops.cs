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
        for (; i < full; i += V.Width)
        {
            V sum = V.Of(0);
            bool isFirst = true;
            for (int row = 0; row < rows; row++)
            {
                if (CombinedRows.IsZero(c + row))
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
    public static bool IsZero<T>(T* value)
        where T : unmanaged => Is<T, float>() ? *(float*)value == 0 : *(double*)value == 0;

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
            if (!IsZero(coefficients + row))
            {
                V factor = V.Broadcast(coefficients[row]), element = V.LoadPartial(k + (row * stride), count);
                sum = isFirst ? factor * element : V.Fma(factor, element, sum);
                isFirst = false;
            }
        }

        return sum;
    }
}
