using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// |x| with the sign of y, that of a zero included; NaN in x stays NaN. A NaN in y counts as positive, since every NaN equals every other one
/// here, whatever its sign bit. The derivative by x is sign(x) times the sign of y, 0 at x = 0; that by y is 0.
/// </summary>
public readonly struct CopySign : IBinaryOp
{
    public static string Name => "copysign";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x, V y)
        where V : unmanaged, ILanes<V>
    {
        V signBit = V.OfBits(V.IsDouble ? long.MinValue : 0x80000000);
        return V.Or(V.Abs(x), V.SelectEqual(y, y, V.And(y, signBit), V.Of(0)));
    }

    [MethodImpl(Inline)]
    public static V DerivativeX<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.Call<Sign>(x) * V.Call<CopySign>(V.Of(1), y);

    [MethodImpl(Inline)]
    public static V DerivativeY<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.Of(0);
}
