using ILGPU;
using Onsager.Gpu.Intrinsics;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>
/// The same product for very few rows, batch 1 above all, which reads every element of B for a single multiply-add. Each thread makes one
/// column's chain; since a chain ends at every multiple of 512 in k, others of its group make those of the next pieces at the same time, and
/// the sums are taken in order afterwards. The grid's x counts 32 columns of a row.
/// </summary>
internal readonly struct RowProductKernel<TEnd, V> : IKernel
    where TEnd : struct, IProductEnd
    where V : unmanaged, ILanes<V>
{
    /// <summary>Columns of a group: neighbours in x.</summary>
    public const int Columns = 32;

    /// <summary>The most pieces that a group makes at once: its extent in y.</summary>
    public const int MostPieces = 8;

    // The contract's length of a chain.
    private const int Piece = 512;

    // Steps of k that are brought to shared memory at once where B lies along k; a spare column keeps the banks apart.
    private const int Depth = 16;
    private const int Pitch = Columns + 1;

    public static void Run(ArrayView<V> a, ArrayView<V> b, ArrayView<V> c, ArrayView<V> bias, V alpha, V beta, ProductShape shape)
    {
        ArrayView<V> chains = SharedMemory.Allocate<V>(Columns * MostPieces);
        ArrayView<V> stage = SharedMemory.Allocate<V>(Pitch * Depth * MostPieces);
        int slot = Group.IdxY;
        int outer = (int)Integer32.Divide((uint)(shape.First + Grid.IdxZ), (uint)shape.Inner);
        int place = shape.First + Grid.IdxZ - (outer * shape.Inner);
        int row = (int)Integer32.Divide((uint)Grid.IdxX, (uint)shape.TilesN);
        int first = (Grid.IdxX - (row * shape.TilesN)) * Columns;
        int column = first + Group.IdxX;
        long fromA = shape.StartA + (place * shape.BatchA) + (outer * shape.OuterA) + (row * shape.RowA);
        long fromB = shape.StartB + (place * shape.BatchB) + (outer * shape.OuterB);
        long at = shape.StartC + (place * shape.BatchC) + (outer * shape.OuterC) + (row * shape.RowC) + (column * shape.ColumnC);

        var result = new ProductResult<V>
        {
            C = c,
            Bias = bias,
            Beta = beta,
            BiasStart = shape.StartBias,
            BiasRow = shape.RowBias,
            BiasColumn = shape.ColumnBias,
            M = shape.M,
            N = shape.N,
        };
        for (int round = 0; round < shape.K; round += Piece * Group.DimY)
        {
            int start = round + (slot * Piece);
            int length = shape.K - start < Piece ? shape.K - start : Piece;
            V chain = (shape.FormB & ProductForm.Along) != 0
                ? Staged(a, b, stage, slot * Pitch * Depth, alpha, shape, fromA, fromB, start, length, first)
                : Direct(a, b, alpha, shape, fromA, fromB, start, length, column);
            chains[(slot * Columns) + Group.IdxX] = chain;
            Group.Barrier();
            if (slot == 0)
            {
                for (int other = 0; other < Group.DimY && round + (other * Piece) < shape.K; other++)
                {
                    int piece = round + (other * Piece);
                    result.Before = piece == 0 ? shape.Beta : 1;
                    result.IsLast = shape.K - piece <= Piece ? 1 : 0;
                    result.AddOne<TEnd>(row, column, at, chains[(other * Columns) + Group.IdxX]);
                }
            }

            Group.Barrier();
        }
    }

    /// <summary>A chain whose elements of B lie beside those of the neighbours' chains.</summary>
    private static V Direct(ArrayView<V> a, ArrayView<V> b, V alpha, ProductShape shape, long fromA, long fromB, int start, int length, int column)
    {
        V chain = V.Of(0);
        if (column < shape.N)
        {
            long atA = fromA + (start * shape.ColumnA), atB = fromB + (start * shape.RowB) + (column * shape.ColumnB);
            for (int p = 0; p < length; p++)
            {
                chain = V.Fma(Scaled(a[atA + (p * shape.ColumnA)], alpha, shape.ScaleA), b[atB + (p * shape.RowB)], chain);
            }
        }

        return chain;
    }

    /// <summary>A chain whose elements of B lie one after the other: threads fetch neighbours, 16 along k of two columns at once, and find theirs in shared memory.</summary>
    private static V Staged(
        ArrayView<V> a, ArrayView<V> b, ArrayView<V> stage, int tile, V alpha, ProductShape shape, long fromA, long fromB, int start, int length, int first)
    {
        int lane = Group.IdxX, deep = lane % Depth, side = lane / Depth;
        int most = shape.K < Piece ? shape.K : Piece;
        V chain = V.Of(0);
        for (int p = 0; p < most; p += Depth)
        {
            for (int column = side; column < Columns; column += Columns / Depth)
            {
                if (p + deep < length && first + column < shape.N)
                {
                    stage[tile + (deep * Pitch) + column] = b[fromB + ((start + p + deep) * shape.RowB) + ((first + column) * shape.ColumnB)];
                }
            }

            Group.Barrier();
            for (int q = 0; q < Depth && p + q < length; q++)
            {
                chain = V.Fma(Scaled(a[fromA + ((start + p + q) * shape.ColumnA)], alpha, shape.ScaleA), stage[tile + (q * Pitch) + lane], chain);
            }

            Group.Barrier();
        }

        return chain;
    }

    private static V Scaled(V x, V alpha, int scale)
    {
        V scaled = x;
        if (scale != 0)
        {
            scaled = alpha * x;
        }

        return scaled;
    }
}
