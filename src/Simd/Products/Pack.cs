using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Copies parts of a product's operands into the order in which the micro-kernel reads them.</summary>
internal static unsafe class Pack
{
    /// <summary>B [depth, width] as the micro-kernel's panels of columns: panel after panel, in each p after p.</summary>
    public static void Panels<V, T>(Matrix<T> b, nint depth, nint width, T* panels)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint columns;
        for (nint j = 0; j < width; j += columns)
        {
            columns = MicroKernel.Panel<V, T>(width - j);
            panels += depth * Panel<V, T>(new(b.First + (j * b.Column), b.Row, b.Column), depth, (int)columns, panels);
        }
    }

    /// <summary>One panel, side by side, or a register apart where there are fewer columns. Returns the elements from one p to the next.</summary>
    public static nint Panel<V, T>(Matrix<T> b, nint depth, int columns, T* panel)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int step = int.Max(columns, V.Width);
        if (b.Column == 1)
        {
            CopyPanel<V, T>(b.First, b.Row, depth, columns, panel);
        }
        else if (b.Row == 1 && Transpose.Has<V, T>())
        {
            for (int j = 0; j < columns; j += V.Width)
            {
                int first = int.Max(0, int.Min(j, columns - V.Width));
                Transpose.Strip<V, T>(b.First + (first * b.Column), b.Column, int.Min(V.Width, columns), depth, panel + first, step);
            }
        }
        else
        {
            GatherPanel(b.First, b.Row, b.Column, depth, columns, step, panel);
        }

        return step;
    }

    /// <summary>Whether the micro-kernel reads a tile of A well as it is stored.</summary>
    /// <remarks>Not when alpha has to multiply it; not when neither its rows nor its columns are contiguous; and not when the lines that it
    /// touches fall into few sets of the cache: rows or columns a multiple of 4 KiB apart.</remarks>
    public static bool IsGoodTile<T>(Matrix<T> a, nint rows, nint depth, T alpha, int panels)
        where T : unmanaged
    {
        if (!GemmLoop<T>.IsOne(alpha))
        {
            return false;
        }

        if (a.Column == 1)
        {
            return rows == 1 || panels < 4 || a.Row * sizeof(T) % 4096 != 0;
        }

        return a.Row == 1 && (panels < 2 || (depth <= 128 && a.Column * sizeof(T) % 2048 != 0));
    }

    /// <summary>alpha A [rows, depth] in a copy that the micro-kernel reads well; see <see cref="TileElements{T}"/> for its size.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static Matrix<T> Tile<V, T>(Matrix<T> a, nint rows, nint depth, T alpha, T* copy)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V factor = V.Broadcast(alpha);
        if (a.Row == 1)
        {
            nint step = (rows + 15) / 16 * 16;
            for (nint p = 0; p < depth; p++)
            {
                Prefetch(a.First + ((p + 16) * a.Column));
                CopyScaled<V, T>(a.First + (p * a.Column), copy + (p * step), rows, factor);
            }

            return Copied(a, copy, rows, depth);
        }

        nint row = depth + 16;
        for (nint i = 0; i < rows; i++)
        {
            T* source = a.First + (i * a.Row), target = copy + (i * row);
            if (a.Column != 1)
            {
                for (nint p = 0; p < depth; p++)
                {
                    target[p] = source[p * a.Column];
                }

                source = target;
            }

            CopyScaled<V, T>(source, target, depth, factor);
        }

        return Copied(a, copy, rows, depth);
    }

    /// <summary>The tile that <see cref="Tile"/> made of these rows.</summary>
    public static Matrix<T> Copied<T>(Matrix<T> a, T* copy, nint rows, nint depth)
        where T : unmanaged => a.Row == 1 ? new(copy, 1, (rows + 15) / 16 * 16) : new(copy, depth + 16, 1);

    /// <summary>Asks for a tile's rows from one p to another, long before they are read.</summary>
    [MethodImpl(Loop)]
    public static void Ask<T>(T* a, nint row, nint column, nint rows, nint depth)
        where T : unmanaged
    {
        if (column != 1)
        {
            for (nint p = 0; p < depth; p++)
            {
                Prefetch(a + (p * column));
            }

            return;
        }

        for (nint i = 0; i < rows; i++)
        {
            for (nint p = 0; p < depth; p += 64 / sizeof(T))
            {
                Prefetch(a + (i * row) + p);
            }
        }
    }

    [MethodImpl(Inline)]
    public static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }

    /// <summary>Elements that a copied tile may take, whichever way it is stored.</summary>
    public static nint TileElements<T>(nint rows, nint depth)
        where T : unmanaged => (rows + 15) / 16 * 16 * (depth + 16);

    /// <summary>x times 1 is x to the bit, so one text serves every alpha.</summary>
    [MethodImpl(Inline)]
    private static void CopyScaled<V, T>(T* source, T* target, nint count, V factor)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint i = 0;
        for (; i + V.Width <= count; i += V.Width)
        {
            V.Store(target + i, V.Load(source + i) * factor);
        }

        if (i < count)
        {
            V.StorePartial(target + i, (int)(count - i), V.LoadPartial(source + i, (int)(count - i)) * factor);
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private static void CopyPanel<V, T>(T* source, nint row, nint depth, int columns, T* target)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int panel = 2 * V.Width;
        if (columns == panel)
        {
            for (nint p = 0; p < depth; p++, source += row, target += panel)
            {
                // Rows lie too far apart for the hardware to foresee them.
                Prefetch(source + (16 * row));
                Prefetch(source + (16 * row) + V.Width);
                V.Store(target, V.Load(source));
                V.Store(target + V.Width, V.Load(source + V.Width));
            }

            return;
        }

        if (columns < V.Width)
        {
            for (nint p = 0; p < depth; p++, source += row, target += V.Width)
            {
                V.Store(target, V.LoadPartial(source, columns));
            }

            return;
        }

        // The last register ends with the columns.
        int last = columns - V.Width;
        for (nint p = 0; p < depth; p++, source += row, target += columns)
        {
            for (int j = 0; j < last; j += V.Width)
            {
                V.Store(target + j, V.Load(source + j));
            }

            V.Store(target + last, V.Load(source + last));
        }
    }

    /// <summary>A panel with any strides: read along the stored rows in runs of 16, so that each cache line is read once.</summary>
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
        }
    }
}
