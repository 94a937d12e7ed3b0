using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The integer part, exactly: x without its fraction, with its sign even where it is zero; infinities stand for themselves, NaN stays NaN.
/// The derivative is 0, at the steps too.
/// </summary>
public readonly struct Truncate : IUnaryOp
{
    public static string Name => "trunc";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => V.Or(Floor.Apply(V.Abs(x)), V.And(x, V.OfBits(V.IsDouble ? long.MinValue : 0x80000000)));

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Of(0);
}
