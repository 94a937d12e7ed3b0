using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// A panel of 16 columns of an LU factorisation in working memory of its own, turned, so that a column lies in contiguous memory: the search for the pivot and the elimination
/// pass whole registers of rows. Four columns at a time are eliminated, then applied to the others in one pass. Memory behind a column's end is zero and takes part.
/// </summary>
internal static unsafe class LuPanel
{
    /// <summary>Columns of a panel.</summary>
    public const int Columns = 16;

    /// <summary>Columns that are eliminated before the others see them.</summary>
    private const int Few = 4;

    /// <summary>Elements of working memory for so many rows.</summary>
    public static nint WorkLength(nint rows) => Columns * Leading(rows);

    public static void Run<V, T>(nint m, nint n, T* a, nint lda, int* pivots, T* panel, nint first, int* zero)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint ld = Leading(m);
        In<V, T>(m, n, a, lda, panel, ld);
        Factor<V, T>(m, n, pivots, panel, ld, first, zero);
        Out<V, T>(m, n, panel, ld, a, lda);
    }

    /// <summary>Columns [0, n) of rows [0, m) that lie in working memory already, negated, with zeros behind their ends; numbers of pivots count from the first of these rows.</summary>
    internal static void Factor<V, T>(nint m, nint n, int* pivots, T* panel, nint ld, nint first, int* zero)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (nint j = 0; j < n; j += Few)
        {
            nint end = nint.Min(j + Few, n);
            for (nint column = j; column < end; column++)
            {
                nint pivot = Pivot<V, T>(panel + (column * ld), column, m);
                pivots[column] = (int)pivot;
                if (pivot != column)
                {
                    for (nint k = 0; k < n; k++)
                    {
                        (panel[(k * ld) + column], panel[(k * ld) + pivot]) = (panel[(k * ld) + pivot], panel[(k * ld) + column]);
                    }
                }

                if (!Divide<V, T>(panel + (column * ld) + column, m - column) && *zero < 0)
                {
                    *zero = (int)(first + column);
                }

                for (nint k = column + 1; k < end; k++)
                {
                    Eliminate<V, T>(panel + (column * ld) + column, panel + (k * ld) + column, m - column);
                }
            }

            for (nint k = end; k < n; k++)
            {
                Apply<V, T>(end - j, panel + (j * ld) + j, ld, panel + (k * ld) + j, m - j);
            }
        }
    }

    /// <summary>Elements from one column to the next: room for a register behind the last row, at an odd number of cache lines.</summary>
    internal static nint Leading(nint rows) => ((rows + 31) / 32 * 32) + 16;

    private static void In<V, T>(nint m, nint n, T* a, nint lda, T* panel, nint ld)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint i = 0;
        for (; i < m && Transpose.Has<V, T>(); i += V.Width)
        {
            Transpose.Strip<V, T>(a + (i * lda), lda, (int)nint.Min(V.Width, m - i), n, panel + i, ld);
        }

        for (; i < m; i++)
        {
            for (nint k = 0; k < n; k++)
            {
                panel[(k * ld) + i] = a[(i * lda) + k];
            }
        }

        for (nint k = 0; k < n; k++)
        {
            new Span<T>(panel + (k * ld) + m, (int)(ld - m)).Clear();
        }
    }

    private static void Out<V, T>(nint m, nint n, T* panel, nint ld, T* a, nint lda)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint k = 0;
        for (; k + V.Width <= n && Transpose.Has<V, T>(); k += V.Width)
        {
            Transpose.Strip<V, T>(panel + (k * ld), ld, V.Width, m, a + k, lda);
        }

        for (; k < n; k++)
        {
            for (nint i = 0; i < m; i++)
            {
                a[(i * lda) + k] = panel[(k * ld) + i];
            }
        }
    }

    /// <summary>The first row from one on whose element is of greatest size; that row itself where none is above zero.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static nint Pivot<V, T>(T* column, nint from, nint m)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V best = V.Of(0), other = best;
        nint i = from;
        for (; i + V.Width < m; i += 2 * V.Width)
        {
            best = V.Greater(V.Abs(V.Load(column + i)), best);
            other = V.Greater(V.Abs(V.Load(column + i + V.Width)), other);
        }

        if (i < m)
        {
            best = V.Greater(V.Abs(V.Load(column + i)), best);
        }

        best = V.Broadcast(Across.Fold<GreaterJoin, V, T>(V.Greater(other, best)));
        if (!V.AllLess(V.Of(0), best))
        {
            return from;
        }

        for (i = from; V.AllLess(V.SelectEqual(V.Abs(V.Load(column + i)), best, V.Of(1), V.Of(0)), V.Of(1)); i += V.Width)
        {
        }

        while (!Equal<V, T>(V.Abs(V.Broadcast(column[i])), best))
        {
            i++;
        }

        return i;
    }

    [MethodImpl(Inline)]
    private static bool Equal<V, T>(V x, V y)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => V.AllLess(V.Of(0), V.SelectEqual(x, y, V.Of(1), V.Of(0)));

    /// <summary>The first element, -u, becomes u; those below it, divided by it, l. False where it is zero or not a number: nothing is divided by that.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static bool Divide<V, T>(T* column, nint count)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V pivot = V.Broadcast(*column), zero = V.Of(0);
        bool divides = V.AllLess(zero, V.Abs(pivot));
        pivot = divides ? pivot : V.Of(1);
        T first = V.First(zero - V.Broadcast(*column));
        for (nint i = 1; i < count; i += V.Width)
        {
            // A zero is +0, whatever the signs.
            V.Store(column + i, (V.Load(column + i) / pivot) + zero);
        }

        *column = first;
        return divides;
    }

    /// <summary>The first element of y, -u, becomes u; those below it take l u.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void Eliminate<V, T>(T* l, T* y, nint count)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V u = V.Of(0) - V.Broadcast(*y);
        for (nint i = 1; i < count; i += V.Width)
        {
            V.Store(y + i, V.Fma(V.Load(l + i), u, V.Load(y + i)));
        }

        *y = V.First(u);
    }

    /// <summary>The same with up to four columns of l, which begin at the row of the first, in one pass.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void Apply<V, T>(nint few, T* l, nint ld, T* y, nint count)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (few != Few)
        {
            for (nint j = 0; j < few; j++)
            {
                Eliminate<V, T>(l + (j * ld) + j, y + j, count - j);
            }

            return;
        }

        T* l1 = l + ld, l2 = l1 + ld, l3 = l2 + ld;
        V zero = V.Of(0), u0 = zero - V.Broadcast(y[0]);
        V u1 = zero - V.Fma(V.Broadcast(l[1]), u0, V.Broadcast(y[1]));
        V u2 = zero - V.Fma(V.Broadcast(l1[2]), u1, V.Fma(V.Broadcast(l[2]), u0, V.Broadcast(y[2])));
        V u3 = zero - V.Fma(V.Broadcast(l2[3]), u2, V.Fma(V.Broadcast(l1[3]), u1, V.Fma(V.Broadcast(l[3]), u0, V.Broadcast(y[3]))));
        y[0] = V.First(u0);
        y[1] = V.First(u1);
        y[2] = V.First(u2);
        y[3] = V.First(u3);
        for (nint i = Few; i < count; i += V.Width)
        {
            V sum = V.Fma(V.Load(l + i), u0, V.Load(y + i));
            sum = V.Fma(V.Load(l1 + i), u1, sum);
            sum = V.Fma(V.Load(l2 + i), u2, sum);
            V.Store(y + i, V.Fma(V.Load(l3 + i), u3, sum));
        }
    }

    /// <summary>The greater one; the second where they are not ordered.</summary>
    private readonly struct GreaterJoin : IJoin
    {
        [MethodImpl(Inline)]
        public static W Join<W>(W x, W y)
            where W : unmanaged, ILanes<W> => W.Greater(x, y);
    }
}
