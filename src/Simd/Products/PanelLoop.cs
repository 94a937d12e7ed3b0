using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Products of few rows, or of a B that is small: each panel of columns passes all rows, so that B is read once.</summary>
internal static unsafe class PanelLoop
{
    /// <summary>Tiles of rows up to which B is read as it is stored, whatever its size: packing it would cost more than it gains.</summary>
    private const int FewTiles = 4;

    /// <summary>Bytes of B up to which it is read as it is stored by any number of rows: its rows lie close together and stay in the cache.</summary>
    private const int SmallB = 1 << 18;

    /// <summary>Bytes that a B read as it is stored may span before its rows have to be asked for.</summary>
    private const int NearB = 1 << 16;

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

    /// <summary>Elements of scratch that <see cref="Run"/> needs for a B that is not read as it is stored.</summary>
    [MethodImpl(Inline)]
    public static nint ScratchElements<V, T>(nint depth)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => 3 * V.Width * depth;

    /// <summary>Rows of the tallest tile.</summary>
    [MethodImpl(Inline)]
    public static int Tile<V, T>()
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => MicroKernel.Tallest<V, T>(2 * V.Width);

    /// <summary>
    /// A product whose operands the first-level cache nearly holds, with alpha 1, added to old, which is c, a bias for every row alike (oldRow 0), or null: B where it
    /// is, or its panels turned first.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public static void Small<V, T>(
        nint m, nint n, nint k, T* a, nint aRow, nint aColumn, T* b, nint bRow, nint bColumn, T* c, nint ldc, T* old, nint oldRow)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        bool direct = bColumn == 1;
        if (!direct && n < V.Width)
        {
            // Panels are turned in whole strips, a register wide.
            if (typeof(V) == typeof(F32x16))
            {
                Small<F32x8, float>(m, n, k, (float*)a, aRow, aColumn, (float*)b, bRow, bColumn, (float*)c, ldc, (float*)old, oldRow);
                return;
            }

            if (typeof(V) == typeof(F32x8))
            {
                Small<F32x4, float>(m, n, k, (float*)a, aRow, aColumn, (float*)b, bRow, bColumn, (float*)c, ldc, (float*)old, oldRow);
                return;
            }

            if (typeof(V) == typeof(F64x8))
            {
                Small<F64x4, double>(m, n, k, (double*)a, aRow, aColumn, (double*)b, bRow, bColumn, (double*)c, ldc, (double*)old, oldRow);
                return;
            }
        }

        T* scratch = direct ? null : (T*)Scratch.Rent(ScratchElements<V, T>(k) * sizeof(T));
        nint columns;
        for (nint j = 0; j < n; j += columns, b += columns * bColumn, c += columns)
        {
            columns = MicroKernel.Panel<V, T>(n - j);
            nint step = direct ? bRow : Pack.Panel<V, T>(new(b, bRow, bColumn), k, (int)columns, scratch);
            Tiles<V, T>(m, k, a, aRow, aColumn, direct ? b : scratch, step, (int)columns, c, ldc, old == null ? null : old + j, oldRow, far: false);
        }
    }

    /// <summary>One piece of k: c = a b, or c + a b.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Run<V, T>(nint m, nint n, nint depth, Matrix<T> a, Matrix<T> b, bool direct, T* c, nint ldc, bool accumulate, T* scratch)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        bool far = depth * (direct ? nint.Max(n, nint.Abs(b.Row)) : nint.Max(n, ldc)) * sizeof(T) > NearB;
        for (nint j = 0; j < n;)
        {
            nint columns = MicroKernel.Panel<V, T>(n - j);
            T* source = b.First + (j * b.Column);
            nint step = b.Row;
            if (!direct)
            {
                step = Pack.Panel<V, T>(new(source, b.Row, b.Column), depth, (int)columns, scratch);
                source = scratch;
            }

            Tiles<V, T>(m, depth, a.First, a.Row, a.Column, source, step, (int)columns, c + j, ldc, accumulate ? c + j : null, ldc, far);
            j += columns;
        }
    }

    /// <summary>All rows past one panel, in tiles of two sizes, a row apart, the taller ones first: a short last tile would waste its chains' latency.</summary>
    [MethodImpl(Inline)]
    public static void Tiles<V, T>(nint m, nint depth, T* a, nint aRow, nint aStep, T* b, nint step, int columns, T* c, nint ldc, T* old, nint oldRow, bool far)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        uint tallest = (uint)MicroKernel.Tallest<V, T>(columns);
        if (m <= tallest)
        {
            MicroKernel.For<V, T>((int)m, columns, far)(depth, a, aRow, aStep, b, step, c, ldc, columns, old, oldRow);
            return;
        }

        (uint rows, uint taller) = uint.DivRem((uint)m, ((uint)m + tallest - 1) / tallest);
        delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void> kernel = MicroKernel.For<V, T>((int)rows + (taller > 0 ? 1 : 0), columns, far);
        for (nint left = m; left > 0;)
        {
            nint done = taller > 0 ? (nint)rows + 1 : (nint)rows;
            kernel(depth, a, aRow, aStep, b, step, c, ldc, columns, old, oldRow);
            a += done * aRow;
            c += done * ldc;
            old += old == null ? 0 : done * oldRow;
            left -= done;
            if (taller > 0 && --taller == 0)
            {
                kernel = MicroKernel.For<V, T>((int)rows, columns, far);
            }
        }
    }
}
