using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The angle of the point (y, x), in [-pi, pi], x here being the ordinate and y the abscissa, as in atan2(x, y): 1.48 ulp over 2^27 float32 pairs, 1.64 ulp over 10^6 float64 pairs
/// (`bench/Micro pairs`).
/// Zeros and infinities as C has it (ISO C, F.10.1.4): atan2(+-0, x) is +-0 for x from +0 up and +-pi for x from -0 down, atan2(y, +-0) =
/// +-pi/2, two infinities give odd multiples of pi/4; NaN wins. At the origin the derivatives are NaN.
/// </summary>
/// <remarks>
/// The quotient q of the smaller by the larger magnitude lies in [0, 1], where an odd polynomial gives atan q; the other octants follow by
/// pi/2 - q, pi - q and their kin, with pi in two parts. Coefficients: Sollya 8, fpminimax, absolute, of (atan(q) / q - 1) / q^2 in q^2
/// on [0, 1] (error 1.0e-8 and 2.3e-17).
/// </remarks>
public readonly struct Atan2 : IBinaryOp
{
    public static string Name => "atan2";

    public static double MaxUlpSingle => 1.5;

    public static double MaxUlpDouble => 1.7;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x, V y)
        where V : unmanaged, ILanes<V>
    {
        V zero = V.Of(0), ax = V.Abs(x), ay = V.Abs(y);

        // Complementary choices: a NaN stays one of the two.
        V low = V.SelectLess(ay, ax, ay, ax), high = V.SelectLess(ay, ax, ax, ay);
        V q = V.SelectEqual(low, high, V.SelectEqual(high, zero, zero, V.Of(1)), low / high);
        V z = q * q;
        V t = V.Fma((V.IsDouble ? Double(z) : Single(z)) * z, q, q);

        // 1 with the sign of y: -0 counts as negative here.
        V signBit = V.OfBits(V.IsDouble ? long.MinValue : 0x80000000);
        V side = V.Or(V.And(y, signBit), V.Of(1));
        V half = V.Of(V.IsDouble ? 1.5707963267948966 : 1.5707964f), halfLow = V.Of(V.IsDouble ? 6.123233995736766e-17 : -4.371139e-8f);
        V whole = V.Of(V.IsDouble ? 3.141592653589793 : 3.1415927f), wholeLow = V.Of(V.IsDouble ? 1.2246467991473532e-16 : -8.742278e-8f);
        V steepLeft = V.SelectLess(side, zero, t, -t), flatLeft = V.SelectLess(side, zero, -t, t);
        V turn = V.SelectLess(ay, ax, half, V.SelectLess(side, zero, whole, zero));
        V turnLow = V.SelectLess(ay, ax, halfLow, V.SelectLess(side, zero, wholeLow, zero));
        V angle = turn + (V.SelectLess(ay, ax, steepLeft, flatLeft) + turnLow);
        return V.Or(angle, V.And(x, signBit));
    }

    [MethodImpl(Inline)]
    public static V DerivativeX<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V>
    {
        V h = V.Call<Hypot>(x, y);
        return y / h / h;
    }

    [MethodImpl(Inline)]
    public static V DerivativeY<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V>
    {
        V h = V.Call<Hypot>(x, y);
        return -(x / h / h);
    }

    [MethodImpl(Inline)]
    private static V Single<V>(V z)
        where V : unmanaged, ILanes<V>
    {
        V p = V.Of(0.0017377588f);
        p = V.Fma(p, z, V.Of(-0.010308248f));
        p = V.Fma(p, z, V.Of(0.02858802f));
        p = V.Fma(p, z, V.Of(-0.051402092f));
        p = V.Fma(p, z, V.Of(0.071864374f));
        p = V.Fma(p, z, V.Of(-0.08990605f));
        p = V.Fma(p, z, V.Of(0.11101296f));
        p = V.Fma(p, z, V.Of(-0.14285553f));
        p = V.Fma(p, z, V.Of(0.20000032f));
        p = V.Fma(p, z, V.Of(-0.33333334f));
        return p;
    }

    [MethodImpl(Inline)]
    private static V Double<V>(V z)
        where V : unmanaged, ILanes<V>
    {
        V p = V.Of(1.9104453717072944e-5);
        p = V.Fma(p, z, V.Of(-0.0002098936007414501));
        p = V.Fma(p, z, V.Of(0.0010931867656109734));
        p = V.Fma(p, z, V.Of(-0.0036126976082724257));
        p = V.Fma(p, z, V.Of(0.008582698448951287));
        p = V.Fma(p, z, V.Of(-0.015818028259908582));
        p = V.Fma(p, z, V.Of(0.0239763681059413));
        p = V.Fma(p, z, V.Of(-0.03148757182010149));
        p = V.Fma(p, z, V.Of(0.03761646424164362));
        p = V.Fma(p, z, V.Of(-0.042657687403407515));
        p = V.Fma(p, z, V.Of(0.04739597827793876));
        p = V.Fma(p, z, V.Of(-0.05258452956384341));
        p = V.Fma(p, z, V.Of(0.05881599914593708));
        p = V.Fma(p, z, V.Of(-0.06666577859082472));
        p = V.Fma(p, z, V.Of(0.0769230027990047));
        p = V.Fma(p, z, V.Of(-0.09090908677642329));
        p = V.Fma(p, z, V.Of(0.111111110970186));
        p = V.Fma(p, z, V.Of(-0.14285714285460843));
        p = V.Fma(p, z, V.Of(0.19999999999998216));
        p = V.Fma(p, z, V.Of(-0.3333333333333333));
        return p;
    }
}
