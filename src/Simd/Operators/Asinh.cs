using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The inverse hyperbolic sine over all inputs: 1.88 ulp over all float32 inputs, 1.63 ulp over 10^6 float64 points. Odd to the bit, keeps
/// zeros, their signs and subnormals; infinities stay themselves, NaN stays NaN.
/// </summary>
/// <remarks>
/// log1p(t) with t = a + a^2 / (1 + sqrt(1 + a^2)) and a = |x|, corrected by what t's last rounding lost, over 1 + t. Where a^2 would overflow, a + sqrt(1 + a^2) is 2a to
/// the last bit: log1p(a) + ln 2.
/// </remarks>
public readonly struct Asinh : IUnaryOp
{
    public static string Name => "asinh";

    public static double MaxUlpSingle => 1.88;

    public static double MaxUlpDouble => 1.65;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V a = V.Abs(x), one = V.Of(1), far = Far<V>();
        V part = a * a / (one + V.Sqrt(V.Fma(a, a, one)));
        V sum = a + part;

        // Dekker (1971): a is the larger one.
        V lost = part - (sum - a);
        V t = V.SelectLess(far, a, a, sum);
        V y = Log1p.Apply(t) + V.SelectLess(far, a, V.Of(0.6931471805599453), lost / (one + sum));
        return V.Or(y, V.And(x, Sin.SignBit<V>()));
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Of(1) / V.Call<Hypot>(x, V.Of(1));

    /// <summary>Beyond it 1 is nothing beside a^2, nor 1 / a beside the logarithm; a^2 does not overflow before.</summary>
    [MethodImpl(Inline)]
    internal static V Far<V>()
        where V : unmanaged, ILanes<V> => V.Of(V.IsDouble ? 18014398509481984 : 67108864);
}
