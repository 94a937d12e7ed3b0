using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>The shape and strides of one matrix product; a transposition is a swap of two strides, a batch is the grid's z.</summary>
internal struct ProductShape
{
    public int M, N, K;
    public long RowA, ColumnA, BatchA;
    public long RowB, ColumnB, BatchB;
    public long RowC, ColumnC, BatchC;
    public long StartA, StartB, StartC;

    /// <summary>1 where a is multiplied by alpha, 0 where alpha is 1.</summary>
    public int ScaleA;

    /// <summary>0: C is not read; 1: it is added to; 2: beta times it is added to.</summary>
    public int Beta;
}

/// <summary>
/// C = alpha A B + beta C by the contract: k is cut at every multiple of 512, each piece is one chain of fused multiply-adds from +0,
/// pieces are added in order to c0. A group of 16 x 16 threads makes a tile of 64 x 64, a thread 4 x 4 of it with stride 16, so that
/// neighbours read and write neighbours. k is never padded: the last tile is as deep as it is.
/// </summary>
internal readonly struct ProductKernel<V> : IKernel
    where V : unmanaged, ILanes<V>
{
    // The contract's length of a chain.
    private const int Piece = 512;
    private const int Threads = 16;
    private const int Tile = 64;
    private const int Depth = 16;

    public static void Run(ArrayView<V> a, ArrayView<V> b, ArrayView<V> c, V alpha, V beta, ProductShape shape)
    {
        ArrayView<V> tileA = SharedMemory.Allocate<V>(Tile * Depth);
        ArrayView<V> tileB = SharedMemory.Allocate<V>(Tile * Depth);
        int thread = (Group.IdxY * Threads) + Group.IdxX;
        int row = (Grid.IdxY * Tile) + Group.IdxY;
        int column = (Grid.IdxX * Tile) + Group.IdxX;
        long batchA = shape.StartA + (Grid.IdxZ * shape.BatchA);
        long batchB = shape.StartB + (Grid.IdxZ * shape.BatchB);

        Patch<V> total = Patch<V>.Zero();
        Patch<V> chain = Patch<V>.Zero();
        bool started = false;
        if (shape.Beta != 0)
        {
            total = ReadC(c, beta, shape, row, column);
            started = true;
        }

        for (int p = 0; p < shape.K; p += Depth)
        {
            if (p > 0 && p % Piece == 0)
            {
                total = started ? Patch<V>.Sum(total, chain) : chain;
                started = true;
                chain = Patch<V>.Zero();
            }

            int depth = shape.K - p < Depth ? shape.K - p : Depth;
            for (int e = thread; e < Tile * Depth; e += Threads * Threads)
            {
                int ka = e % Depth;
                int i = (Grid.IdxY * Tile) + (e / Depth);
                V x = V.Of(0);
                if (i < shape.M && ka < depth)
                {
                    x = a[batchA + (i * shape.RowA) + ((p + ka) * shape.ColumnA)];
                }

                if (shape.ScaleA != 0)
                {
                    x = alpha * x;
                }

                tileA[(ka * Tile) + (e / Depth)] = x;

                int kb = e / Tile;
                int j = (Grid.IdxX * Tile) + (e % Tile);
                V y = V.Of(0);
                if (j < shape.N && kb < depth)
                {
                    y = b[batchB + ((p + kb) * shape.RowB) + (j * shape.ColumnB)];
                }

                tileB[e] = y;
            }

            Group.Barrier();
            for (int q = 0; q < depth; q++)
            {
                int ia = (q * Tile) + Group.IdxY;
                int ib = (q * Tile) + Group.IdxX;
                chain = Patch<V>.Fma(
                    chain,
                    new Quad<V>(tileA[ia], tileA[ia + Threads], tileA[ia + (2 * Threads)], tileA[ia + (3 * Threads)]),
                    new Quad<V>(tileB[ib], tileB[ib + Threads], tileB[ib + (2 * Threads)], tileB[ib + (3 * Threads)]));
            }

            Group.Barrier();
        }

        total = started ? Patch<V>.Sum(total, chain) : chain;
        WriteRow(c, shape, row, column, total.R0);
        WriteRow(c, shape, row + Threads, column, total.R1);
        WriteRow(c, shape, row + (2 * Threads), column, total.R2);
        WriteRow(c, shape, row + (3 * Threads), column, total.R3);
    }

    private static Patch<V> ReadC(ArrayView<V> c, V beta, ProductShape shape, int row, int column) => new()
    {
        R0 = ReadRow(c, beta, shape, row, column),
        R1 = ReadRow(c, beta, shape, row + Threads, column),
        R2 = ReadRow(c, beta, shape, row + (2 * Threads), column),
        R3 = ReadRow(c, beta, shape, row + (3 * Threads), column),
    };

    private static Quad<V> ReadRow(ArrayView<V> c, V beta, ProductShape shape, int row, int column) => new(
        ReadOne(c, beta, shape, row, column),
        ReadOne(c, beta, shape, row, column + Threads),
        ReadOne(c, beta, shape, row, column + (2 * Threads)),
        ReadOne(c, beta, shape, row, column + (3 * Threads)));

    private static V ReadOne(ArrayView<V> c, V beta, ProductShape shape, int row, int column)
    {
        V x = V.Of(0);
        if (row < shape.M && column < shape.N)
        {
            x = c[shape.StartC + (Grid.IdxZ * shape.BatchC) + (row * shape.RowC) + (column * shape.ColumnC)];
            if (shape.Beta == 2)
            {
                x = beta * x;
            }
        }

        return x;
    }

    private static void WriteRow(ArrayView<V> c, ProductShape shape, int row, int column, Quad<V> x)
    {
        WriteOne(c, shape, row, column, x.A);
        WriteOne(c, shape, row, column + Threads, x.B);
        WriteOne(c, shape, row, column + (2 * Threads), x.C);
        WriteOne(c, shape, row, column + (3 * Threads), x.D);
    }

    private static void WriteOne(ArrayView<V> c, ProductShape shape, int row, int column, V x)
    {
        if (row < shape.M && column < shape.N)
        {
            c[shape.StartC + (Grid.IdxZ * shape.BatchC) + (row * shape.RowC) + (column * shape.ColumnC)] = x;
        }
    }
}
