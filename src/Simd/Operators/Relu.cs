using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>max(x, 0) as a choice: x where 0 &lt; x, +0 elsewhere, NaN stays NaN. The derivative is 1 where 0 &lt; x and 0 elsewhere, also at 0.</summary>
public readonly struct Relu : IUnaryOp
{
    public static string Name => "relu";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => V.SelectLessOrEqual(x, V.Of(0), V.Of(0), x);

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.SelectLess(V.Of(0), x, V.Of(1), V.Of(0));
}
