using ILGPU;
using Onsager.Gpu.Intrinsics;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>An axis of a product that numbers the elements of up to three axes in row-major order: their extents, but for the outermost, and steps.</summary>
internal struct WindowAxis
{
    public int Middle, Inner;
    public long OuterStep, MiddleStep, InnerStep;

    /// <summary>Where the i-th element lies.</summary>
    public readonly WindowPoint At(int i)
    {
        int line = (int)Integer32.Divide((uint)i, (uint)Inner), outer = (int)Integer32.Divide((uint)line, (uint)Middle);
        WindowPoint point = default;
        point.InLine = i - (line * Inner);
        point.Line = line - (outer * Middle);
        point.Offset = (outer * OuterStep) + (point.Line * MiddleStep) + (point.InLine * InnerStep);
        return point;
    }

    /// <summary>Where the next element lies.</summary>
    public readonly WindowPoint Next(WindowPoint point)
    {
        WindowPoint next = point;
        next.InLine++;
        next.Offset += InnerStep;
        if (next.InLine == Inner)
        {
            next.InLine = 0;
            next.Line++;
            next.Offset += MiddleStep - (Inner * InnerStep);
            if (next.Line == Middle)
            {
                next.Line = 0;
                next.Offset += OuterStep - (Middle * MiddleStep);
            }
        }

        return next;
    }
}

/// <summary>An element of such an axis: how far it lies from the first one, and its place in the two inner axes.</summary>
internal struct WindowPoint
{
    public long Offset;
    public int Line, InLine;
}

/// <summary>The axes of windows over images [n, g c, h, w], and of what is multiplied by them.</summary>
internal struct WindowShape
{
    /// <summary>(channels of a group, kernel rows, kernel columns) in an image.</summary>
    public WindowAxis Taps;

    /// <summary>(images, rows, columns) of the result, as steps in the image; of one image where the batch counts images.</summary>
    public WindowAxis Places;

    /// <summary>(images, rows, columns) of a result's gradient.</summary>
    public WindowAxis Sums;

    /// <summary>Channels of a result's gradient.</summary>
    public WindowAxis Rows;

    /// <summary>From a group's biases to the next one's.</summary>
    public int GroupBias;
}

/// <summary>One thread's part in bringing windows [k, places] to shared memory: four neighbouring places of one k, which lie where they lay a step before.</summary>
internal struct PlaceFeed<V> : IProductFeed<PlaceFeed<V>, V>
    where V : unmanaged, ILanes<V>
{
    private ArrayView<V> view;
    private WindowAxis taps;
    private long first;

    // From the first place to the others.
    private int second, third, fourth;
    private int place, depth, limit;

    /// <summary>The part of a thread in a tile from a column on, of which so many exist.</summary>
    public static PlaceFeed<V> Of(ArrayView<V> view, long start, WindowAxis places, WindowAxis taps, int thread, int width, int column, int limit)
    {
        PlaceFeed<V> feed = default;
        feed.view = view;
        feed.taps = taps;
        feed.depth = thread / (width / 4);
        feed.place = (thread - (feed.depth * (width / 4))) * 4;
        feed.limit = limit;
        WindowPoint point = places.At(column + feed.place);
        feed.first = start + point.Offset;
        point = places.Next(point);
        feed.second = (int)(start + point.Offset - feed.first);
        point = places.Next(point);
        feed.third = (int)(start + point.Offset - feed.first);
        point = places.Next(point);
        feed.fourth = (int)(start + point.Offset - feed.first);
        return feed;
    }

    public static Quad<V> Fetch(PlaceFeed<V> feed, int p, int deep)
    {
        var four = new Quad<V>(V.Of(0), V.Of(0), V.Of(0), V.Of(0));
        int left = feed.limit - feed.place;
        if (feed.depth < deep && left > 0)
        {
            long tap = feed.first + feed.taps.At(p + feed.depth).Offset;
            four.A = feed.view[tap];
            if (left > 1)
            {
                four.B = feed.view[tap + feed.second];
            }

            if (left > 2)
            {
                four.C = feed.view[tap + feed.third];
            }

            if (left > 3)
            {
                four.D = feed.view[tap + feed.fourth];
            }
        }

        return four;
    }

    public static void Keep(PlaceFeed<V> feed, ArrayView<Quad<V>> tile, int first, int pitch, Quad<V> four) =>
        tile[first + (feed.depth * pitch) + (feed.place / 4)] = four;
}

/// <summary>One thread's part in bringing [m or n, k] to shared memory, both of them axes of axes: four elements along k.</summary>
internal struct TapFeed<V> : IProductFeed<TapFeed<V>, V>
    where V : unmanaged, ILanes<V>
{
    private ArrayView<V> view;
    private WindowAxis sums;
    private long at;
    private int place, depth, limit;

    /// <summary>The part of a thread in a tile that begins at so many of m or n, of which so many exist.</summary>
    public static TapFeed<V> Of(ArrayView<V> view, long start, WindowAxis across, WindowAxis sums, int thread, int depth, int begin, int limit)
    {
        TapFeed<V> feed = default;
        feed.view = view;
        feed.sums = sums;
        feed.place = thread / (depth / 4);
        feed.depth = (thread - (feed.place * (depth / 4))) * 4;
        feed.limit = limit;
        feed.at = start + across.At(begin + feed.place).Offset;
        return feed;
    }

    public static Quad<V> Fetch(TapFeed<V> feed, int p, int deep)
    {
        var four = new Quad<V>(V.Of(0), V.Of(0), V.Of(0), V.Of(0));
        int left = deep - feed.depth;
        if (feed.place < feed.limit && left > 0)
        {
            WindowPoint point = feed.sums.At(p + feed.depth);
            four.A = feed.view[feed.at + point.Offset];
            if (left > 1)
            {
                point = feed.sums.Next(point);
                four.B = feed.view[feed.at + point.Offset];
            }

            if (left > 2)
            {
                point = feed.sums.Next(point);
                four.C = feed.view[feed.at + point.Offset];
            }

            if (left > 3)
            {
                point = feed.sums.Next(point);
                four.D = feed.view[feed.at + point.Offset];
            }
        }

        return four;
    }

    public static void Keep(TapFeed<V> feed, ArrayView<Quad<V>> tile, int first, int pitch, Quad<V> four) =>
        ProductFeed<V>.KeepAlong(tile, first, pitch, feed.place, feed.depth, four);
}
