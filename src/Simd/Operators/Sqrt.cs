using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>The square root, correctly rounded: sqrt(-0) = -0, sqrt(+infinity) = +infinity, negative numbers give NaN, NaN stays NaN.</summary>
public readonly struct Sqrt : IUnaryOp
{
    public static string Name => "sqrt";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => V.Sqrt(x);

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Of(0.5) / y;
}
