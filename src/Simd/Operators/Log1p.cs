using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// log(1 + x) without cancellation near 0, over all inputs: 1.55 ulp over all float32 inputs, 1.37 ulp over 10^6 float64 points. log1p(-1) =
/// -infinity, NaN below, log1p(+infinity) = +infinity; keeps zeros, their signs and subnormals; NaN stays NaN.
/// </summary>
/// <remarks>
/// 1 + x = 2^e (1 + r), where e comes from the rounded sum and r = 2^-e x + (2^-e - 1) rounds once (the arrangement of N. Juffa's log1pf,
/// 2015); then the polynomial and the series of <see cref="Log"/>.
/// </remarks>
public readonly struct Log1p : IUnaryOp
{
    public static string Name => "log1p";

    public static double MaxUlpSingle => 1.55;

    public static double MaxUlpDouble => 1.45;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V y = V.IsDouble ? Double(x) : Single(x);

        // The result has x's sign, also for zeros. Infinity and NaN stand for themselves; -1 and what is below it have their rule.
        y = V.Or(y, V.And(x, V.IsDouble ? V.OfBits(long.MinValue) : V.OfBits(0x80000000)));
        y = V.SelectLess(x, V.Of(double.PositiveInfinity), y, x);
        return V.SelectLess(V.Of(-1), x, y, V.SelectEqual(x, V.Of(-1), V.Of(double.NegativeInfinity), V.Of(double.NaN)));
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Of(1) / (V.Of(1) + x);

    [MethodImpl(Inline)]
    private static V Single<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V exponent = Log.ExponentSingle(x + V.Of(1), V.OfBits(0x3F333333));

        // 2^-e at four times its size, since e reaches 128; x loses e from its exponent, and is above 0.29 in size where e is not 0.
        V scale = V.SubtractBits(V.Of(4), exponent);
        V r = V.SubtractBits(x, exponent) + V.Fma(scale, V.Of(0.25), V.Of(-1));
        return Log.OfPartsSingle(V.IntegerToFloat(exponent) * V.Of(1.1920929e-7f), r);
    }

    [MethodImpl(Inline)]
    private static V Double<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V exponent = Log.ExponentDouble(x + V.Of(1));
        V scale = V.SubtractBits(V.Of(4), exponent);
        V r = V.SubtractBits(x, exponent) + V.Fma(scale, V.Of(0.25), V.Of(-1));
        return Log.OfPartsDouble(V.IntegerToFloat(exponent) * V.Of(2.220446049250313e-16), r);
    }
}
