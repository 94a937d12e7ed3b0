using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// x^y over all inputs, subnormals included: 0.92 ulp over 2^27 float32 pairs, 0.92 over 10^6 float64 pairs, bases next to 1 among them
/// (`bench/Micro pairs`).
/// Special cases as IEEE 754-2019 (section 9.2.1) and C have them: pow(x, +-0) = 1 and pow(1, y) = 1 even for NaN, which wins elsewhere; a
/// negative finite x takes its sign from an odd y and gives NaN where y is no integer; zeros and infinities of x change places for a
/// negative y and keep their sign for an odd one; pow(-1, +-infinity) = 1. The derivative by x is y x^(y - 1). By y it is z log x, and 0
/// for a negative x, where only integers y have a value and x^n shall keep its derivative by x, and for x = 0 with y >= 0.
/// </summary>
/// <remarks>
/// log2 |x| = e + log2 m with m in [sqrt(1/2), sqrt(2)), s = (m - 1) / (m + 1) and log2 m = s (c0 + c1 s^2 + s^4 t(s^2)): s, c0, c1 and
/// their products are unevaluated sums of two numbers (Dekker, 1971, by fused multiply-adds; the plan is that of fdlibm's e_pow.c, Sun
/// Microsystems, 1993), t is one number. y log2 |x| = n + f, and 2^f is a polynomial whose linear term is a sum of two numbers as well.
/// Coefficients: Sollya 8, fpminimax, absolute, of t on [0, 0.0296] (1.7e-12 and 3.4e-22 of the logarithm) and, relative, of 2^f on
/// [-0.5001, 0.5001] (3.1e-9 and 3.6e-18).
/// </remarks>
public readonly struct Pow : IBinaryOp
{
    public static string Name => "pow";

    public static double MaxUlpSingle => 0.95;

    public static double MaxUlpDouble => 0.95;

    public static bool IsLong => true;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x, V y)
        where V : unmanaged, ILanes<V>
    {
        V zero = V.Of(0), one = V.Of(1), ordinary = V.Of(2), a = V.Abs(x);
        V sum = a + V.Abs(y), whole = V.Round(y), half = y * V.Of(0.5);

        // What rules say instead of the magnitude is 0, 1, infinity or NaN, so 2 can stand for "nothing"; that keeps the choices out of the
        // long chain of the magnitude. 0 and infinity are the two numbers that equal their double; a negative y exchanges their bits.
        V rule = V.SelectLess(x, zero, V.SelectEqual(whole, y, ordinary, V.Of(double.NaN)), ordinary);
        rule = V.SelectEqual(a + a, a, V.SelectLess(y, zero, V.Xor(a, V.Of(double.PositiveInfinity)), a), rule);
        rule = V.SelectEqual(sum, sum, rule, sum);
        rule = V.SelectEqual(y, zero, one, V.SelectEqual(x, one, one, rule));
        V sign = V.SelectEqual(V.Round(half), half, zero, V.And(x, V.OfBits(V.IsDouble ? long.MinValue : 0x80000000)));
        sign = V.SelectEqual(whole, y, sign, zero);
        return V.Or(V.SelectEqual(rule, ordinary, Magnitude(a, y), rule), sign);
    }

    [MethodImpl(Inline)]
    public static V DerivativeX<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V>
    {
        V slope = y * V.Call<Pow>(x, y - V.Of(1));
        return V.SelectEqual(x, V.Of(0), V.SelectEqual(y, V.Of(0), V.Of(0), slope), slope);
    }

    [MethodImpl(Inline)]
    public static V DerivativeY<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V>
    {
        V zero = V.Of(0), slope = z * V.Call<Log>(x);
        return V.SelectLess(x, zero, zero, V.SelectEqual(x, zero, V.SelectLessOrEqual(zero, y, zero, slope), slope));
    }

    /// <summary>a^y for positive finite a, and whatever else for the rest.</summary>
    [MethodImpl(Inline)]
    private static V Magnitude<V>(V a, V y)
        where V : unmanaged, ILanes<V>
    {
        V one = V.Of(1), least = V.Of(V.IsDouble ? 2.2250738585072014e-308 : 1.17549435e-38f);
        V scaled = V.SelectLess(a, least, a * V.Of(V.IsDouble ? 4503599627370496 : 8388608), a);
        V offset = V.SelectLess(a, least, V.Of(V.IsDouble ? -52 : -23), V.Of(0));
        V exponent = V.And(
            V.SubtractBits(scaled, V.OfBits(V.IsDouble ? 0x3FE6A09E667F3BCD : 0x3F3504F3)),
            V.OfBits(V.IsDouble ? unchecked((long)0xFFF0000000000000) : 0xFF800000));
        V e = V.Fma(V.IntegerToFloat(exponent), V.Of(V.IsDouble ? 2.220446049250313e-16 : 1.1920929e-7f), offset);
        V m = V.SubtractBits(scaled, exponent);

        // s = (m - 1) / (m + 1) in two parts; the denominator's rounding error is recovered exactly.
        V numerator = m - one, denominator = m + one, inverse = one / denominator;
        V s = numerator * inverse;
        V sLow = V.Fma(-s, m - (denominator - one), V.Fma(-s, denominator, numerator)) * inverse;
        V z = s * s;
        V zLow = V.Fma(s + s, sLow, V.Fma(s, s, -z));

        // c0 + z (c1 + z t(z)), in two parts each.
        V c0 = V.Of(V.IsDouble ? 2.8853900817779268 : 2.88539f), c1 = V.Of(V.IsDouble ? 0.9617966939259756 : 0.9617967f);
        V tail = V.Fma(z, V.IsDouble ? TailDouble(z) : TailSingle(z), V.Of(V.IsDouble ? 5.0577616648125906e-17 : -7.0284618e-9f));
        V p = c1 + tail;
        V w = p * z;
        V wLow = V.Fma(c1 - p + tail, z, V.Fma(p, zLow, V.Fma(p, z, -w)));
        V g = c0 + w;
        V gLow = c0 - g + w + (wLow + V.Of(V.IsDouble ? 4.071054748186206e-17 : 3.851926e-8f));
        V t = s * g;
        V tLow = V.Fma(sLow, g, V.Fma(s, gLow, V.Fma(s, g, -t)));
        V log = e + t;
        V logLow = e - log + t + tLow;

        // Beyond these y nothing changes, as |log2 a| is 0 or above 2^-24 or 2^-53; the operand order of the clamps keeps a NaN.
        V most = V.Of(V.IsDouble ? 1.1805916207174113e21 : 4294967296);
        y = V.Greater(-most, V.Lesser(most, y));
        V power = y * log;
        V powerLow = V.Fma(y, logLow, V.Fma(y, log, -power));
        V bounded = V.Greater(V.Of(V.IsDouble ? -1077 : -152), V.Lesser(V.Of(V.IsDouble ? 1025 : 129), power));
        return PowerOfTwo(bounded, V.SelectEqual(power, bounded, powerLow, V.Of(0)));
    }

    /// <summary>2^(x + low) for x from -152 to 129 (float32) or -1077 to 1025, or NaN, and low no larger than a few units in x's last place.</summary>
    [MethodImpl(Inline)]
    private static V PowerOfTwo<V>(V x, V low)
        where V : unmanaged, ILanes<V>
    {
        V n = V.Round(x), r = x - n, f = r + low, fLow = r - f + low;
        V ln2 = V.Of(V.IsDouble ? 0.6931471805599453 : 0.6931472f), ln2Low = V.Of(V.IsDouble ? 2.3190468138462996e-17 : -1.9046542e-9f);
        V square = f * f;
        V rest = V.Fma(square, V.IsDouble ? ExpDouble(f, square) : ExpSingle(f, square), V.Fma(fLow, ln2, f * ln2Low));
        return V.Scale(V.Fma(f, ln2, rest) + V.Of(1), n);
    }

    // The polynomials are evaluated in pairs of terms (Estrin, 1960): half the depth of Horner's chain.
    [MethodImpl(Inline)]
    private static V TailSingle<V>(V z)
        where V : unmanaged, ILanes<V> =>
        V.Fma(z * z, V.Fma(V.Of(0.26554617f), z, V.Of(0.320882f)), V.Fma(V.Of(0.41219214f), z, V.Of(0.57707804f)));

    [MethodImpl(Inline)]
    private static V TailDouble<V>(V z)
        where V : unmanaged, ILanes<V>
    {
        V square = z * z;
        V p = V.Fma(V.Of(0.17197579805757765), z, V.Of(0.16857099490751415));
        p = V.Fma(p, square, V.Fma(V.Of(0.19239444845813794), z, V.Of(0.221952476339206)));
        p = V.Fma(p, square, V.Fma(V.Of(0.2623081952288757), z, V.Of(0.32059889794390706)));
        return V.Fma(p, square, V.Fma(V.Of(0.4121985831112072), z, V.Of(0.5770780163555853)));
    }

    /// <summary>(2^f - 1 - f ln 2) / f^2.</summary>
    [MethodImpl(Inline)]
    private static V ExpSingle<V>(V f, V square)
        where V : unmanaged, ILanes<V>
    {
        V p = V.Fma(V.Of(0.00015327267f), square, V.Fma(V.Of(0.0013390203f), f, V.Of(0.009618504f)));
        return V.Fma(p, square, V.Fma(V.Of(0.05550362f), f, V.Of(0.24022648f)));
    }

    [MethodImpl(Inline)]
    private static V ExpDouble<V>(V f, V square)
        where V : unmanaged, ILanes<V>
    {
        V p = V.Fma(V.Of(4.4362374979107384e-10), f, V.Of(7.07358147476988e-9));
        p = V.Fma(p, square, V.Fma(V.Of(1.0178185135446755e-7), f, V.Of(1.3215436602909827e-6)));
        p = V.Fma(p, square, V.Fma(V.Of(1.525273354563897e-5), f, V.Of(1.5403530454062962e-4)));
        p = V.Fma(p, square, V.Fma(V.Of(0.0013333558146687405), f, V.Of(0.009618129107597004)));
        return V.Fma(p, square, V.Fma(V.Of(0.05550410866482073), f, V.Of(0.24022650695910122)));
    }
}
