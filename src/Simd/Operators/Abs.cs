using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>|x|: the sign bit cleared, also of zeros, infinities and NaN. The derivative is the sign of x, and 0 at 0.</summary>
public readonly struct Abs : IUnaryOp
{
    public static string Name => "abs";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => V.Abs(x);

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.SelectLess(x, V.Of(0), V.Of(-1), V.SelectLess(V.Of(0), x, V.Of(1), V.Of(0)));
}
