using ILGPU;
using Onsager.Gpu.Intrinsics;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>Which tile of which product of the batch a group of threads makes.</summary>
internal struct ProductPlace
{
    // Rows of tiles that are done together, so that groups which run at the same time share what they read.
    private const int Band = 8;

    /// <summary>The product's place among the inner ones, and which of the outer ones it is.</summary>
    public int Inner, Outer;

    /// <summary>The tile's first row and column.</summary>
    public int Row, Column;

    /// <summary>The place of the running group: tiles in bands of eight rows, column by column inside a band.</summary>
    public static ProductPlace Of(ProductShape shape, int width)
    {
        ProductPlace own = default;
        own.Outer = (int)Integer32.Divide((uint)(shape.First + Grid.IdxZ), (uint)shape.Inner);
        own.Inner = shape.First + Grid.IdxZ - (own.Outer * shape.Inner);
        int band = (int)Integer32.Divide((uint)Grid.IdxX, (uint)(Band * shape.TilesN));
        int bandRows = shape.TilesM - (band * Band) < Band ? shape.TilesM - (band * Band) : Band;
        int inBand = Grid.IdxX - (band * Band * shape.TilesN);
        int tileColumn = (int)Integer32.Divide((uint)inBand, (uint)bandRows);
        own.Row = ((band * Band) + inBand - (tileColumn * bandRows)) * width;
        own.Column = tileColumn * width;
        return own;
    }
}

/// <summary>
/// The work of a group of threads on one tile of C = alpha A B + beta C by the contract: k is cut at every multiple of 512, each piece is one chain
/// of fused multiply-adds from +0, pieces are added in order to c0. While the group multiplies what lies in one half of shared memory, the next
/// elements are on their way from global memory to registers, and go to the other half afterwards. k is never padded: the last step is as deep
/// as it is. Where the operands' elements come from is the feeds' affair.
/// </summary>
internal static class ProductLoop
{
    // The contract's length of a chain.
    private const int Piece = 512;

    // Twice the largest depth times pitch of a tile, in fours.
    private const int Stage = 2 * 16 * 17;

    /// <summary>Makes the tile.</summary>
    public static void Run<TTile, TFeedA, TFeedB, TEnd, V>(
        TFeedA feedA, TFeedB feedB, ArrayView<V> c, ArrayView<V> bias, V alpha, V beta, ProductShape shape, ProductPlace own)
        where TTile : unmanaged, ITile<TTile, V>
        where TFeedA : struct, IProductFeed<TFeedA, V>
        where TFeedB : struct, IProductFeed<TFeedB, V>
        where TEnd : struct, IProductEnd
        where V : unmanaged, ILanes<V>
    {
        ArrayView<Quad<V>> stageA = SharedMemory.Allocate<Quad<V>>(Stage);
        ArrayView<Quad<V>> stageB = SharedMemory.Allocate<Quad<V>>(Stage);

        // A warp covers four fours by eight.
        int thread = Group.IdxX, warp = thread / 32, lane = thread % 32, across = TTile.Side / 8;
        int x = (warp % across * 8) + (lane % 8), y = (warp / across * 4) + (lane / 8);
        int pitch = (TTile.Width / 4) + 1, half = 0;
        for (int piece = 0; piece < shape.K; piece += Piece)
        {
            int end = shape.K - piece < Piece ? shape.K : piece + Piece;
            TTile chain = TTile.Zero();
            Quad<V> nextA = TFeedA.Fetch(feedA, piece, end - piece), nextB = TFeedB.Fetch(feedB, piece, end - piece);
            TFeedA.Keep(feedA, stageA, half * TTile.Depth * pitch, pitch, Scaled(nextA, alpha, shape.ScaleA));
            TFeedB.Keep(feedB, stageB, half * TTile.Depth * pitch, pitch, nextB);
            Group.Barrier();
            for (int p = piece; p < end; p += TTile.Depth)
            {
                int next = p + TTile.Depth;
                if (next < end)
                {
                    nextA = TFeedA.Fetch(feedA, next, end - next);
                    nextB = TFeedB.Fetch(feedB, next, end - next);
                }

                int first = half * TTile.Depth * pitch;
                ArrayView<Quad<V>> ownA = stageA.SubView(first + y), ownB = stageB.SubView(first + x);
                if (next <= end)
                {
                    // By hand: ptxas leaves a loop of this size as it is, and then waits for shared memory in every step.
                    for (int q = 0; q < TTile.Depth; q += 8)
                    {
                        int at = q * pitch;
                        chain = TTile.Step(chain, ownA, ownB, at);
                        chain = TTile.Step(chain, ownA, ownB, at + pitch);
                        chain = TTile.Step(chain, ownA, ownB, at + (2 * pitch));
                        chain = TTile.Step(chain, ownA, ownB, at + (3 * pitch));
                        chain = TTile.Step(chain, ownA, ownB, at + (4 * pitch));
                        chain = TTile.Step(chain, ownA, ownB, at + (5 * pitch));
                        chain = TTile.Step(chain, ownA, ownB, at + (6 * pitch));
                        chain = TTile.Step(chain, ownA, ownB, at + (7 * pitch));
                    }
                }
                else
                {
                    for (int q = 0; q < end - p; q++)
                    {
                        chain = TTile.Step(chain, ownA, ownB, q * pitch);
                    }
                }

                half = 1 - half;
                if (next < end)
                {
                    TFeedA.Keep(feedA, stageA, half * TTile.Depth * pitch, pitch, Scaled(nextA, alpha, shape.ScaleA));
                    TFeedB.Keep(feedB, stageB, half * TTile.Depth * pitch, pitch, nextB);
                }

                Group.Barrier();
            }

            TTile.Finish<TEnd>(chain, Result(c, bias, beta, shape, own, piece, end), own.Row, own.Column, x, y);
        }
    }

    private static Quad<V> Scaled<V>(Quad<V> four, V alpha, int scale)
        where V : unmanaged, ILanes<V>
    {
        Quad<V> scaled = four;
        if (scale != 0)
        {
            scaled = new Quad<V>(alpha * four.A, alpha * four.B, alpha * four.C, alpha * four.D);
        }

        return scaled;
    }

    private static ProductResult<V> Result<V>(ArrayView<V> c, ArrayView<V> bias, V beta, ProductShape shape, ProductPlace own, int piece, int end)
        where V : unmanaged, ILanes<V> => new()
        {
            C = c,
            Bias = bias,
            Beta = beta,
            Start = shape.StartC + (own.Inner * shape.BatchC) + (own.Outer * shape.OuterC),
            Row = shape.RowC,
            Column = shape.ColumnC,
            BiasStart = shape.StartBias,
            BiasRow = shape.RowBias,
            BiasColumn = shape.ColumnBias,
            M = shape.M,
            N = shape.N,
            Form = shape.FormC,
            Before = piece == 0 ? shape.Beta : 1,
            IsLast = end == shape.K ? 1 : 0,
        };
}
