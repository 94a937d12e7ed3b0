using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Products of few rows, or of a B that is small: each panel of columns passes all rows, so that B is read once.</summary>
internal static unsafe class PanelLoop
{
    /// <summary>Tiles of rows up to which B is read as it is stored, whatever its size: packing it would cost more than it gains.</summary>
    private const int FewTiles = 4;

    /// <summary>Bytes of B up to which it is read as it is stored by any number of rows: its rows lie close together and stay in the cache.</summary>
    private const int SmallB = 1 << 18;

    /// <summary>Rows of the tallest tile.</summary>
    [MethodImpl(Inline)]
    public static int Tile<V, T>()
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => V.Registers == 32 ? 12 : 6;

    /// <summary>Whether the processor masks registers of this kind itself, so that a kernel may end within a register.</summary>
    [MethodImpl(Inline)]
    public static bool HasMasks<V, T>()
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => V.Width == 1 || Avx.IsSupported;

    /// <summary>Whether the panels of B can be read where they are: once in any case, again and again where its rows do not share cache sets.</summary>
    [MethodImpl(Inline)]
    public static bool IsDirect<V, T>(Matrix<T> b, nint m, nint n, nint depth)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> =>
        b.Column == 1 && (m <= Tile<V, T>()
            || ((b.Row * sizeof(T) % 2048 != 0 || depth <= 128) && (m <= FewTiles * Tile<V, T>() || depth * n * sizeof(T) <= SmallB)));

    /// <summary>Whether this loop serves a product better than blocks of packed columns.</summary>
    [MethodImpl(Inline)]
    public static bool Takes<V, T>(Matrix<T> b, nint m, nint n, nint depth)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => m <= FewTiles * Tile<V, T>() || IsDirect<V, T>(b, m, n, depth);

    /// <summary>Elements of scratch that <see cref="Run"/> needs.</summary>
    [MethodImpl(Inline)]
    public static nint ScratchElements<V, T>(bool direct, nint depth)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> =>
        HasMasks<V, T>() ? (direct ? 0 : 2 * V.Width * depth) : 2 * V.Width * (depth + 12);

    /// <summary>One piece of k: c = a b, or c + a b.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Run<V, T>(nint m, nint n, nint depth, Matrix<T> a, Matrix<T> b, bool direct, T* c, nint ldc, bool accumulate, T* scratch)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int panel = 2 * V.Width;
        for (nint j = 0; j < n; j += panel)
        {
            int columns = (int)nint.Min(panel, n - j);
            T* source = b.First + (j * b.Column);
            nint step = b.Row;
            bool whole = columns == panel || HasMasks<V, T>();
            if (!direct || !whole)
            {
                Pack.Panels<V, T>(new(source, b.Row, b.Column), depth, columns, scratch);
                source = scratch;
                step = panel;
            }

            if (whole)
            {
                Tiles<V, T>(m, depth, a.First, a.Row, a.Column, source, step, columns, c + j, ldc, accumulate);
            }
            else
            {
                Corners<V, T>(m, depth, a, source, columns, scratch + (panel * depth), c + j, ldc, accumulate);
            }
        }
    }

    /// <summary>All rows past one panel, in tiles of two sizes, a row apart, the taller ones first: a short last tile would waste its chains' latency.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void Tiles<V, T>(nint m, nint depth, T* a, nint aRow, nint aStep, T* b, nint step, int columns, T* c, nint ldc, bool accumulate)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (m <= Tile<V, T>())
        {
            MicroKernel.For<V, T>((int)m, columns)(depth, a, aRow, aStep, b, step, c, ldc, columns, accumulate);
            return;
        }

        uint tiles = (uint)(m + Tile<V, T>() - 1) / (uint)Tile<V, T>();
        (uint rows, uint taller) = uint.DivRem((uint)m, tiles);
        delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, bool, void> kernel = MicroKernel.For<V, T>((int)rows + (taller > 0 ? 1 : 0), columns);
        for (uint t = 0; t < tiles; t++)
        {
            if (t == taller && t > 0)
            {
                kernel = MicroKernel.For<V, T>((int)rows, columns);
            }

            kernel(depth, a, aRow, aStep, b, step, c, ldc, columns, accumulate);
            nint done = (nint)rows + (t < taller ? 1 : 0);
            a += done * aRow;
            c += done * ldc;
        }
    }

    /// <summary>The last panel's columns where registers have no masks: each tile is made beside c and copied.</summary>
    private static void Corners<V, T>(nint m, nint depth, Matrix<T> a, T* packed, int columns, T* corner, T* c, nint ldc, bool accumulate)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int panel = 2 * V.Width, tile = Tile<V, T>();
        for (nint i = 0; i < m; i += tile)
        {
            int rows = (int)nint.Min(tile, m - i);
            MicroKernel.For<V, T>(rows, panel)(depth, a.First + (i * a.Row), a.Row, a.Column, packed, panel, corner, panel, panel, false);
            StoreCorner<V, T>(corner, rows, columns, c + (i * ldc), ldc, accumulate);
        }
    }

    /// <summary>What a tile made beside c has to give to it.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void StoreCorner<V, T>(T* corner, int rows, int columns, T* c, nint ldc, bool accumulate)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (int i = 0; i < rows; i++, corner += 2 * V.Width, c += ldc)
        {
            for (int j = 0; j < columns; j += V.Width)
            {
                int present = int.Min(V.Width, columns - j);
                V piece = V.Load(corner + j);
                V.StorePartial(c + j, present, accumulate ? V.LoadPartial(c + j, present) + piece : piece);
            }
        }
    }
}
