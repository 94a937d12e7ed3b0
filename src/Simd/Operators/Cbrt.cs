using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The cube root over all inputs, subnormals included: 0.504 ulp over all float32 inputs, 0.5001 ulp over 10^6 float64 points.
/// Odd to the bit; zeros and infinities stand for themselves, NaN stays NaN.
/// </summary>
/// <remarks>
/// r near |x|^(-1/3) from a third of the bits, taken from a constant (the idea of Kahan's cube root, 1991; the constant centres the
/// error of x r^3 at 10%), sharpened by a cubic in 1 - x r^3, in float64 also by a quadratic. Then y = x r^2 and one step of
/// Newton's with the residual x - y^3 in three fused operations. Numbers near the bottom of the range are scaled, lest the residual
/// be lost among subnormals. Coefficients: Sollya 8, fpminimax, relative, of (1 - c)^(-1/3) on [-0.12, 0.12] (error 5.2e-6).
/// </remarks>
public readonly struct Cbrt : IUnaryOp
{
    public static string Name => "cbrt";

    public static double MaxUlpSingle => 0.51;

    public static double MaxUlpDouble => 0.51;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V a = V.Abs(x);
        V small = V.Of(V.IsDouble ? 1.90109156629516e-211 : 5.421011e-20f);
        V s = V.SelectLess(a, small, a * V.Of(V.IsDouble ? 4.149515568880993e180 : 7.9228163e28f), a);
        V back = V.SelectLess(a, small, V.Of(V.IsDouble ? 6.223015277861142e-61 : 2.3283064e-10f), V.Of(1));
        V r = Start(s);
        V c = V.Fma(-(s * r), r * r, V.Of(1));
        V p = V.Fma(V.Fma(V.Of(0.17500414f), c, V.Of(0.22395736f)), c, V.Of(0.3333266f));
        r = V.Fma(r * c, p, r);
        if (V.IsDouble)
        {
            c = V.Fma(-(s * r), r * r, V.Of(1));
            r = V.Fma(r * c, V.Fma(c, V.Of(2.0 / 9), V.Of(1.0 / 3)), r);
        }

        V y = s * r * r;
        V square = y * y;
        V miss = V.Fma(-V.Fma(y, y, -square), y, V.Fma(-square, y, s));
        y = V.Fma(miss * (r * r), V.Of(1.0 / 3), y) * back;
        y = V.Or(y, V.And(x, V.OfBits(V.IsDouble ? long.MinValue : 0x80000000)));
        return V.SelectLess(a, V.Of(double.PositiveInfinity), y, x);
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Of(1) / (V.Of(3) * (y * y));

    /// <summary>The high bits of x^(-1/3): a third of x's, by a float that holds them exactly and shows its integer part in its low bits.</summary>
    [MethodImpl(Inline)]
    private static V Start<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        if (V.IsDouble)
        {
            V bits = V.IntegerToFloat(V.ShiftRightBits(x, 32));
            return V.ShiftLeftBits(V.Fma(bits, V.Of(-1.0 / 3), V.Of(4503599627370496.0 + 1430186361)), 32);
        }

        return V.ShiftLeftBits(V.Fma(V.IntegerToFloat(V.ShiftRightBits(x, 8)), V.Of(-1.0 / 3), V.Of(8388608 + 5546486)), 8);
    }
}
