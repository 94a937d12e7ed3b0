using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The loops around the micro-kernel: k in the contract's pieces of 512; columns in blocks whose packed panels fit the cache; rows in
/// tiles; panels. The tile of A is the operand that stays (24 kB of float32), panels of B stream past it from the outer caches.
/// </summary>
internal readonly unsafe struct GemmLoop<T>(nint m, nint n, nint k, T alpha, Matrix<T> a, Matrix<T> b, T beta, T* c, nint ldc) : ILaneLoop<T>
    where T : unmanaged
{
    /// <summary>Where k is cut; part of the contract on bits, not a blocking to be tuned.</summary>
    private const int Piece = 512;

    /// <summary>Bytes of a row of a block of columns: its packed panels take 512 times as much, 4 MiB. Narrower blocks copy A's tiles more often.</summary>
    private const int BlockBytes = 8192;

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

            return;
        }

        int panel = 2 * V.Width;
        nint tile = V.Registers == 32 ? 12 : 6;
        nint tiles = (m + tile - 1) / tile;
        nint blockColumns = BlockBytes / sizeof(T) / panel * panel;
        nint piece = nint.Min(k, Piece);

        // B is packed when enough tiles of A will read it, or when a register cannot be read from it as it is stored.
        bool packB = b.Column != 1 || tiles > 3;
        nint packedB = packB ? nint.Min(blockColumns, (n + panel - 1) / panel * panel) * piece : panel * piece;
        T* scratch = (T*)Scratch.Rent((packedB + (tile * (Piece + 16 + panel))) * sizeof(T));
        T* packedA = scratch + packedB, corner = packedA + (tile * (Piece + 16));
        for (nint p = 0; p < k; p += Piece)
        {
            nint depth = nint.Min(Piece, k - p);
            for (nint j = 0; j < n; j += blockColumns)
            {
                nint width = nint.Min(blockColumns, n - j);
                Matrix<T> block = new(b.First + (p * b.Row) + (j * b.Column), b.Row, b.Column);
                nint direct = packB ? 0 : width / panel * panel;
                Pack.Panels<V, T>(new(block.First + (direct * block.Column), block.Row, block.Column), depth, width - direct, scratch);
                for (nint t = 0, i = 0; t < tiles; t++)
                {
                    int rows = (int)((m / tiles) + (t < m % tiles ? 1 : 0));
                    Matrix<T> rowsOfA = Pack.Tile<V, T>(new(a.First + (i * a.Row) + (p * a.Column), a.Row, a.Column), rows, depth, alpha, packedA);
                    Tile<V>(rows, depth, rowsOfA, block, direct, width, scratch, corner, c + (i * ldc) + j, accumulate);
                    i += rows;
                }
            }

            accumulate = true;
        }
    }

    /// <summary>One tile of rows past all panels of a block: those stored as the kernel reads them first, then the packed ones.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Tile<V>(int rows, nint depth, Matrix<T> rowsOfA, Matrix<T> block, nint direct, nint width, T* packed, T* corner, T* c, bool accumulate)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        delegate*<nint, T*, nint, nint, T*, nint, T*, nint, bool, void> kernel = rows switch
        {
            1 => &MicroKernel.Run<Rows1, V, T>,
            2 => &MicroKernel.Run<Rows2, V, T>,
            3 => &MicroKernel.Run<Rows3, V, T>,
            4 => &MicroKernel.Run<Rows4, V, T>,
            5 => &MicroKernel.Run<Rows5, V, T>,
            6 => &MicroKernel.Run<Rows6, V, T>,
            7 => &MicroKernel.Run<Rows7, V, T>,
            8 => &MicroKernel.Run<Rows8, V, T>,
            9 => &MicroKernel.Run<Rows9, V, T>,
            10 => &MicroKernel.Run<Rows10, V, T>,
            11 => &MicroKernel.Run<Rows11, V, T>,
            _ => &MicroKernel.Run<Rows12, V, T>,
        };
        int panel = 2 * V.Width;
        for (nint j = 0; j < width; j += panel)
        {
            T* source = j < direct ? block.First + j : packed + ((j - direct) * depth);
            nint step = j < direct ? block.Row : panel;
            if (width - j >= panel)
            {
                kernel(depth, rowsOfA.First, rowsOfA.Row, rowsOfA.Column, source, step, c + j, ldc, accumulate);
                continue;
            }

            kernel(depth, rowsOfA.First, rowsOfA.Row, rowsOfA.Column, source, step, corner, panel, false);
            StoreCorner<V>(corner, rows, (int)(width - j), c + j, accumulate);
        }
    }

    /// <summary>The last panel's columns, from a tile of their own.</summary>
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
