using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>How two lanes become one.</summary>
internal interface IJoin
{
    static abstract V Join<V>(V x, V y)
        where V : unmanaged, ILanes<V>;
}

/// <summary>x + y.</summary>
internal readonly struct SumJoin : IJoin
{
    [MethodImpl(Inline)]
    public static V Join<V>(V x, V y)
        where V : unmanaged, ILanes<V> => x + y;
}

/// <summary>The work across the lanes of one register.</summary>
internal static unsafe class Across
{
    /// <summary>In memory that does not move.</summary>
    private static ReadOnlySpan<float> PlacesSingle => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    private static ReadOnlySpan<double> PlacesDouble => [0, 1, 2, 3, 4, 5, 6, 7];

    /// <summary>0, 1, 2, ... in the lanes.</summary>
    [MethodImpl(Inline)]
    public static V Places<V, T>()
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => V.Load(
            V.IsDouble
                ? (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(PlacesDouble))
                : (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(PlacesSingle)));

    /// <summary>Folds the lanes by halving: lane i takes lane i + half.</summary>
    [MethodImpl(Inline)]
    public static T Fold<TJoin, V, T>(V x)
        where TJoin : struct, IJoin
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (V.Width > 8)
        {
            x = TJoin.Join(x, V.MoveDown(x, 8));
        }

        if (V.Width > 4)
        {
            x = TJoin.Join(x, V.MoveDown(x, 4));
        }

        if (V.Width > 2)
        {
            x = TJoin.Join(x, V.MoveDown(x, 2));
        }

        return V.First(V.Width > 1 ? TJoin.Join(x, V.MoveDown(x, 1)) : x);
    }

    /// <summary>The first lanes, <paramref name="count"/> of them, of one register, and the other's behind them.</summary>
    [MethodImpl(Inline)]
    public static V Present<V, T>(int count, V present, V absent)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> =>
        V.SelectLess(Places<V, T>(), V.Of(count), present, absent);
}
