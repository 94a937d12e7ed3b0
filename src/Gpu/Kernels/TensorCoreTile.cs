namespace Onsager.Gpu.Kernels;

/// <summary>
/// Where everything lies that a group of 256 threads needs for a tile of 128 x 128 on tensor cores. Shared memory is a ring of three stages, 48 KiB in all, which is what ILGPU can
/// ask for; a stage has 128 rows of 16 elements along k of either operand. The four quarters of a row are exchanged by its number, so that the
/// rows that a warp reads at once lie in different banks. Eight warps stand 2 x 4 in the tile, each with 4 x 4 fragments of 16 x 8.
/// </summary>
internal static class TensorCoreTile
{
    /// <summary>Rows and columns of the tile.</summary>
    public const int Width = 128;

    /// <summary>Steps of k in a stage.</summary>
    public const int Depth = 16;

    /// <summary>Stages of the ring.</summary>
    public const int Stages = 3;

    /// <summary>Threads of a group.</summary>
    public const int Threads = 256;

    /// <summary>Fragments of a warp, down and across.</summary>
    public const int DownTiles = 4, AcrossTiles = 4;

    /// <summary>Bytes of a row, of one operand's stage, of a stage and of the ring.</summary>
    public const int RowBytes = 4 * Depth, OperandBytes = Width * RowBytes, StageBytes = 2 * OperandBytes, RingBytes = Stages * StageBytes;

    /// <summary>Where a quarter of a row lies in an operand's stage, in bytes.</summary>
    public static int Quarter(int row, int quarter) => (row * RowBytes) + ((quarter ^ ((row & 2) | ((row >> 2) & 1))) << 4);

    /// <summary>The first row, and column, of a warp's part of the tile.</summary>
    public static int WarpRow(int thread) => (thread >> 7) * 64;

    /// <summary>The first column.</summary>
    public static int WarpColumn(int thread) => ((thread >> 5) & 3) * 32;

    /// <summary>A thread's row in the fragments of A and of the sums, and its column in those of B: the first of two that are eight apart.</summary>
    public static int Lane(int thread) => (thread & 31) >> 2;

    /// <summary>Where a thread's element of a fragment of TF32 lies from its row on: of the eight steps of k from 8 step on, of their lower or upper half.</summary>
    public static int TensorFloatAt(int thread, int row, int step, int half) => Quarter(row, (2 * step) + half) + ((thread & 3) << 2);

    /// <summary>The same of BF16, the first of two neighbours: of the sixteen steps of k of a stage.</summary>
    public static int BFloatAt(int thread, int row, int half) => Quarter(row, (2 * half) + ((thread & 3) >> 1)) + ((thread & 1) << 3);

    /// <summary>The first of the four sums of a fragment: two neighbours in a row, and two eight rows below.</summary>
    public static int FirstSum(int down, int across) => 4 * ((down * AcrossTiles) + across);

    /// <summary>The column of a fragment's first sum.</summary>
    public static int SumColumn(int thread) => (thread & 3) << 1;
}
