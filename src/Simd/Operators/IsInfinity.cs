using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>1 for both infinities, 0 for all else, NaN included. The derivative is 0.</summary>
public readonly struct IsInfinity : IUnaryOp
{
    public static string Name => "isinf";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => V.SelectEqual(V.Abs(x), V.Of(double.PositiveInfinity), V.Of(1), V.Of(0));

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Of(0);
}
