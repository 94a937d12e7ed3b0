using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>
/// One thread's part in bringing an operand's tiles to shared memory: four elements of each, along k or across it. A tile lies there as
/// rows of one k, so that every thread finds four neighbours of m or n at one place; a spare four at each row's end keeps the banks apart
/// where elements along k are put into four rows.
/// </summary>
internal struct ProductFeed<V>
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

    /// <summary>The four elements of the tile that begins at k = p and is so deep; what lies outside is zero and never used.</summary>
    public readonly Quad<V> Fetch(int p, int deep)
    {
        var four = new Quad<V>(V.Of(0), V.Of(0), V.Of(0), V.Of(0));
        bool isAlong = (form & ProductForm.Along) != 0;
        int left = isAlong ? deep - depth : limit - place;
        bool isInside = isAlong ? place < limit : depth < deep;
        if (isInside && left > 0)
        {
            long start = at + (p * along);
            long step = isAlong ? along : across;
            if ((form & ProductForm.Vector) != 0 && left >= 4)
            {
                four = view.Cast<Quad<V>>()[start >> 2];
            }
            else
            {
                four.A = view[start];
                if (left > 1)
                {
                    four.B = view[start + step];
                }

                if (left > 2)
                {
                    four.C = view[start + (2 * step)];
                }

                if (left > 3)
                {
                    four.D = view[start + (3 * step)];
                }
            }
        }

        return four;
    }

    /// <summary>Puts the four where they belong in a tile with rows of so many fours.</summary>
    public readonly void Keep(ArrayView<Quad<V>> tile, int first, int pitch, Quad<V> four)
    {
        if ((form & ProductForm.Along) != 0)
        {
            ArrayView<V> elements = tile.Cast<V>();
            int row = ((first + (depth * pitch)) * 4) + place;
            elements[row] = four.A;
            elements[row + (4 * pitch)] = four.B;
            elements[row + (8 * pitch)] = four.C;
            elements[row + (12 * pitch)] = four.D;
        }
        else
        {
            tile[first + (depth * pitch) + (place / 4)] = four;
        }
    }
}
