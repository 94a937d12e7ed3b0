using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The loops around the micro-kernel: k in the contract's pieces of 512; then, for few rows, panels of columns that all rows pass before the
/// next (B is read once, as it is stored where it can be); for many, blocks of packed columns that stay in the second-level cache while
/// tiles of rows pass them. One row or one column has a form of its own.
/// </summary>
internal readonly unsafe struct GemmLoop<E, T>(nint m, nint n, nint k, T alpha, Matrix<T> a, Matrix<T> b, T beta, T* c, nint ldc, E epilogue) : ILaneLoop<T>
    where E : struct, IEpilogue<T>
    where T : unmanaged
{
    /// <summary>Where k is cut; part of the contract on bits, not a blocking to be tuned.</summary>
    private const int Piece = 512;

    /// <summary>Tiles of rows up to which B is read as it is stored, whatever its size: packing it would cost more than it gains.</summary>
    private const int FewTiles = 4;

    /// <summary>Bytes of B up to which it is read as it is stored by any number of rows: its rows lie close together and stay in the cache.</summary>
    private const int SmallB = 1 << 16;

    private readonly nint m = m;
    private readonly nint n = n;
    private readonly nint k = k;
    private readonly T alpha = alpha;
    private readonly Matrix<T> a = a;
    private readonly Matrix<T> b = b;
    private readonly T beta = beta;
    private readonly T* c = c;
    private readonly nint ldc = ldc;
    private readonly E epilogue = epilogue;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        bool accumulate = PrepareC<V>();
        if (k == 0 || m == 0 || n == 0 || IsZero(alpha))
        {
            if (!accumulate)
            {
                ClearC();
            }
        }
        else if (m == 1 && (n > 2 * V.Width || b.Column != 1) && IsOne(alpha) && RowProduct.Takes<V, T>(b))
        {
            OneRow<V>(a.First, a.Column, b, n, 1, accumulate);
        }
        else if (n == 1 && m > 2 && IsOne(alpha) && RowProduct.Takes<V, T>(new(a.First, a.Column, a.Row)))
        {
            // A chain with its factors exchanged has the same bits.
            OneRow<V>(b.First, b.Row, new(a.First, a.Column, a.Row), m, ldc, accumulate);
        }
        else
        {
            nint tile = V.Registers == 32 ? 12 : 6, tiles = (m + tile - 1) / tile;
            bool direct = b.Column == 1 && (tiles <= FewTiles || (nint.Min(k, Piece) * n * sizeof(T) <= SmallB && b.Row * sizeof(T) % 2048 != 0));
            if (direct || tiles <= FewTiles)
            {
                ByPanels<V>(tiles, direct, accumulate);
            }
            else
            {
                ByBlocks<V>(tiles, accumulate);
            }
        }

        if (E.Exists)
        {
            epilogue.Apply<V>(c, ldc, m, n);
        }
    }

    /// <summary>Whether the processor masks registers of this kind itself, so that a kernel may end within a register.</summary>
    [MethodImpl(Inline)]
    private static bool HasMasks<V>()
        where V : unmanaged, IMemoryLanes<V, T> => V.Width == 1 || Avx.IsSupported;

    /// <summary>y = c, an element every step elements, for a row or a column of the result.</summary>
    private void OneRow<V>(T* x, nint xStep, Matrix<T> matrix, nint count, nint step, bool accumulate)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* chains = (T*)Scratch.Rent(accumulate || step != 1 || k > Piece ? count * sizeof(T) : 0);
        for (nint p = 0; p < k; p += Piece)
        {
            nint depth = nint.Min(Piece, k - p);
            bool straight = !accumulate && step == 1;
            RowProduct.Run<V, T>(
                x + (p * xStep), xStep, new(matrix.First + (p * matrix.Row), matrix.Row, matrix.Column), depth, count, straight ? c : chains);
            if (!straight)
            {
                AddChains<V>(chains, count, step, accumulate);
            }

            accumulate = true;
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private void AddChains<V>(T* chains, nint count, nint step, bool accumulate)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (step == 1)
        {
            new BinaryLoop<Add, T>(c, chains, c, count).Run<V>();
            return;
        }

        for (nint i = 0; i < count; i++)
        {
            if (typeof(T) == typeof(float))
            {
                ((float*)c)[i * step] = accumulate ? ((float*)c)[i * step] + ((float*)chains)[i] : ((float*)chains)[i];
            }
            else
            {
                ((double*)c)[i * step] = accumulate ? ((double*)c)[i * step] + ((double*)chains)[i] : ((double*)chains)[i];
            }
        }
    }

    /// <summary>Few rows: each panel of columns passes all of them.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private void ByPanels<V>(nint tiles, bool direct, bool accumulate)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int panel = 2 * V.Width;
        nint deepest = nint.Min(k, Piece), small = m / tiles, large = m % tiles;
        bool good = Pack.IsGoodTile(a, m, deepest, alpha, (int)nint.Min(99, (n + panel - 1) / panel));
        bool masks = HasMasks<V>();
        nint packedB = direct && masks ? 0 : panel * deepest, corner = masks ? 0 : 12 * panel, packedA = good ? 0 : Pack.TileElements<T>(m, deepest);
        T* scratch = packedA + packedB + corner == 0 ? null : (T*)Scratch.Rent((packedB + corner + packedA) * sizeof(T));
        for (nint p = 0; p < k; p += Piece)
        {
            nint depth = nint.Min(Piece, k - p);
            Matrix<T> left = new(a.First + (p * a.Column), a.Row, a.Column);
            if (!good)
            {
                left = Pack.Tile<V, T>(left, m, depth, alpha, scratch + packedB + corner);
            }

            for (nint j = 0; j < n; j += panel)
            {
                int columns = (int)nint.Min(panel, n - j);
                T* source = b.First + (p * b.Row) + (j * b.Column);
                nint step = b.Row;
                if (!direct || (columns < panel && !masks))
                {
                    Pack.Panels<V, T>(new(source, b.Row, b.Column), depth, columns, scratch);
                    source = scratch;
                    step = panel;
                }

                if (columns < panel && !masks)
                {
                    Corners<V>(tiles, depth, left, source, columns, scratch + packedB, c + j, accumulate);
                    continue;
                }

                // Tiles of two sizes, a row apart: the larger ones first.
                T* rows = left.First, target = c + j;
                nint t = 0;
                if (large > 0)
                {
                    delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, bool, void> kernel = Kernel<V>((int)small + 1, columns);
                    for (; t < large; t++)
                    {
                        kernel(depth, rows, left.Row, left.Column, source, step, target, ldc, columns, accumulate);
                        rows += (small + 1) * left.Row;
                        target += (small + 1) * ldc;
                    }
                }

                delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, bool, void> last = Kernel<V>((int)small, columns);
                for (; t < tiles; t++)
                {
                    last(depth, rows, left.Row, left.Column, source, step, target, ldc, columns, accumulate);
                    rows += small * left.Row;
                    target += small * ldc;
                }
            }

            accumulate = true;
        }
    }

    /// <summary>Many rows: blocks of packed columns, and tile after tile of rows past each.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private void ByBlocks<V>(nint tiles, bool accumulate)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int panel = 2 * V.Width;
        nint blockColumns = nint.Max(4, CacheSizes.Second / 2 / (Piece * panel * sizeof(T))) * panel, deepest = nint.Min(k, Piece);
        nint packedB = nint.Min(blockColumns, (n + panel - 1) / panel * panel) * deepest, packedA = Pack.TileElements<T>(12, deepest);
        T* scratch = (T*)Scratch.Rent((packedB + packedA + (12 * panel)) * sizeof(T));
        for (nint p = 0; p < k; p += Piece)
        {
            nint depth = nint.Min(Piece, k - p);
            for (nint j = 0; j < n; j += blockColumns)
            {
                nint width = nint.Min(blockColumns, n - j);
                Pack.Panels<V, T>(new(b.First + (p * b.Row) + (j * b.Column), b.Row, b.Column), depth, width, scratch);
                for (nint t = 0, i = 0; t < tiles; t++)
                {
                    int rows = (int)((m / tiles) + (t < m % tiles ? 1 : 0));
                    Matrix<T> left = new(a.First + (i * a.Row) + (p * a.Column), a.Row, a.Column);
                    if (!Pack.IsGoodTile(left, rows, depth, alpha, (int)(width / panel)))
                    {
                        left = Pack.Tile<V, T>(left, rows, depth, alpha, scratch + packedB);
                    }

                    Tile<V>(rows, depth, left, width, scratch, scratch + packedB + packedA, c + (i * ldc) + j, accumulate);
                    i += rows;
                }
            }

            accumulate = true;
        }
    }

    /// <summary>One tile of rows past all panels of a block.</summary>
    private void Tile<V>(int rows, nint depth, Matrix<T> left, nint width, T* packed, T* corner, T* c, bool accumulate)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int panel = 2 * V.Width;
        nint full = width / panel * panel;
        delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, bool, void> kernel = MicroKernel.Of<TwoFull, V, T>(rows);
        for (nint j = 0; j < full; j += panel, packed += panel * depth)
        {
            kernel(depth, left.First, left.Row, left.Column, packed, panel, c + j, ldc, panel, accumulate);
        }

        int rest = (int)(width - full);
        if (rest == 0)
        {
            return;
        }

        if (HasMasks<V>())
        {
            Kernel<V>(rows, rest)(depth, left.First, left.Row, left.Column, packed, panel, c + full, ldc, rest, accumulate);
        }
        else
        {
            kernel(depth, left.First, left.Row, left.Column, packed, panel, corner, panel, panel, false);
            StoreCorner<V>(corner, rows, rest, c + full, accumulate);
        }
    }

    private static delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, bool, void> Kernel<V>(int rows, int columns)
        where V : unmanaged, IMemoryLanes<V, T> =>
        columns == 2 * V.Width ? MicroKernel.Of<TwoFull, V, T>(rows) : columns > V.Width ? MicroKernel.Of<TwoPartial, V, T>(rows) : MicroKernel.Of<OnePartial, V, T>(rows);

    /// <summary>The last panel's columns where registers have no masks: each tile is made beside c and copied.</summary>
    private void Corners<V>(nint tiles, nint depth, Matrix<T> left, T* packed, int columns, T* corner, T* c, bool accumulate)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int panel = 2 * V.Width;
        for (nint t = 0, i = 0; t < tiles; t++)
        {
            int rows = (int)((m / tiles) + (t < m % tiles ? 1 : 0));
            MicroKernel.Of<TwoFull, V, T>(rows)(depth, left.First + (i * left.Row), left.Row, left.Column, packed, panel, corner, panel, panel, false);
            StoreCorner<V>(corner, rows, columns, c + (i * ldc), accumulate);
            i += rows;
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private void StoreCorner<V>(T* corner, int rows, int columns, T* c, bool accumulate)
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

    /// <summary>Brings C to c0 and says whether the first piece is added to it (beta is not 0) or replaces it.</summary>
    private bool PrepareC<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (IsZero(beta))
        {
            return false;
        }

        if (!IsOne(beta))
        {
            for (nint i = 0; i < m; i++)
            {
                new BinaryScalarLoop<Multiply, T>(c + (i * ldc), beta, c + (i * ldc), n).Run<V>();
            }
        }

        return true;
    }

    private void ClearC()
    {
        for (nint i = 0; i < m; i++)
        {
            for (nint j = 0; j < n; j++)
            {
                c[(i * ldc) + j] = default;
            }
        }
    }

    private static bool IsZero(T x) => typeof(T) == typeof(float) ? *(float*)&x == 0 : *(double*)&x == 0;

    internal static bool IsOne(T x) => typeof(T) == typeof(float) ? *(float*)&x == 1 : *(double*)&x == 1;
}
