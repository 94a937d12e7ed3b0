using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>x * x, rounded once; exact infinities, NaN stays NaN.</summary>
public readonly struct Square : IUnaryOp
{
    public static string Name => "square";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => x * x;

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => x + x;
}
