using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>z where x is the largest of its window, y; 0 elsewhere; NaN for all elements of a window with NaN.</summary>
internal readonly struct WhereMaximum : ITernaryOp
{
    public static string Name => "max_pool";

    public static double MaxUlpSingle => 0;

    public static double MaxUlpDouble => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.SelectEqual(x, y, z, V.SelectEqual(y, y, V.Of(0), y));

    public static V DerivativeX<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw Pooling.NoDerivative();

    public static V DerivativeY<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw Pooling.NoDerivative();

    public static V DerivativeZ<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw Pooling.NoDerivative();
}

/// <summary>z + 1 where x is the largest of its window, y; z elsewhere.</summary>
internal readonly struct CountMaximum : ITernaryOp
{
    public static string Name => "max_pool";

    public static double MaxUlpSingle => 0;

    public static double MaxUlpDouble => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.SelectEqual(x, y, z + V.Of(1), z);

    public static V DerivativeX<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw Pooling.NoDerivative();

    public static V DerivativeY<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw Pooling.NoDerivative();

    public static V DerivativeZ<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw Pooling.NoDerivative();
}
