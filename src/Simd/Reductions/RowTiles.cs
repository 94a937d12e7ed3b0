using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The passes over a tile of rows of at most one block each, on 512-bit registers, where a block's lanes are four of them. The loop over
/// the rows is inside: short rows pay for no call, and the folds of neighbouring rows overlap.
/// </summary>
/// <remarks>
/// What is left behind the last four whole registers is added a register at a time while the four accumulators change places, so that
/// the formula stands in the loop once. The fold (s0 + s2) + (s1 + s3) does not notice: sums commute.
/// </remarks>
internal static unsafe class RowTiles
{
    /// <summary>Whether rows of so many elements are for this class.</summary>
    [MethodImpl(Inline)]
    public static bool Take<V, T>(nint columns)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => V.Width * sizeof(T) == 64 && columns <= FixedOrder.Block;

    /// <summary>totals[i] = the fixed-order sum of the terms of row i; scalars[i] is what they see beside the element.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Totals<TTerm, V, T>(T* x, nint rows, nint columns, nint rowStride, T* scalars, T* totals)
        where TTerm : struct, ITerm
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V places = Across.Places<V, T>();
        nint whole = columns & -(4 * V.Width);
        for (nint row = 0; row < rows; row++, x += rowStride)
        {
            V scalar = TTerm.Second == SecondOperand.Scalar ? V.Broadcast(scalars[row]) : V.Of(0);
            V s0 = V.Of(0), s1 = s0, s2 = s0, s3 = s0;
            nint i = 0;
            for (; i < whole; i += 4 * V.Width)
            {
                s0 = TTerm.Add(s0, V.Load(x + i), scalar);
                s1 = TTerm.Add(s1, V.Load(x + i + V.Width), scalar);
                s2 = TTerm.Add(s2, V.Load(x + i + (2 * V.Width)), scalar);
                s3 = TTerm.Add(s3, V.Load(x + i + (3 * V.Width)), scalar);
            }

            for (; i < columns; i += V.Width)
            {
                int present = (int)nint.Min(V.Width, columns - i);
                V next = TTerm.Add(s0, V.LoadPartial(x + i, present), scalar);
                next = TTerm.Second == SecondOperand.None ? next : V.SelectLess(places, V.Of(present), next, s0);
                s0 = s1;
                s1 = s2;
                s2 = s3;
                s3 = next;
            }

            totals[row] = Across.Fold<SumJoin, V, T>(s0 + s2 + (s1 + s3));
        }
    }

    /// <summary>best[i] = the extreme of row i.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Extremes<TExtreme, V, T>(T* x, nint rows, nint columns, nint rowStride, T* best)
        where TExtreme : struct, IExtreme
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (columns < V.Width)
        {
            V places = Across.Places<V, T>(), count = V.Of(columns);
            for (nint row = 0; row < rows; row++, x += rowStride)
            {
                V few = V.SelectLess(places, count, V.LoadPartial(x, (int)columns), V.Broadcast(*x));
                best[row] = Across.Fold<TExtreme, V, T>(TExtreme.Of(few));
            }

            return;
        }

        for (nint row = 0; row < rows; row++, x += rowStride)
        {
            // An element may be met twice, so the last register may reach back.
            V m0 = TExtreme.Of(V.Load(x + columns - V.Width)), m1 = m0, m2 = m0, m3 = m0;
            nint i = 0;
            for (; i + (4 * V.Width) <= columns; i += 4 * V.Width)
            {
                m0 = TExtreme.Join(m0, TExtreme.Of(V.Load(x + i)));
                m1 = TExtreme.Join(m1, TExtreme.Of(V.Load(x + i + V.Width)));
                m2 = TExtreme.Join(m2, TExtreme.Of(V.Load(x + i + (2 * V.Width))));
                m3 = TExtreme.Join(m3, TExtreme.Of(V.Load(x + i + (3 * V.Width))));
            }

            m0 = i == 0 ? m0 : TExtreme.Join(TExtreme.Join(m0, m1), TExtreme.Join(m2, m3));
            for (; i + V.Width <= columns; i += V.Width)
            {
                m0 = TExtreme.Join(m0, TExtreme.Of(V.Load(x + i)));
            }

            best[row] = Across.Fold<TExtreme, V, T>(m0);
        }
    }

    /// <summary>y = x - first[i] - second[i] in row i, each difference rounded.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Differences<V, T>(T* x, nint rows, nint columns, nint rowStride, T* first, T* second, T* y, nint yStride)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (nint row = 0; row < rows; row++, x += rowStride, y += yStride)
        {
            V one = V.Broadcast(first[row]), two = V.Broadcast(second[row]);
            nint i = 0;
            for (; i + V.Width <= columns; i += V.Width)
            {
                V.Store(y + i, V.Load(x + i) - one - two);
            }

            if (i < columns)
            {
                int present = (int)(columns - i);
                V.StorePartial(y + i, present, V.LoadPartial(x + i, present) - one - two);
            }
        }
    }
}
