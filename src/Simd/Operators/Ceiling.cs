using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The smallest integer that is not below x, exactly: -0 for x in (-1, -0], infinities stand for themselves, NaN stays NaN. The derivative
/// is 0, at the steps too.
/// </summary>
public readonly struct Ceiling : IUnaryOp
{
    public static string Name => "ceil";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => -Floor.Apply(-x);

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Of(0);
}
