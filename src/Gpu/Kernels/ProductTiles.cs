using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>The chains of one thread, and the tile that a group of such threads makes. Each thread fetches four elements of either operand for a tile.</summary>
internal interface ITile<TSelf, V>
    where TSelf : unmanaged, ITile<TSelf, V>
    where V : unmanaged, ILanes<V>
{
    /// <summary>Threads along a side of the tile.</summary>
    static abstract int Side { get; }

    /// <summary>Rows and columns of the tile.</summary>
    static abstract int Width { get; }

    /// <summary>Steps of k that are brought to shared memory at once.</summary>
    static abstract int Depth { get; }

    /// <summary>Chains before their first term.</summary>
    static abstract TSelf Zero();

    /// <summary>One step of every chain; a and b begin where the thread's own four are at the tile's first k.</summary>
    static abstract TSelf Step(TSelf chain, ArrayView<Quad<V>> a, ArrayView<Quad<V>> b, int at);

    /// <summary>Gives the chains to the result; row and column are the tile's first.</summary>
    static abstract void Finish<TEnd>(TSelf chain, ProductResult<V> result, int row, int column, int x, int y)
        where TEnd : struct, IProductEnd;
}

/// <summary>32 x 32 by 64 threads, 4 x 4 chains each: for few rows and columns.</summary>
internal struct Tile32<V> : ITile<Tile32<V>, V>
    where V : unmanaged, ILanes<V>
{
    private Patch<V> patch;

    public static int Side => 8;

    public static int Width => 32;

    public static int Depth => 8;

    public static Tile32<V> Zero() => new() { patch = Patch<V>.Zero() };

    public static Tile32<V> Step(Tile32<V> chain, ArrayView<Quad<V>> a, ArrayView<Quad<V>> b, int at) =>
        new() { patch = Patch<V>.Fma(chain.patch, a[at], b[at]) };

    public static void Finish<TEnd>(Tile32<V> chain, ProductResult<V> result, int row, int column, int x, int y)
        where TEnd : struct, IProductEnd => Patch<V>.Finish<TEnd>(chain.patch, result, row + (4 * y), column + (4 * x));
}

/// <summary>64 x 64 by 256 threads, 4 x 4 chains each: where larger tiles would leave multiprocessors without work.</summary>
internal struct Tile64<V> : ITile<Tile64<V>, V>
    where V : unmanaged, ILanes<V>
{
    private Patch<V> patch;

    public static int Side => 16;

    public static int Width => 64;

    public static int Depth => 16;

    public static Tile64<V> Zero() => new() { patch = Patch<V>.Zero() };

    public static Tile64<V> Step(Tile64<V> chain, ArrayView<Quad<V>> a, ArrayView<Quad<V>> b, int at) =>
        new() { patch = Patch<V>.Fma(chain.patch, a[at], b[at]) };

    public static void Finish<TEnd>(Tile64<V> chain, ProductResult<V> result, int row, int column, int x, int y)
        where TEnd : struct, IProductEnd => Patch<V>.Finish<TEnd>(chain.patch, result, row + (4 * y), column + (4 * x));
}

/// <summary>128 x 128 by 256 threads, 8 x 8 chains each, as four patches half a tile apart: 64 multiply-adds for four reads of fours.</summary>
internal struct Tile128<V> : ITile<Tile128<V>, V>
    where V : unmanaged, ILanes<V>
{
    private const int Half = 64;

    private Patch<V> topLeft;
    private Patch<V> topRight;
    private Patch<V> bottomLeft;
    private Patch<V> bottomRight;

    public static int Side => 16;

    public static int Width => 128;

    public static int Depth => 8;

    public static Tile128<V> Zero() => new()
    {
        topLeft = Patch<V>.Zero(),
        topRight = Patch<V>.Zero(),
        bottomLeft = Patch<V>.Zero(),
        bottomRight = Patch<V>.Zero(),
    };

    public static Tile128<V> Step(Tile128<V> chain, ArrayView<Quad<V>> a, ArrayView<Quad<V>> b, int at)
    {
        Quad<V> top = a[at], bottom = a[at + (Half / 4)], left = b[at], right = b[at + (Half / 4)];
        return new()
        {
            topLeft = Patch<V>.Fma(chain.topLeft, top, left),
            topRight = Patch<V>.Fma(chain.topRight, top, right),
            bottomLeft = Patch<V>.Fma(chain.bottomLeft, bottom, left),
            bottomRight = Patch<V>.Fma(chain.bottomRight, bottom, right),
        };
    }

    public static void Finish<TEnd>(Tile128<V> chain, ProductResult<V> result, int row, int column, int x, int y)
        where TEnd : struct, IProductEnd
    {
        int top = row + (4 * y), left = column + (4 * x);
        Patch<V>.Finish<TEnd>(chain.topLeft, result, top, left);
        Patch<V>.Finish<TEnd>(chain.topRight, result, top, left + Half);
        Patch<V>.Finish<TEnd>(chain.bottomLeft, result, top + Half, left);
        Patch<V>.Finish<TEnd>(chain.bottomRight, result, top + Half, left + Half);
    }
}
