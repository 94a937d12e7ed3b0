using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>One thread's part in bringing an operand's tiles to shared memory: four elements of each.</summary>
internal interface IProductFeed<TSelf, V>
    where TSelf : struct, IProductFeed<TSelf, V>
    where V : unmanaged, ILanes<V>
{
    /// <summary>The four elements of the tile that begins at k = p and is so deep; what lies outside is zero and never used.</summary>
    static abstract Quad<V> Fetch(TSelf feed, int p, int deep);

    /// <summary>Puts the four where they belong in a tile with rows of so many fours.</summary>
    static abstract void Keep(TSelf feed, ArrayView<Quad<V>> tile, int first, int pitch, Quad<V> four);
}

/// <summary>
/// One thread's part in bringing an operand's tiles to shared memory: four elements of each, along k or across it. A tile lies there as
/// rows of one k, so that every thread finds four neighbours of m or n at one place; a spare four at each row's end keeps the banks apart
/// where elements along k are put into four rows.
/// </summary>
internal struct ProductFeed<V> : IProductFeed<ProductFeed<V>, V>
    where V : unmanaged, ILanes<V>
{
    private ArrayView<V> view;

    // Where the four elements of the tile at k = 0 begin, and the steps across and along k.
    private long at;
    private long across;
    private long along;
    private int form;

    // The first of the four inside the tile: of m or n, and of k; how many of m or n there are.
    private int place;
    private int depth;
    private int limit;

    /// <summary>The part of a thread in tiles of width by depth.</summary>
    public static ProductFeed<V> Of(ArrayView<V> view, int form, long start, long across, long along, int thread, int width, int depth, int limit)
    {
        ProductFeed<V> feed = default;
        bool isAlong = (form & ProductForm.Along) != 0;
        int inRow = isAlong ? depth / 4 : width / 4;
        int first = thread / inRow;
        int second = (thread - (first * inRow)) * 4;
        feed.view = view;
        feed.form = form;
        feed.across = across;
        feed.along = along;
        feed.place = isAlong ? first : second;
        feed.depth = isAlong ? second : first;
        feed.limit = limit;
        feed.at = start + (feed.place * across) + (feed.depth * along);
        return feed;
    }

    public static Quad<V> Fetch(ProductFeed<V> feed, int p, int deep)
    {
        var four = new Quad<V>(V.Of(0), V.Of(0), V.Of(0), V.Of(0));
        bool isAlong = (feed.form & ProductForm.Along) != 0;
        int left = isAlong ? deep - feed.depth : feed.limit - feed.place;
        bool isInside = isAlong ? feed.place < feed.limit : feed.depth < deep;
        if (isInside && left > 0)
        {
            long start = feed.at + (p * feed.along);
            long step = isAlong ? feed.along : feed.across;
            if ((feed.form & ProductForm.Vector) != 0 && left >= 4)
            {
                four = feed.view.Cast<Quad<V>>()[start >> 2];
            }
            else
            {
                four.A = feed.view[start];
                if (left > 1)
                {
                    four.B = feed.view[start + step];
                }

                if (left > 2)
                {
                    four.C = feed.view[start + (2 * step)];
                }

                if (left > 3)
                {
                    four.D = feed.view[start + (3 * step)];
                }
            }
        }

        return four;
    }

    public static void Keep(ProductFeed<V> feed, ArrayView<Quad<V>> tile, int first, int pitch, Quad<V> four)
    {
        if ((feed.form & ProductForm.Along) != 0)
        {
            KeepAlong(tile, first, pitch, feed.place, feed.depth, four);
        }
        else
        {
            tile[first + (feed.depth * pitch) + (feed.place / 4)] = four;
        }
    }

    /// <summary>Puts four that follow each other along k into four rows.</summary>
    public static void KeepAlong(ArrayView<Quad<V>> tile, int first, int pitch, int place, int depth, Quad<V> four)
    {
        ArrayView<V> elements = tile.Cast<V>();
        int row = ((first + (depth * pitch)) * 4) + place;
        elements[row] = four.A;
        elements[row + (4 * pitch)] = four.B;
        elements[row + (8 * pitch)] = four.C;
        elements[row + (12 * pitch)] = four.D;
    }
}
