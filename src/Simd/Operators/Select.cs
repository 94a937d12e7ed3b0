using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>y where the condition x is not 0 (NaN counts as true, as in C), z where it is: the choice copies bits, NaN included.</summary>
public readonly struct Select : ITernaryOp
{
    public static string Name => "select";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.SelectEqual(x, V.Of(0), z, y);

    [MethodImpl(Inline)]
    public static V DerivativeX<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => V.Of(0);

    [MethodImpl(Inline)]
    public static V DerivativeY<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => V.SelectEqual(x, V.Of(0), V.Of(0), V.Of(1));

    [MethodImpl(Inline)]
    public static V DerivativeZ<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => V.SelectEqual(x, V.Of(0), V.Of(1), V.Of(0));
}
