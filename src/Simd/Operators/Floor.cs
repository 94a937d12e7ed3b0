using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The largest integer that is not above x, exactly: -0 and infinities stand for themselves, NaN stays NaN. The derivative is 0, at the
/// steps too.
/// </summary>
/// <remarks>The nearest integer, less 1 where it lies above x: then |x| is below 2^23 (float32) or 2^52, and the subtraction exact.</remarks>
public readonly struct Floor : IUnaryOp
{
    public static string Name => "floor";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V nearest = V.Round(x);
        return V.SelectLess(x, nearest, nearest - V.Of(1), nearest);
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Of(0);
}
