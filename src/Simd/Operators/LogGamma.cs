using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// log |Gamma(x)| over all inputs: 3.04 ulp over all float32 inputs and 2.52 ulp over 10^6 float64 points from -2 on, its zeros 1 and 2 included.
/// Left of -2 it has infinitely many zeros that no number of the format hits; there the error is at most 2.2 times 2^-23 max(1, |lgamma x|), or
/// 1.4 times 2^-52 max(1, |lgamma x|).
/// lgamma(x) = +infinity for x = +-0, every negative integer and both infinities (as C and SciPy have it), +0 for 1 and 2; NaN stays NaN.
/// </summary>
/// <remarks>
/// Below 8, Gamma(a) = w Gamma(1 + y) with w a product of factors a - k (or 1 / a for a below 1/2) and y in [-1/2, 2], where log Gamma(1 + y) =
/// y (y - 1) P(t), t = (y - 1/4) / (y + 9/4): both factors are exact next to the zeros. From 8 on Stirling's series (1730). Left of 0
/// Euler's reflection (1749), Gamma(-a) Gamma(a) = -pi / (a sin(pi a)): below 8 all but Gamma(1 + y) is put under one logarithm, beyond,
/// two logarithms and a (log a - 1) are unevaluated sums, because they cancel next to the zeros.
/// Coefficients: Sollya 8, fpminimax, relative, of P on y in [-1/2, 2] (error 8.4e-9 and 7.7e-17) and of Stirling's remainder, times a, on
/// 1 / a^2 in [0, 1/64] (3.0e-8 and 5.6e-17).
/// </remarks>
public readonly struct LogGamma : IUnaryOp
{
    public static string Name => "lgamma";

    public static double MaxUlpSingle => 3.1;

    public static double MaxUlpDouble => 2.6;

    public static double RelativeFrom => -2;

    /// <summary>Right of -8, where the formula has one logarithm.</summary>
    [MethodImpl(Inline)]
    public static double NearBound<V>()
        where V : unmanaged, ILanes<V> => 8;

    [MethodImpl(Inline)]
    public static V Distance<V>(V x)
        where V : unmanaged, ILanes<V> => -x;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => OfAll(x, farLeft: true);

    [MethodImpl(Inline)]
    public static V Near<V>(V x)
        where V : unmanaged, ILanes<V> => OfAll(x, farLeft: false);

    [MethodImpl(Inline)]
    private static V OfAll<V>(V x, bool farLeft)
        where V : unmanaged, ILanes<V>
    {
        V a = V.Abs(x), zero = V.Of(0), one = V.Of(1), eight = V.Of(8);
        V p = Shifted(a, out V w);

        // What stands under the logarithm: w or, for a below 1/2, its inverse a; reflected, it is multiplied by a sin(pi a) / pi.
        V half = V.Of(0.5), argument = V.SelectLess(a, half, a, w), sine = a;
        bool reflected = !V.AllLess(zero, x);
        if (reflected)
        {
            sine = V.Abs(SinPi.OverPi(a - V.Round(a)));
            argument = V.SelectLess(x, zero, V.SelectLess(a, half, one, w * a) * sine, argument);
        }

        argument = V.SelectLess(a, eight, argument, a);
        V log = Log.InParts(argument, out V rest), sign = V.SelectLess(a, half, V.SelectLess(x, zero, one, -one), one);
        V y = V.Fma(sign, log, V.Fma(sign, rest, p));
        y = V.SelectLess(x, zero, -y, y);
        if (!V.AllLess(a, eight))
        {
            V far = Stirling(a, log, rest, out V farRest), beyond = (far + farRest) * V.Of(65536);
            beyond = V.SelectLess(a, V.Of(double.PositiveInfinity), beyond, a);
            if (farLeft && reflected)
            {
                beyond = V.SelectLess(x, zero, FarLeft(a * sine, far, farRest), beyond);
            }

            y = V.SelectLess(a, eight, y, beyond);
        }

        // The poles; from 2^23 or 2^52 on every number is an integer.
        return V.SelectLessOrEqual(x, zero, V.SelectEqual(V.Round(a), a, V.Of(double.PositiveInfinity), y), y);
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Call<Digamma>(x);

    /// <summary>log Gamma(1 + y), and w: Gamma(a) = w Gamma(1 + y) for a in [1/2, 8); a = y below.</summary>
    [MethodImpl(Inline)]
    private static V Shifted<V>(V a, out V w)
        where V : unmanaged, ILanes<V>
    {
        V one = V.Of(1), y = V.SelectLess(a, V.Of(0.5), a, a - one);
        w = one;
        Step(a, 3, 1, ref w, ref y);
        Step(a, 4, 2, ref w, ref y);
        Step(a, 5, 3, ref w, ref y);
        Step(a, 6, 4, ref w, ref y);
        Step(a, 7, 5, ref w, ref y);
        V t = (y - V.Of(0.25)) / (y + V.Of(2.25));
        return y * (y - one) * Polynomial(t);
    }

    [MethodImpl(Inline)]
    private static void Step<V>(V a, double least, double factor, ref V w, ref V y)
        where V : unmanaged, ILanes<V>
    {
        V bound = V.Of(least);
        w = V.SelectLess(a, bound, w, w * (a - V.Of(factor)));
        y = V.SelectLess(a, bound, y, a - V.Of(factor + 1));
    }

    /// <summary>2^-16 log Gamma(a) as an unevaluated sum for finite a from 8 on, of log a as one: only the sum itself may overflow.</summary>
    [MethodImpl(Inline)]
    private static V Stirling<V>(V a, V log, V logRest, out V rest)
        where V : unmanaged, ILanes<V>
    {
        V inverse = V.Of(1) / a, z = inverse * inverse;
        V s;
        if (V.IsDouble)
        {
            s = V.Of(0.0013511626193572243);
            s = V.Fma(s, z, V.Of(0.004907144226393557));
            s = V.Fma(s, z, V.Of(-0.0018844793374118301));
            s = V.Fma(s, z, V.Of(0.00084136872340107));
            s = V.Fma(s, z, V.Of(-0.0005952356985772724));
            s = V.Fma(s, z, V.Of(0.000793650785885719));
            s = V.Fma(s, z, V.Of(-0.002777777777766646));
            s = V.Fma(s, z, V.Of(0.08333333333333333));
        }
        else
        {
            s = V.Of(0.00081352994f);
            s = V.Fma(s, z, V.Of(-0.0027783525f));
            s = V.Fma(s, z, V.Of(0.083333336f));
        }

        // a (log a - 1) - log(a) / 2 + log(2 pi) / 2 + s / a.
        V scale = V.Of(1.52587890625e-5), scaled = a * scale, less = log - V.Of(1), product = scaled * less;
        rest = V.Fma(V.Of(-0.5), log + logRest, V.Fma(s, inverse, V.Of(0.91893853320467274)));
        rest = V.Fma(scaled, less, -product) + V.Fma(scaled, logRest, rest * scale);
        return product;
    }

    /// <summary>
    /// Minus the logarithm of the argument and log Gamma, which comes as <see cref="Stirling"/> gives it. Not inlined on a processor: a second
    /// logarithm would pass the inlining budget of the loop around it.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static V FarLeft<V>(V argument, V far, V farRest)
        where V : unmanaged, ILanes<V>
    {
        V log = Log.InParts(argument, out V logRest), scale = V.Of(65536), sum = Digamma.Sum(far * scale, log, out V error);
        return -(sum + (error + V.Fma(farRest, scale, logRest)));
    }

    [MethodImpl(Inline)]
    private static V Polynomial<V>(V t)
        where V : unmanaged, ILanes<V>
    {
        V p;
        if (V.IsDouble)
        {
            p = V.Of(-0.06210312328554101);
            p = V.Fma(p, t, V.Of(0.09165656431990013));
            p = V.Fma(p, t, V.Of(0.006744696752543082));
            p = V.Fma(p, t, V.Of(-0.038056366689444975));
            p = V.Fma(p, t, V.Of(-0.03442776643447992));
            p = V.Fma(p, t, V.Of(0.047481516270564295));
            p = V.Fma(p, t, V.Of(-0.0234164031519549));
            p = V.Fma(p, t, V.Of(0.019131795487841823));
            p = V.Fma(p, t, V.Of(-0.029623953387230586));
            p = V.Fma(p, t, V.Of(0.029209836207303067));
            p = V.Fma(p, t, V.Of(-0.032948625282331154));
            p = V.Fma(p, t, V.Of(0.031638020035718875));
            p = V.Fma(p, t, V.Of(-0.038026889130784884));
            p = V.Fma(p, t, V.Of(0.03637883913965309));
            p = V.Fma(p, t, V.Of(-0.04483660550987831));
            p = V.Fma(p, t, V.Of(0.042549631398355145));
            p = V.Fma(p, t, V.Of(-0.05462679726367554));
            p = V.Fma(p, t, V.Of(0.05124966900230173));
            p = V.Fma(p, t, V.Of(-0.06988500267446988));
            p = V.Fma(p, t, V.Of(0.06438030123987136));
            p = V.Fma(p, t, V.Of(-0.09697900091228397));
            p = V.Fma(p, t, V.Of(0.08634870698653882));
            p = V.Fma(p, t, V.Of(-0.15859622433228793));
            p = V.Fma(p, t, V.Of(0.12963990161425393));
            p = V.Fma(p, t, V.Of(-0.46139596109204034));
            p = V.Fma(p, t, V.Of(0.5241164609163369));
        }
        else
        {
            p = V.Of(-0.08150838f);
            p = V.Fma(p, t, V.Of(0.07128661f));
            p = V.Fma(p, t, V.Of(-0.04445438f));
            p = V.Fma(p, t, V.Of(0.044389784f));
            p = V.Fma(p, t, V.Of(-0.071148105f));
            p = V.Fma(p, t, V.Of(0.06511987f));
            p = V.Fma(p, t, V.Of(-0.096905276f));
            p = V.Fma(p, t, V.Of(0.086311296f));
            p = V.Fma(p, t, V.Of(-0.15859802f));
            p = V.Fma(p, t, V.Of(0.12964068f));
            p = V.Fma(p, t, V.Of(-0.46139595f));
            p = V.Fma(p, t, V.Of(0.52411646f));
        }

        return p;
    }
}
