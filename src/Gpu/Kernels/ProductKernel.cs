using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Intrinsics;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>
/// C = alpha A B + beta C by the contract: k is cut at every multiple of 512, each piece is one chain of fused multiply-adds from +0,
/// pieces are added in order to c0. A group of threads makes one tile: while it multiplies what lies in one half of shared memory, the
/// next elements are on their way from global memory to registers, and go to the other half afterwards. k is never padded: the last step
/// is as deep as it is.
/// </summary>
internal readonly struct ProductKernel<TTile, TEnd, V> : IKernel
    where TTile : unmanaged, ITile<TTile, V>
    where TEnd : struct, IProductEnd
    where V : unmanaged, ILanes<V>
{
    // The contract's length of a chain.
    private const int Piece = 512;

    // Twice the largest depth times pitch of a tile, in fours.
    private const int Stage = 2 * 16 * 17;

    // Rows of tiles that are done together, so that groups which run at the same time share what they read.
    private const int Band = 8;

    /// <summary>
    /// Two groups of a large tile's 256 threads leave 128 registers for each, which float32 needs. float64 needs twice as many; an operator
    /// behind the product is left to ptxas, which finds 128 enough by itself, but spills when it is told to.
    /// </summary>
    public static KernelSpecialization Bounds => TTile.Width == 128 && !V.IsDouble && !TEnd.HasBias ? new(256, 2) : default;

    public static void Run(ArrayView<V> a, ArrayView<V> b, ArrayView<V> c, ArrayView<V> bias, V alpha, V beta, ProductShape shape)
    {
        ArrayView<Quad<V>> stageA = SharedMemory.Allocate<Quad<V>>(Stage);
        ArrayView<Quad<V>> stageB = SharedMemory.Allocate<Quad<V>>(Stage);
        int thread = Group.IdxX;
        int outer = (int)Integer32.Divide((uint)(shape.First + Grid.IdxZ), (uint)shape.Inner);
        int place = shape.First + Grid.IdxZ - (outer * shape.Inner);

        // Tiles in bands of eight rows, column by column inside a band.
        int band = (int)Integer32.Divide((uint)Grid.IdxX, (uint)(Band * shape.TilesN));
        int bandRows = shape.TilesM - (band * Band) < Band ? shape.TilesM - (band * Band) : Band;
        int inBand = Grid.IdxX - (band * Band * shape.TilesN);
        int tileColumn = (int)Integer32.Divide((uint)inBand, (uint)bandRows);
        int row = ((band * Band) + inBand - (tileColumn * bandRows)) * TTile.Width;
        int column = tileColumn * TTile.Width;

        ProductFeed<V> feedA = ProductFeed<V>.Of(
            a, shape.FormA, shape.StartA + (place * shape.BatchA) + (outer * shape.OuterA) + (row * shape.RowA), shape.RowA, shape.ColumnA,
            thread, TTile.Width, TTile.Depth, shape.M - row);
        ProductFeed<V> feedB = ProductFeed<V>.Of(
            b, shape.FormB, shape.StartB + (place * shape.BatchB) + (outer * shape.OuterB) + (column * shape.ColumnB), shape.ColumnB, shape.RowB,
            thread, TTile.Width, TTile.Depth, shape.N - column);

        // A warp covers four fours by eight.
        int warp = thread / 32, lane = thread % 32, across = TTile.Side / 8;
        int x = (warp % across * 8) + (lane % 8), y = (warp / across * 4) + (lane / 8);
        int pitch = (TTile.Width / 4) + 1, half = 0;
        for (int piece = 0; piece < shape.K; piece += Piece)
        {
            int end = shape.K - piece < Piece ? shape.K : piece + Piece;
            TTile chain = TTile.Zero();
            Quad<V> nextA = feedA.Fetch(piece, end - piece), nextB = feedB.Fetch(piece, end - piece);
            Keep(feedA, feedB, stageA, stageB, half, pitch, alpha, shape.ScaleA, nextA, nextB);
            Group.Barrier();
            for (int p = piece; p < end; p += TTile.Depth)
            {
                int next = p + TTile.Depth;
                if (next < end)
                {
                    nextA = feedA.Fetch(next, end - next);
                    nextB = feedB.Fetch(next, end - next);
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
                    Keep(feedA, feedB, stageA, stageB, half, pitch, alpha, shape.ScaleA, nextA, nextB);
                }

                Group.Barrier();
            }

            TTile.Finish<TEnd>(chain, Result(c, bias, beta, shape, place, outer, piece, end), row, column, x, y);
        }
    }

    private static void Keep(
        ProductFeed<V> feedA, ProductFeed<V> feedB, ArrayView<Quad<V>> stageA, ArrayView<Quad<V>> stageB, int half, int pitch, V alpha, int scale, Quad<V> nextA, Quad<V> nextB)
    {
        Quad<V> scaled = nextA;
        if (scale != 0)
        {
            scaled = new Quad<V>(alpha * nextA.A, alpha * nextA.B, alpha * nextA.C, alpha * nextA.D);
        }

        feedA.Keep(stageA, half * TTile.Depth * pitch, pitch, scaled);
        feedB.Keep(stageB, half * TTile.Depth * pitch, pitch, nextB);
    }

    private static ProductResult<V> Result(ArrayView<V> c, ArrayView<V> bias, V beta, ProductShape shape, int place, int outer, int piece, int end) => new()
    {
        C = c,
        Bias = bias,
        Beta = beta,
        Start = shape.StartC + (place * shape.BatchC) + (outer * shape.OuterC),
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
