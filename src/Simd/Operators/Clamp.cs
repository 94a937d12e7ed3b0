using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// x within [y, z], as minimum(maximum(x, y), z) of IEEE 754-2019: NaN wherever it stands wins, and bounds in the wrong order give z, as
/// the array API and libtorch have it; -0 counts as below +0. The derivative goes to x within the bounds and at them, else to the bound
/// that was taken.
/// </summary>
public readonly struct Clamp : ITernaryOp
{
    public static string Name => "clamp";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.Min(V.Max(x, y), z);

    [MethodImpl(Inline)]
    public static V DerivativeX<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => V.SelectLessOrEqual(y, x, V.SelectLessOrEqual(x, z, V.Of(1), V.Of(0)), V.Of(0));

    [MethodImpl(Inline)]
    public static V DerivativeY<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => V.SelectLess(x, y, V.SelectLessOrEqual(y, z, V.Of(1), V.Of(0)), V.Of(0));

    [MethodImpl(Inline)]
    public static V DerivativeZ<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => V.SelectLess(z, x, V.Of(1), V.SelectLess(z, y, V.Of(1), V.Of(0)));
}
