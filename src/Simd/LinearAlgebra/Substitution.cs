using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Forward substitution over the columns of X in lanes. Two rows of four registers, or four rows of one, are in work at once, so that their
/// chains hide each other's latency; a row's own order does not know of it.
/// </summary>
internal static unsafe class Substitution
{
    /// <summary>X with T X = B in the place of -B; strides may be negative.</summary>
    public static void Run<V, T>(bool unit, nint n, nint columns, Matrix<T> t, T* x, nint ldx)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint j = 0;
        for (; j + (4 * V.Width) <= columns; j += 4 * V.Width)
        {
            Wide<V, T>(unit, n, t.First, t.Row, t.Column, x + j, ldx);
        }

        for (; j < columns; j += V.Width)
        {
            Narrow<V, T>(unit, n, t.First, t.Row, t.Column, x + j, ldx, (int)nint.Min(V.Width, columns - j));
        }
    }

    /// <summary>0 - y / d: with +0 for a zero of either sign.</summary>
    [MethodImpl(Inline)]
    private static V Finish<V, T>(bool unit, V y, T* diagonal)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => V.Of(0) - (unit ? y : y / V.Broadcast(*diagonal));

    [MethodImpl(Loop), SkipLocalsInit]
    private static void Wide<V, T>(bool unit, nint n, T* t, nint row, nint column, T* x, nint ldx)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint i = 0;
        for (; i + 2 <= n; i += 2)
        {
            T* mine = x + (i * ldx), next = mine + ldx, s = t + (i * row), r = s + row, y = x;
            V a0 = V.Load(mine), a1 = V.Load(mine + V.Width), a2 = V.Load(mine + (2 * V.Width)), a3 = V.Load(mine + (3 * V.Width));
            V b0 = V.Load(next), b1 = V.Load(next + V.Width), b2 = V.Load(next + (2 * V.Width)), b3 = V.Load(next + (3 * V.Width));
            for (nint k = 0; k < i; k++, s += column, r += column, y += ldx)
            {
                V u = V.Broadcast(*s), v = V.Broadcast(*r), y0 = V.Load(y), y1 = V.Load(y + V.Width), y2 = V.Load(y + (2 * V.Width)), y3 = V.Load(y + (3 * V.Width));
                a0 = V.Fma(u, y0, a0);
                b0 = V.Fma(v, y0, b0);
                a1 = V.Fma(u, y1, a1);
                b1 = V.Fma(v, y1, b1);
                a2 = V.Fma(u, y2, a2);
                b2 = V.Fma(v, y2, b2);
                a3 = V.Fma(u, y3, a3);
                b3 = V.Fma(v, y3, b3);
            }

            a0 = Finish(unit, a0, s);
            a1 = Finish(unit, a1, s);
            a2 = Finish(unit, a2, s);
            a3 = Finish(unit, a3, s);
            V.Store(mine, a0);
            V.Store(mine + V.Width, a1);
            V.Store(mine + (2 * V.Width), a2);
            V.Store(mine + (3 * V.Width), a3);
            V last = V.Broadcast(*r);
            V.Store(next, Finish(unit, V.Fma(last, a0, b0), r + column));
            V.Store(next + V.Width, Finish(unit, V.Fma(last, a1, b1), r + column));
            V.Store(next + (2 * V.Width), Finish(unit, V.Fma(last, a2, b2), r + column));
            V.Store(next + (3 * V.Width), Finish(unit, V.Fma(last, a3, b3), r + column));
        }

        if (i < n)
        {
            for (int j = 0; j < 4; j++)
            {
                Single<V, T>(unit, i, t + (i * row), column, x + (j * V.Width), ldx, V.Width);
            }
        }
    }

    /// <summary>At most one register of columns.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void Narrow<V, T>(bool unit, nint n, T* t, nint row, nint column, T* x, nint ldx, int count)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint i = 0;
        for (; i + 4 <= n; i += 4)
        {
            T* mine = x + (i * ldx), p = t + (i * row), q = p + row, r = q + row, s = r + row, y = x;
            V a = V.LoadPartial(mine, count), b = V.LoadPartial(mine + ldx, count), c = V.LoadPartial(mine + (2 * ldx), count), d = V.LoadPartial(mine + (3 * ldx), count);
            for (nint k = 0; k < i; k++, p += column, q += column, r += column, s += column, y += ldx)
            {
                V known = V.LoadPartial(y, count);
                a = V.Fma(V.Broadcast(*p), known, a);
                b = V.Fma(V.Broadcast(*q), known, b);
                c = V.Fma(V.Broadcast(*r), known, c);
                d = V.Fma(V.Broadcast(*s), known, d);
            }

            a = Finish(unit, a, p);
            b = Finish(unit, V.Fma(V.Broadcast(*q), a, b), q + column);
            c = V.Fma(V.Broadcast(r[column]), b, V.Fma(V.Broadcast(*r), a, c));
            c = Finish(unit, c, r + (2 * column));
            d = V.Fma(V.Broadcast(s[2 * column]), c, V.Fma(V.Broadcast(s[column]), b, V.Fma(V.Broadcast(*s), a, d)));
            d = Finish(unit, d, s + (3 * column));
            V.StorePartial(mine, count, a);
            V.StorePartial(mine + ldx, count, b);
            V.StorePartial(mine + (2 * ldx), count, c);
            V.StorePartial(mine + (3 * ldx), count, d);
        }

        for (; i < n; i++)
        {
            Single<V, T>(unit, i, t + (i * row), column, x, ldx, count);
        }
    }

    /// <summary>Row i of at most one register of columns.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void Single<V, T>(bool unit, nint i, T* t, nint column, T* x, nint ldx, int count)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* mine = x + (i * ldx);
        V a = V.LoadPartial(mine, count);
        for (nint k = 0; k < i; k++, t += column, x += ldx)
        {
            a = V.Fma(V.Broadcast(*t), V.LoadPartial(x, count), a);
        }

        V.StorePartial(mine, count, Finish(unit, a, t));
    }
}
