using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The natural logarithm over all inputs, subnormals included: 0.89 ulp over all float32 inputs, 0.79 ulp over 598,000 float64 points.
/// log(+-0) = -infinity, negative numbers give NaN, log(1) = +0, log(+infinity) = +infinity, NaN stays NaN.
/// </summary>
/// <remarks>
/// x = 2^e m by integer work on the bits, r = m - 1. float32: m in [0.7, 1.4), r + r^2 q(r) + e ln 2, where the rounding error of
/// e ln 2 + r is recovered exactly (Dekker, 1971) and added with the small term. float64: m in [sqrt(1/2), sqrt(2)), s = r / (2 + r) and
/// the series of 2 atanh(s), arranged as in fdlibm's e_log.c (Sun Microsystems, 1993).
/// Coefficients: Sollya 8, fpminimax, relative, of log(1 + r) on [-0.3, 0.4] (error 4.5e-9) and of 2 atanh(s) on [0, 0.17158] (1.2e-18).
/// </remarks>
public readonly struct Log : IUnaryOp
{
    public static string Name => "log";

    public static double MaxUlpSingle => 0.9;

    public static double MaxUlpDouble => 0.9;

    /// <summary>Two bits to the right, the number of normal positive float32 numbers (0x7F000000) and of float64 (0x7FE0000000000000), as bits.</summary>
    private const double NormalsSingle = 8.131516293641283e-20, NormalsDouble = 1.118751109680031e-154;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        if (V.IsDouble)
        {
            V r = SplitDouble(x, out V e);
            return WithSpecials(x, OfPartsDouble(e, r));
        }
        else
        {
            V r = SplitSingle(x, V.OfBits(0x3F333333), out V e);
            return WithSpecials(x, OfPartsSingle(e, r));
        }
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Of(1) / x;

    [MethodImpl(Inline)]
    public static double NearBound<V>()
        where V : unmanaged, ILanes<V> => V.IsDouble ? NormalsDouble : NormalsSingle;

    [MethodImpl(Inline)]
    public static V Distance<V>(V x)
        where V : unmanaged, ILanes<V> => FromNormals(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static V Near<V>(V x)
        where V : unmanaged, ILanes<V> => OfNormal(x);

    /// <summary>
    /// Below <see cref="NearBound"/> for positive normal numbers and for no others: the bit pattern's distance from the least of them, which
    /// wraps around for all that lie below; without its two low bits it is a finite positive number that keeps the order.
    /// </summary>
    [MethodImpl(Inline)]
    internal static V FromNormals<V>(V x)
        where V : unmanaged, ILanes<V> => V.ShiftRightBits(V.SubtractBits(x, V.IsDouble ? V.OfBits(1L << 52) : V.OfBits(1 << 23)), 2);

    /// <summary>log x for a positive normal number: the bits of <see cref="Apply"/>, without its questions.</summary>
    [MethodImpl(Inline)]
    internal static V OfNormal<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        if (V.IsDouble)
        {
            V r = SplitNormalDouble(x, out V e);
            return OfPartsDouble(e, r);
        }
        else
        {
            V r = SplitNormalSingle(x, V.OfBits(0x3F333333), out V e);
            return OfPartsSingle(e, r);
        }
    }

    /// <summary>r of x = 2^e (1 + r) for a positive normal float32 number, where 1 + r in [leastFraction, 2 leastFraction).</summary>
    [MethodImpl(Inline)]
    internal static V SplitNormalSingle<V>(V x, V leastFraction, out V e)
        where V : unmanaged, ILanes<V>
    {
        V exponent = ExponentSingle(x, leastFraction);
        e = V.IntegerToFloat(exponent) * V.Of(1.1920929e-7f);
        return V.SubtractBits(x, exponent) - V.Of(1);
    }

    /// <summary>r of x = 2^e (1 + r) for a positive normal float64 number.</summary>
    [MethodImpl(Inline)]
    internal static V SplitNormalDouble<V>(V x, out V e)
        where V : unmanaged, ILanes<V>
    {
        V exponent = ExponentDouble(x);
        e = V.IntegerToFloat(exponent) * V.Of(2.220446049250313e-16);
        return V.SubtractBits(x, exponent) - V.Of(1);
    }

    /// <summary>What is not an ordinary positive number: infinity and NaN stand for themselves, zeros and negative numbers have their rule.</summary>
    [MethodImpl(Inline)]
    internal static V WithSpecials<V>(V x, V y)
        where V : unmanaged, ILanes<V>
    {
        y = V.SelectLess(x, V.Of(double.PositiveInfinity), y, x);
        return V.SelectLess(V.Of(0), x, y, V.SelectEqual(x, V.Of(0), V.Of(double.NegativeInfinity), V.Of(double.NaN)));
    }

    /// <summary>r of x = 2^e (1 + r) in float32, where 1 + r in [leastFraction, 2 leastFraction); subnormals are scaled first.</summary>
    [MethodImpl(Inline)]
    internal static V SplitSingle<V>(V x, V leastFraction, out V e)
        where V : unmanaged, ILanes<V>
    {
        V least = V.Of(1.17549435e-38f);
        V scaled = V.SelectLess(x, least, x * V.Of(8388608), x);
        V offset = V.SelectLess(x, least, V.Of(-23), V.Of(0));
        V exponent = ExponentSingle(scaled, leastFraction);
        e = V.Fma(V.IntegerToFloat(exponent), V.Of(1.1920929e-7f), offset);
        return V.SubtractBits(scaled, exponent) - V.Of(1);
    }

    /// <summary>r of x = 2^e (1 + r) in float64, subnormals scaled first.</summary>
    [MethodImpl(Inline)]
    internal static V SplitDouble<V>(V x, out V e)
        where V : unmanaged, ILanes<V>
    {
        V least = V.Of(2.2250738585072014e-308);
        V scaled = V.SelectLess(x, least, x * V.Of(4503599627370496), x);
        V offset = V.SelectLess(x, least, V.Of(-52), V.Of(0));
        V exponent = ExponentDouble(scaled);
        e = V.Fma(V.IntegerToFloat(exponent), V.Of(2.220446049250313e-16), offset);
        return V.SubtractBits(scaled, exponent) - V.Of(1);
    }

    /// <summary>e in the exponent's place, as an integer, for a normal float32 number 2^e m with m in [leastFraction, 2 leastFraction).</summary>
    [MethodImpl(Inline)]
    internal static V ExponentSingle<V>(V x, V leastFraction)
        where V : unmanaged, ILanes<V> => V.And(V.SubtractBits(x, leastFraction), V.OfBits(0xFF800000));

    /// <summary>e in the exponent's place, as an integer, for a normal float64 number 2^e m with m in [sqrt(1/2), sqrt(2)).</summary>
    [MethodImpl(Inline)]
    internal static V ExponentDouble<V>(V x)
        where V : unmanaged, ILanes<V> =>
        V.And(V.SubtractBits(x, V.OfBits(0x3FE6A09E667F3BCD)), V.OfBits(unchecked((long)0xFFF0000000000000)));

    /// <summary>log(2^e (1 + r)) in float32.</summary>
    [MethodImpl(Inline)]
    internal static V OfPartsSingle<V>(V e, V r)
        where V : unmanaged, ILanes<V> => OfPartsSingle(e, r, out V rest) + rest;

    /// <summary>log(2^e (1 + r)) in float32 as an unevaluated sum; the rest is below a tenth.</summary>
    [MethodImpl(Inline)]
    private static V OfPartsSingle<V>(V e, V r, out V rest)
        where V : unmanaged, ILanes<V>
    {
        V q = V.Of(-0.08351213f);
        q = V.Fma(q, r, V.Of(0.13217516f));
        q = V.Fma(q, r, V.Of(-0.13121521f));
        q = V.Fma(q, r, V.Of(0.14130765f));
        q = V.Fma(q, r, V.Of(-0.16616586f));
        q = V.Fma(q, r, V.Of(0.20004506f));
        q = V.Fma(q, r, V.Of(-0.2500136f));
        q = V.Fma(q, r, V.Of(0.3333329f));
        q = V.Fma(q, r, V.Of(-0.4999999f));

        // high + low = e ln 2 + r: e ln 2 - high is a multiple of 2^-24 below 1/2, so both steps to low are exact.
        V high = V.Fma(e, V.Of(0.6931472f), r);
        V low = r - V.Fma(e, V.Of(-0.6931472f), high);
        rest = V.Fma(q, r * r, low);
        return high;
    }

    /// <summary>log(2^e (1 + r)) in float64.</summary>
    [MethodImpl(Inline)]
    internal static V OfPartsDouble<V>(V e, V r)
        where V : unmanaged, ILanes<V>
    {
        V tail = SeriesDouble(r, out V s, out V half);

        // ln 2 in two parts, of which e times the first is exact.
        V low = V.Fma(s, tail, e * V.Of(-1.7239444525614835e-13));
        return V.Fma(e, V.Of(0.6931471805601177), r - (half - low));
    }

    /// <summary>The same as an unevaluated sum; the rest is below a tenth.</summary>
    [MethodImpl(Inline)]
    private static V OfPartsDouble<V>(V e, V r, out V rest)
        where V : unmanaged, ILanes<V>
    {
        V tail = SeriesDouble(r, out V s, out V half);

        // The product is exact, and 0 or larger than r.
        V product = e * V.Of(0.6931471805601177), high = product + r;
        rest = r - (high - product) - (half - V.Fma(s, tail, e * V.Of(-1.7239444525614835e-13)));
        return high;
    }

    /// <summary>The logarithm of finite x > 0 as an unevaluated sum, whose rest is below a tenth; log 1 is 0 + 0.</summary>
    [MethodImpl(Inline)]
    internal static V InParts<V>(V x, out V rest)
        where V : unmanaged, ILanes<V>
    {
        if (V.IsDouble)
        {
            V r = SplitDouble(x, out V e);
            return OfPartsDouble(e, r, out rest);
        }
        else
        {
            V r = SplitSingle(x, V.OfBits(0x3F333333), out V e);
            return OfPartsSingle(e, r, out rest);
        }
    }

    /// <summary>log(1 + r) = r - (half - s tail) in float64, where half is r^2/2: gives tail.</summary>
    [MethodImpl(Inline)]
    private static V SeriesDouble<V>(V r, out V s, out V half)
        where V : unmanaged, ILanes<V>
    {
        s = r / (r + V.Of(2));
        V z = s * s;
        V q = V.Of(0.14795443504035605);
        q = V.Fma(q, z, V.Of(0.15314103886697011));
        q = V.Fma(q, z, V.Of(0.1818356212023826));
        q = V.Fma(q, z, V.Of(0.22222198618341193));
        q = V.Fma(q, z, V.Of(0.28571428741915456));
        q = V.Fma(q, z, V.Of(0.3999999999941699));
        q = V.Fma(q, z, V.Of(0.6666666666666734));

        half = r * r * V.Of(0.5);
        return V.Fma(q, z, half);
    }

    /// <summary>log(1 + r) in float64 as an unevaluated sum: r - r^2/2, and the rest with the rounding error of that difference.</summary>
    [MethodImpl(Inline)]
    internal static V OfOneDouble<V>(V r, out V rest)
        where V : unmanaged, ILanes<V>
    {
        V tail = SeriesDouble(r, out V s, out V half);
        V main = r - half;
        rest = V.Fma(s, tail, r - main - half);
        return main;
    }
}
