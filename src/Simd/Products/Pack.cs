using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Copies parts of a product's operands into the order in which the micro-kernel reads them.</summary>
internal static unsafe class Pack
{
    /// <summary>
    /// B [depth, width] as panels of two registers of columns: panel after panel, in each p after p. Columns that the last panel lacks
    /// are zero; they feed sums that are not stored.
    /// </summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Panels<V, T>(Matrix<T> b, nint depth, nint width, T* panels)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int panel = 2 * V.Width;
        for (nint j = 0; j < width; j += panel, panels += panel * depth)
        {
            nint columns = nint.Min(panel, width - j);
            T* source = b.First + (j * b.Column);
            if (b.Column != 1)
            {
                GatherPanel(source, b.Row, b.Column, depth, columns, panel, panels);
                continue;
            }

            T* target = panels;
            if (columns == panel)
            {
                for (nint p = 0; p < depth; p++, source += b.Row, target += panel)
                {
                    V.Store(target, V.Load(source));
                    V.Store(target + V.Width, V.Load(source + V.Width));
                }

                continue;
            }

            int first = (int)nint.Min(columns, V.Width), second = (int)columns - first;
            for (nint p = 0; p < depth; p++, source += b.Row, target += panel)
            {
                V.Store(target, V.LoadPartial(source, first));
                V.Store(target + V.Width, second > 0 ? V.LoadPartial(source + V.Width, second) : V.Of(0));
            }
        }
    }

    /// <summary>
    /// A tile of A as the micro-kernel can read it: as it is stored, where that is good for the cache and alpha is 1; else a copy. Rows
    /// that lie a multiple of a page apart share cache sets, and a column-major tile costs a cache line per p, so these are copied too.
    /// </summary>
    public static Matrix<T> Tile<V, T>(Matrix<T> a, int rows, nint depth, T alpha, T* copy)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        bool scaled = !GemmLoop<T>.IsOne(alpha);
        if (!scaled && a.Column == 1 && (rows == 1 || a.Row * sizeof(T) % 4096 != 0))
        {
            return a;
        }

        Matrix<T> packed = a.Row == 1 ? new(copy, 1, rows) : new(copy, depth + 16, 1);
        for (nint i = 0; i < (a.Row == 1 ? depth : rows); i++)
        {
            T* source = a.First + (i * (a.Row == 1 ? a.Column : a.Row)), target = copy + (i * (a.Row == 1 ? packed.Column : packed.Row));
            nint count = a.Row == 1 ? rows : depth;
            if (a.Row != 1 && a.Column != 1)
            {
                for (nint p = 0; p < count; p++)
                {
                    target[p] = source[p * a.Column];
                }
            }
            else
            {
                Copy<V, T>(source, target, count);
            }

            if (scaled)
            {
                new BinaryScalarLoop<Multiply, T>(target, alpha, target, count).Run<V>();
            }
        }

        return packed;
    }

    [MethodImpl(Inline)]
    private static void Copy<V, T>(T* source, T* target, nint count)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint i = 0;
        for (; i + V.Width <= count; i += V.Width)
        {
            V.Store(target + i, V.Load(source + i));
        }

        if (i < count)
        {
            V.StorePartial(target + i, (int)(count - i), V.LoadPartial(source + i, (int)(count - i)));
        }
    }

    /// <summary>A panel whose columns are far apart: read along the stored rows in runs of 16, so that each cache line is read once.</summary>
    [MethodImpl(Loop)]
    private static void GatherPanel<T>(T* source, nint row, nint column, nint depth, nint columns, int panel, T* target)
        where T : unmanaged
    {
        const int Run = 16;
        for (nint p = 0; p < depth; p += Run)
        {
            nint run = nint.Min(Run, depth - p);
            for (nint j = 0; j < columns; j++)
            {
                T* from = source + (j * column) + (p * row);
                T* to = target + (p * panel) + j;
                for (nint r = 0; r < run; r++)
                {
                    to[r * panel] = from[r * row];
                }
            }

            for (nint r = 0; r < run; r++)
            {
                for (nint j = columns; j < panel; j++)
                {
                    target[((p + r) * panel) + j] = default;
                }
            }
        }
    }
}
