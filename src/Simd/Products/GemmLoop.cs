using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The loops around the micro-kernel: k in the contract's pieces of 512; then, for few rows, panels of columns that all rows pass before the
/// next (B is read once, as it is stored where it can be); for many, blocks of packed columns that stay in the second-level cache while
/// tiles of rows pass them. One row or one column has a form of its own.
/// </summary>
internal readonly unsafe struct GemmLoop<T>(nint m, nint n, nint k, T alpha, Matrix<T> a, Matrix<T> b, T beta, T* c, nint ldc) : ILaneLoop<T>
    where T : unmanaged
{
    /// <summary>Where k is cut; part of the contract on bits, not a blocking to be tuned.</summary>
    internal const int Piece = 512;

    private readonly nint m = m;
    private readonly nint n = n;
    private readonly nint k = k;
    private readonly T alpha = alpha;
    private readonly Matrix<T> a = a;
    private readonly Matrix<T> b = b;
    private readonly T beta = beta;
    private readonly T* c = c;
    private readonly nint ldc = ldc;

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
        else if (!accumulate && TurnsResult<V>())
        {
            Turned<V>();
        }
        else
        {
            nint piece = nint.Min(k, Piece);
            if (PanelLoop.Takes<V, T>(b, m, n, piece))
            {
                ByPanels<V>(PanelLoop.IsDirect<V, T>(b, m, n, piece), piece, accumulate);
            }
            else
            {
                ByBlocks<V>(accumulate);
            }
        }
    }

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

    /// <summary>
    /// Whether few rows, but half a register of them, meet a B stored by columns, so that turning the result takes less than turning B. Columns of B a multiple of 4 KiB
    /// apart are better turned: a tile of them would meet in a few sets of the cache.
    /// </summary>
    private bool TurnsResult<V>()
        where V : unmanaged, IMemoryLanes<V, T> =>
        b.Row == 1 && b.Column != 1 && 2 * m > V.Width && m <= V.Width && n >= 4 * V.Width && IsOne(alpha) && Transpose.Has<V, T>()
        && (b.Column * sizeof(T)) % 4096 != 0;

    /// <summary>C = (op(B)^T op(A)^T)^T: B's columns, contiguous as they are stored, are the rows of a tall product with few columns, which is turned at the end.</summary>
    private void Turned<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint piece = nint.Min(k, Piece);
        bool direct = a.Row == 1;
        T* tall = (T*)Scratch.Rent(((n * m) + (direct ? 0 : PanelLoop.ScratchElements<V, T>(piece))) * sizeof(T));
        for (nint p = 0; p < k; p += Piece)
        {
            Matrix<T> left = new(b.First + (p * b.Row), b.Column, b.Row), right = new(a.First + (p * a.Column), a.Column, a.Row);
            PanelLoop.Run<V, T>(n, m, nint.Min(Piece, k - p), left, right, direct, tall, m, accumulate: p > 0, tall + (n * m));
        }

        // The last strip overlaps the one before, with the same elements.
        for (nint j = 0; j < n; j += V.Width)
        {
            nint first = nint.Min(j, n - V.Width);
            Transpose.Strip<V, T>(tall + (first * m), m, V.Width, m, c + first, ldc);
        }
    }

    /// <summary>Few rows: each panel of columns passes all of them.</summary>
    private void ByPanels<V>(bool direct, nint piece, bool accumulate)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        bool good = Pack.IsGoodTile(a, m, piece, alpha, n > 6 * V.Width ? 99 : (int)(n / (2 * V.Width)));
        nint panel = direct ? 0 : PanelLoop.ScratchElements<V, T>(piece), tile = good ? 0 : Pack.TileElements<T>(m, piece);
        T* scratch = panel + tile == 0 ? null : (T*)Scratch.Rent((panel + tile) * sizeof(T));
        for (nint p = 0; p < k; p += Piece)
        {
            nint depth = nint.Min(Piece, k - p);
            Matrix<T> left = new(a.First + (p * a.Column), a.Row, a.Column);
            if (!good)
            {
                left = Pack.Tile<V, T>(left, m, depth, alpha, scratch + panel);
            }

            PanelLoop.Run<V, T>(m, n, depth, left, new(b.First + (p * b.Row), b.Row, b.Column), direct, c, ldc, accumulate, scratch);
            accumulate = true;
        }
    }

    /// <summary>Many rows: blocks of packed columns, and tile after tile of rows past each. Where A has to be copied, a chunk of its rows is copied once for all blocks.</summary>
    private void ByBlocks<V>(bool accumulate)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int panel = 2 * V.Width, tile = PanelLoop.Tile<V, T>();
        nint piece = nint.Min(k, Piece), tiles = (m + tile - 1) / tile, tileElements = Pack.TileElements<T>(tile, piece);
        bool good = Pack.IsGoodTile(a, tile, piece, alpha, 99);
        nint chunks = good ? 1 : ((tiles * tileElements * sizeof(T)) + ChunkBytes - 1) / ChunkBytes;

        // B's block stays in the second-level cache while A passes it; A comes from farther away, once for each block: of float32 and 1 MiB a twentieth of what the tiles read.
        nint blockColumns = CacheSizes.Second / 2 / (Piece * panel * sizeof(T)) * panel, blocks = (n + blockColumns - 1) / blockColumns;

        // Blocks of about one width: none is left with few columns.
        blockColumns = ((n + blocks - 1) / blocks + panel - 1) / panel * panel;
        nint packedB = (nint.Min(blockColumns, n) + V.Width) * piece, packedA = good ? 0 : ((tiles / chunks) + 2) * tileElements;
        T* scratch = (T*)Scratch.Rent((packedB + packedA) * sizeof(T)), left = scratch + packedB;
        for (nint p = 0; p < k; p += Piece)
        {
            nint depth = nint.Min(Piece, k - p);
            for (nint chunk = 0, i = 0; chunk < chunks; chunk++)
            {
                nint rows = (m / chunks) + (chunk < m % chunks ? 1 : 0);
                Rows part = new(rows, tile);
                Matrix<T> rowsOfA = new(a.First + (i * a.Row) + (p * a.Column), a.Row, a.Column);
                for (nint t = 0; t < part.Tiles && !good; t++)
                {
                    Pack.Tile<V, T>(new(rowsOfA.First + (part.First(t) * a.Row), a.Row, a.Column), part.Count(t), depth, alpha, left + (t * tileElements));
                }

                for (nint j = 0; j < n; j += blockColumns)
                {
                    nint width = nint.Min(blockColumns, n - j);
                    Pack.Panels<V, T>(new(b.First + (p * b.Row) + (j * b.Column), b.Row, b.Column), depth, width, scratch);
                    for (nint t = 0; t < part.Tiles; t++)
                    {
                        nint first = part.First(t), next = part.First(nint.Min(t + 1, part.Tiles - 1));
                        Matrix<T> stored = new(rowsOfA.First + (first * a.Row), a.Row, a.Column);
                        Tile<V>(
                            (int)part.Count(t), depth, good ? stored : Pack.Copied(a, left + (t * tileElements), part.Count(t), depth),
                            good ? rowsOfA.First + (next * a.Row) : null, width, scratch, c + ((i + first) * ldc) + j, accumulate);
                    }
                }

                i += rows;
            }

            accumulate = true;
        }
    }

    /// <summary>One tile of rows past all panels of a block, while the next tile's rows are asked for.</summary>
    private void Tile<V>(int rows, nint depth, Matrix<T> left, T* next, nint width, T* packed, T* c, bool accumulate)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint columns = MicroKernel.Panel<V, T>(width), ahead = next == null ? 0 : depth / nint.Max(1, width / (2 * V.Width)) + 1, asked = 0;
        delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void> kernel = MicroKernel.For<V, T>(rows, 2 * V.Width, far: true);
        for (nint j = 0; j < width; j += columns, packed += columns * depth)
        {
            columns = MicroKernel.Panel<V, T>(width - j);
            if (asked < depth && ahead > 0)
            {
                Pack.Ask(next + (asked * left.Column), left.Row, left.Column, rows, nint.Min(ahead, depth - asked));
                asked += ahead;
            }

            if (columns == 2 * V.Width)
            {
                kernel(depth, left.First, left.Row, left.Column, packed, columns, c + j, ldc, (int)columns, accumulate ? c + j : null, ldc);
            }
            else
            {
                PanelLoop.Tiles<V, T>(
                    rows, depth, left.First, left.Row, left.Column, packed, nint.Max(columns, V.Width), (int)columns, c + j, ldc, accumulate ? c + j : null, ldc, far: true);
            }
        }
    }

    /// <summary>Bytes of A that are copied at once.</summary>
    private const int ChunkBytes = 1 << 22;

    /// <summary>Rows cut into tiles of two sizes, a row apart, the taller ones first: a short last tile would waste its chains' latency.</summary>
    private readonly struct Rows(nint rows, int tile)
    {
        public readonly nint Tiles = (rows + tile - 1) / tile;
        private readonly nint small = rows / ((rows + tile - 1) / tile);
        private readonly nint taller = rows % ((rows + tile - 1) / tile);

        public nint First(nint t) => (t * small) + nint.Min(t, taller);

        public nint Count(nint t) => small + (t < taller ? 1 : 0);
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

    internal static bool IsZero(T x) => typeof(T) == typeof(float) ? *(float*)&x == 0 : typeof(T) == typeof(double) && *(double*)&x == 0;

    internal static bool IsOne(T x) => typeof(T) == typeof(float) ? *(float*)&x == 1 : typeof(T) == typeof(double) && *(double*)&x == 1;
}
