using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// x tanh(log(1 + e^x)) over all inputs, relative to the far left: 2.47 ulp over all float32 inputs, 2.26 ulp over 10^6 float64 points.
/// Follows x e^x through the subnormals to -0 at the left and x at the right; keeps the sign of zeros; mish(-infinity) = -0, mish(+infinity)
/// = +infinity, NaN stays NaN. (Misra, 2019.)
/// </summary>
/// <remarks>
/// With g = e^-|x| the factor of x is 1 - 2g^2 / (1 + 2g + 2g^2) at the right of 0 and g (1 - (g + g^2) / (2 + 2g + g^2)) at its left: the
/// quotient is at most 2/5. Scaling as in <see cref="Silu"/>.
/// </remarks>
public readonly struct Mish : IUnaryOp
{
    public static string Name => "mish";

    public static double MaxUlpSingle => 2.47;

    public static double MaxUlpDouble => 2.3;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V clamped = V.Greater(V.Of(V.IsDouble ? -755 : -115), x);
        V t = V.IsDouble
            ? Expm1.ReducedDouble(V.Or(clamped, V.OfBits(long.MinValue)), out V k)
            : Expm1.ReducedSingle(V.Or(clamped, V.OfBits(0x80000000)), out k);
        V n = k - V.Of(V.IsDouble ? 6755399441055744 : 12582912);
        V g = V.Scale(V.Of(1) + t, n), sum = V.Fma(g, g, g);
        V left = V.Of(-2) - (sum + g), right = V.Fma(sum, V.Of(-2), V.Of(-1));
        V q = V.SelectLess(x, V.Of(0), sum, V.Of(2) * g * g) / V.SelectLess(x, V.Of(0), left, right);
        V factor = V.SelectLess(x, V.Of(0), V.Fma(clamped, t, clamped), clamped);
        V y = V.Scale(V.Fma(factor, q, factor), V.SelectLess(x, V.Of(0), n, V.Of(0)));

        // The result has x's sign, also for zeros; from 40 on it is x, also where e^-x would leave its range, and for NaN.
        y = V.Or(y, V.And(x, V.IsDouble ? V.OfBits(long.MinValue) : V.OfBits(0x80000000)));
        return V.SelectLess(x, V.Of(40), y, x);
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V>
    {
        // tanh(softplus(x)) + x sigmoid(x) (1 - tanh^2); where the clamp holds, the second term has settled at 0, and infinity would meet 0.
        V clamped = V.Greater(V.Of(-1000), V.Lesser(V.Of(1000), x));
        V tanh = V.Call<Tanh>(V.Call<Softplus>(x));
        return V.Fma(clamped * V.Call<Sigmoid>(x), V.Fma(-tanh, tanh, V.Of(1)), tanh);
    }
}
