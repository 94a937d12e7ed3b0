using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The nearest integer, a tie going to the even one, exactly: zeros keep their sign, -0.5 gives -0, infinities stand for themselves, NaN
/// stays NaN. The derivative is 0, at the steps too.
/// </summary>
public readonly struct Round : IUnaryOp
{
    public static string Name => "round";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => V.Round(x);

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Of(0);
}
