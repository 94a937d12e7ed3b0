using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>y[i] = the place of the extreme in row i.</summary>
internal readonly unsafe struct ArgRowsLoop<TExtreme, T>(T* x, nint rows, nint columns, nint rowStride, int* y) : ILaneLoop<T>
    where TExtreme : struct, IExtreme
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly nint rows = rows;
    private readonly nint columns = columns;
    private readonly nint rowStride = rowStride;
    private readonly int* y = y;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (nint row = 0; row < rows; row++)
        {
            y[row] = (int)Extremes.PlaceOf<TExtreme, V, T>(x + (row * rowStride), columns);
        }
    }
}

/// <summary>y[j] = the place of the extreme in column j: beside each register of best values one of their rows, as integers.</summary>
internal readonly unsafe struct ArgColumnsLoop<TExtreme, T>(T* x, nint rows, nint columns, nint rowStride, int* y) : ILaneLoop<T>
    where TExtreme : struct, IExtreme
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly nint rows = rows;
    private readonly nint columns = columns;
    private readonly nint rowStride = rowStride;
    private readonly int* y = y;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* places = stackalloc T[V.Width];
        for (nint j = 0; j < columns; j += V.Width)
        {
            int present = (int)nint.Min(V.Width, columns - j);
            T* row = x + j;
            V best = V.LoadPartial(row, present), place = V.OfBits(0), here = place, one = V.OfBits(1);
            for (nint i = 1; i < rows; i++)
            {
                row += rowStride;
                here = V.AddBits(here, one);
                V next = V.LoadPartial(row, present);

                // A better number, or a NaN after a number; nothing is better than a NaN.
                V placeOfNaN = V.SelectEqual(best, best, here, place), better = TExtreme.SelectBetter(next, best, here, place);
                place = V.SelectEqual(next, next, better, placeOfNaN);
                best = V.SelectEqual(next, next, TExtreme.SelectBetter(next, best, next, best), next);
            }

            V.Store(places, place);
            for (int k = 0; k < present; k++)
            {
                y[j + k] = *(int*)(places + k);
            }
        }
    }
}
