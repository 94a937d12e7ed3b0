using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Which element a search is for. Every rule lets NaN win, and gives the same result in any order.</summary>
internal interface IExtreme : IJoin
{
    /// <summary>What is compared of an element.</summary>
    static abstract V Of<V>(V x)
        where V : unmanaged, ILanes<V>;

    /// <summary>x strictly better than y ? yes : no; unordered gives no.</summary>
    static abstract V SelectBetter<V>(V x, V y, V yes, V no)
        where V : unmanaged, ILanes<V>;
}

/// <summary>IEEE 754-2019 maximum.</summary>
internal readonly struct MaximumOf : IExtreme
{
    [MethodImpl(Inline)]
    public static V Of<V>(V x)
        where V : unmanaged, ILanes<V> => x;

    [MethodImpl(Inline)]
    public static V Join<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Max(x, y);

    [MethodImpl(Inline)]
    public static V SelectBetter<V>(V x, V y, V yes, V no)
        where V : unmanaged, ILanes<V> => V.SelectLess(y, x, yes, no);
}

/// <summary>IEEE 754-2019 minimum.</summary>
internal readonly struct MinimumOf : IExtreme
{
    [MethodImpl(Inline)]
    public static V Of<V>(V x)
        where V : unmanaged, ILanes<V> => x;

    [MethodImpl(Inline)]
    public static V Join<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Min(x, y);

    [MethodImpl(Inline)]
    public static V SelectBetter<V>(V x, V y, V yes, V no)
        where V : unmanaged, ILanes<V> => V.SelectLess(x, y, yes, no);
}

/// <summary>The maximum of the magnitudes.</summary>
internal readonly struct MaximumOfMagnitudes : IExtreme
{
    [MethodImpl(Inline)]
    public static V Of<V>(V x)
        where V : unmanaged, ILanes<V> => V.Abs(x);

    [MethodImpl(Inline)]
    public static V Join<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Max(x, y);

    [MethodImpl(Inline)]
    public static V SelectBetter<V>(V x, V y, V yes, V no)
        where V : unmanaged, ILanes<V> => V.SelectLess(y, x, yes, no);
}

/// <summary>The extreme of at least one element, and its place.</summary>
internal static unsafe class Extremes
{
    /// <summary>The extreme of consecutive elements.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static T Of<TExtreme, V, T>(T* x, nint count)
        where TExtreme : struct, IExtreme
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (count < V.Width)
        {
            V few = Across.Present<V, T>((int)count, V.LoadPartial(x, (int)count), V.Broadcast(x[0]));
            return Across.Fold<TExtreme, V, T>(TExtreme.Of(few));
        }

        // An element may be met twice, so the last registers may reach back.
        V m0 = TExtreme.Of(V.Load(x)), m1 = TExtreme.Of(V.Load(x + count - V.Width)), m2 = m0, m3 = m0;
        nint i = 0;
        for (; i + (4 * V.Width) <= count; i += 4 * V.Width)
        {
            m0 = TExtreme.Join(m0, TExtreme.Of(V.Load(x + i)));
            m1 = TExtreme.Join(m1, TExtreme.Of(V.Load(x + i + V.Width)));
            m2 = TExtreme.Join(m2, TExtreme.Of(V.Load(x + i + (2 * V.Width))));
            m3 = TExtreme.Join(m3, TExtreme.Of(V.Load(x + i + (3 * V.Width))));
        }

        for (; i + V.Width <= count; i += V.Width)
        {
            m0 = TExtreme.Join(m0, TExtreme.Of(V.Load(x + i)));
        }

        return Across.Fold<TExtreme, V, T>(TExtreme.Join(TExtreme.Join(m0, m1), TExtreme.Join(m2, m3)));
    }

    /// <summary>The place of the first NaN, or of the first element that equals the extreme; -0 equals +0.</summary>
    public static nint PlaceOf<TExtreme, V, T>(T* x, nint count)
        where TExtreme : struct, IExtreme
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        // Block by block: the extreme of each is found at the speed of memory, and only the best block is searched.
        T best = Of<TExtreme, V, T>(x, nint.Min(count, FixedOrder.Block));
        nint place = 0;
        for (nint start = FixedOrder.Block; start < count && !IsNaN<V, T>(best); start += FixedOrder.Block)
        {
            T next = Of<TExtreme, V, T>(x + start, nint.Min(count - start, FixedOrder.Block));
            if (IsNaN<V, T>(next) || IsBetter<TExtreme, V, T>(next, best))
            {
                best = next;
                place = start;
            }
        }

        return place + FirstEqual<TExtreme, V, T>(x + place, nint.Min(count - place, FixedOrder.Block), best);
    }

    /// <summary>The first place of the extreme (or of any NaN) among at most 4,096 elements, none of which is better and one of which has it.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static nint FirstEqual<TExtreme, V, T>(T* x, nint count, T value)
        where TExtreme : struct, IExtreme
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        bool isNaN = IsNaN<V, T>(value);
        V wanted = V.Broadcast(value);
        nint i = 0;
        if (isNaN)
        {
            for (; i + V.Width <= count && V.AllLess(V.SelectEqual(V.Load(x + i), V.Load(x + i), V.Of(0), V.Of(1)), V.Of(1)); i += V.Width)
            {
            }
        }
        else
        {
            // Whatever is as good as the extreme equals it, so four registers are asked at once: the best of them is worse or is it.
            for (; i + (4 * V.Width) <= count; i += 4 * V.Width)
            {
                V m0 = TExtreme.Join(TExtreme.Of(V.Load(x + i)), TExtreme.Of(V.Load(x + i + V.Width)));
                V m1 = TExtreme.Join(TExtreme.Of(V.Load(x + i + (2 * V.Width))), TExtreme.Of(V.Load(x + i + (3 * V.Width))));
                if (!V.AllLess(TExtreme.SelectBetter(wanted, TExtreme.Join(m0, m1), V.Of(0), V.Of(1)), V.Of(1)))
                {
                    break;
                }
            }
        }

        // The place is in the next four registers, or among the last elements.
        V found = V.Of(FixedOrder.Block), place = Across.Places<V, T>() + V.Of(i);
        nint end = nint.Min(count, i + (4 * V.Width));
        for (; i < end; i += V.Width)
        {
            V next = V.LoadPartial(x + i, (int)nint.Min(V.Width, end - i));
            V here = isNaN ? V.SelectEqual(next, next, found, place) : V.SelectEqual(next, wanted, place, found);

            // Absent lanes read as 0 may equal the value, but their places lie behind every real one.
            found = V.Lesser(found, here);
            place += V.Of(V.Width);
        }

        return ToInteger(Across.Fold<MinimumOf, V, T>(found));
    }

    [MethodImpl(Inline)]
    private static bool IsNaN<V, T>(T value)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => typeof(T) == typeof(float) ? float.IsNaN(*(float*)&value) : double.IsNaN(*(double*)&value);

    [MethodImpl(Inline)]
    private static bool IsBetter<TExtreme, V, T>(T x, T y)
        where TExtreme : struct, IExtreme
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> =>
        ToInteger(V.First(TExtreme.SelectBetter(V.Broadcast(x), V.Broadcast(y), V.Of(1), V.Of(0)))) == 1;

    [MethodImpl(Inline)]
    private static nint ToInteger<T>(T value)
        where T : unmanaged => typeof(T) == typeof(float) ? (nint)(*(float*)&value) : (nint)(*(double*)&value);
}
