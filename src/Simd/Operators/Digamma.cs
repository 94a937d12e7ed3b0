using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The derivative of log Gamma over all inputs: at most 3.35 ulp over all float32 inputs and 2.69 ulp over 10^6 float64 points from 0 on, its zero
/// 1.4616... included. Left of 0 it has infinitely many zeros that no number of the format hits; there the error is at most 3.35 times
/// 2^-23 max(1, |digamma x|), or 2.69 times 2^-52 max(1, |digamma x|).
/// digamma(+0) = -infinity, digamma(-0) = +infinity, digamma(+infinity) = +infinity; negative integers and -infinity give NaN (as in SciPy);
/// NaN stays NaN.
/// </summary>
/// <remarks>
/// On [1, 4), and by digamma(x + 1) = digamma(x) + 1 / x on [0, 1), (x - x0) Q(t) with t = (x - 2) / (x + 2) and the zero x0 in two
/// parts; from 4 on the asymptotic series log x - 1 / (2 x) - R(1 / x^2) / x^2. Left of 0 the reflection digamma(-a) = digamma(a) + 1 / a +
/// pi cot(pi a), with pi cot(pi f) = 1 / f - f C(f^2) for the exact remainder f = a - Round(a); the terms that cancel next to the zeros,
/// log a and 1 / f, are unevaluated sums.
/// Coefficients: Sollya 8, fpminimax, relative, of Q on x in [1, 4] (error 1.6e-8 and 3.2e-17), of R on [0, 1/16] (3.0e-8 and 5.6e-17) and of C on
/// [0, 1/4] (1.5e-8 and 1.8e-17).
/// </remarks>
public readonly struct Digamma : IUnaryOp
{
    public static string Name => "digamma";

    public static double MaxUlpSingle => 3.4;

    public static double MaxUlpDouble => 2.8;

    public static double RelativeFrom => 0;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V a = V.Abs(x), zero = V.Of(0), one = V.Of(1), infinity = V.Of(double.PositiveInfinity);
        V y = Near(V.SelectLess(a, one, a, a - one)), rest = zero;
        if (!V.AllLess(a, V.Of(4)))
        {
            V log = Log.InParts(a, out V logRest), inverse = one / a, z = inverse * inverse;
            rest = logRest - V.Fma(z, Remainder(z), inverse * V.Of(0.5));
            rest = V.SelectLess(a, V.Of(4), zero, V.SelectLess(a, infinity, rest, a));
            y = V.SelectLess(a, V.Of(4), y, log);
        }

        if (V.AllLess(one, x))
        {
            return y + rest;
        }

        // 1 / f is -1 / x right of 0 and the pole of pi cot(pi f) left of it; between 0 and 1 there is nothing else to add.
        V f = V.SelectLess(x, zero, a - V.Round(a), -x);
        V pole = one / f, poleRest = V.Fma(-pole, f, one) * pole;
        V others = V.SelectLess(x, zero, V.Fma(-f, Cotangent(f * f), V.SelectLess(x, -one, one / a, zero)), zero);
        V sum = Sum(y, pole, out V error), all = Sum(sum, others, out V otherError);
        V reflected = all + (otherError + (error + (poleRest + rest)));
        reflected = V.SelectEqual(V.Abs(pole), infinity, V.SelectLess(x, zero, V.SelectEqual(f, zero, V.Of(double.NaN), pole), pole), reflected);
        return V.SelectLessOrEqual(one, x, y + rest, reflected);
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Call<Trigamma>(x);

    /// <summary>x + y and its rounding error (Knuth, 1969).</summary>
    [MethodImpl(Inline)]
    internal static V Sum<V>(V x, V y, out V error)
        where V : unmanaged, ILanes<V>
    {
        V sum = x + y, part = sum - x;
        error = x - (sum - part) + (y - part);
        return sum;
    }

    /// <summary>digamma(1 + y) for y in [0, 3).</summary>
    [MethodImpl(Inline)]
    private static V Near<V>(V y)
        where V : unmanaged, ILanes<V>
    {
        V t = (y - V.Of(1)) / (y + V.Of(3));
        V q, distance;
        if (V.IsDouble)
        {
            distance = y - V.Of(0.46163214496836236) - V.Of(-1.5522348162858677e-17);
            q = V.Of(-1.271924314508387);
            q = V.Fma(q, t, V.Of(1.295304814928574));
            q = V.Fma(q, t, V.Of(-0.5185106951017567));
            q = V.Fma(q, t, V.Of(0.502483581608553));
            q = V.Fma(q, t, V.Of(-0.7098586073326753));
            q = V.Fma(q, t, V.Of(0.7117958193402061));
            q = V.Fma(q, t, V.Of(-0.6830101792494819));
            q = V.Fma(q, t, V.Of(0.6802176664025735));
            q = V.Fma(q, t, V.Of(-0.6856873630212597));
            q = V.Fma(q, t, V.Of(0.6827002580269643));
            q = V.Fma(q, t, V.Of(-0.6861000608771285));
            q = V.Fma(q, t, V.Of(0.6818439997903097));
            q = V.Fma(q, t, V.Of(-0.6870424012068626));
            q = V.Fma(q, t, V.Of(0.680680108962513));
            q = V.Fma(q, t, V.Of(-0.6890177903565348));
            q = V.Fma(q, t, V.Of(0.678747475215604));
            q = V.Fma(q, t, V.Of(-0.6950676766110506));
            q = V.Fma(q, t, V.Of(0.6777531349135792));
            q = V.Fma(q, t, V.Of(-0.7262245808990984));
            q = V.Fma(q, t, V.Of(0.7010428535500026));
            q = V.Fma(q, t, V.Of(-1.0429558187320054));
            q = V.Fma(q, t, V.Of(0.7853075386041053));
        }
        else
        {
            distance = y - V.Of(0.46163213f) - V.Of(1.243815e-8f);
            q = V.Of(-1.2022508f);
            q = V.Fma(q, t, V.Of(1.0341281f));
            q = V.Fma(q, t, V.Of(-0.5766759f));
            q = V.Fma(q, t, V.Of(0.62208664f));
            q = V.Fma(q, t, V.Of(-0.6995856f));
            q = V.Fma(q, t, V.Of(0.68326396f));
            q = V.Fma(q, t, V.Of(-0.69458264f));
            q = V.Fma(q, t, V.Of(0.67758554f));
            q = V.Fma(q, t, V.Of(-0.7262344f));
            q = V.Fma(q, t, V.Of(0.7010455f));
            q = V.Fma(q, t, V.Of(-1.0429558f));
            q = V.Fma(q, t, V.Of(0.7853075f));
        }

        return distance * q;
    }

    [MethodImpl(Inline)]
    private static V Remainder<V>(V z)
        where V : unmanaged, ILanes<V>
    {
        V r;
        if (V.IsDouble)
        {
            r = V.Of(-69.70726431310236);
            r = V.Fma(r, z, V.Of(-69.52497150059413));
            r = V.Fma(r, z, V.Of(44.85346076853982));
            r = V.Fma(r, z, V.Of(-12.344143217889854));
            r = V.Fma(r, z, V.Of(2.384269925707057));
            r = V.Fma(r, z, V.Of(-0.419511907006812));
            r = V.Fma(r, z, V.Of(0.08272710178541753));
            r = V.Fma(r, z, V.Of(-0.021082017565746576));
            r = V.Fma(r, z, V.Of(0.0075756295823089645));
            r = V.Fma(r, z, V.Of(-0.004166665713382738));
            r = V.Fma(r, z, V.Of(0.003968253964238475));
            r = V.Fma(r, z, V.Of(-0.008333333333325433));
            r = V.Fma(r, z, V.Of(0.08333333333333333));
        }
        else
        {
            r = V.Of(-0.0035191793f);
            r = V.Fma(r, z, V.Of(0.00395337f));
            r = V.Fma(r, z, V.Of(-0.008333401f));
            r = V.Fma(r, z, V.Of(0.083333336f));
        }

        return r;
    }

    [MethodImpl(Inline)]
    private static V Cotangent<V>(V z)
        where V : unmanaged, ILanes<V>
    {
        V c;
        if (V.IsDouble)
        {
            c = V.Of(15.816740181070122);
            c = V.Fma(c, z, V.Of(-13.65609098734843));
            c = V.Fma(c, z, V.Of(11.031324319968002));
            c = V.Fma(c, z, V.Of(-1.2441019218149696));
            c = V.Fma(c, z, V.Of(2.7860062633409504));
            c = V.Fma(c, z, V.Of(1.8667821969223715));
            c = V.Fma(c, z, V.Of(2.016019142189042));
            c = V.Fma(c, z, V.Of(1.9986692239323125));
            c = V.Fma(c, z, V.Of(2.000202975930014));
            c = V.Fma(c, z, V.Of(2.0004889786942246));
            c = V.Fma(c, z, V.Of(2.001989230269178));
            c = V.Fma(c, z, V.Of(2.0081547112682516));
            c = V.Fma(c, z, V.Of(2.0346861239757357));
            c = V.Fma(c, z, V.Of(2.1646464674222754));
            c = V.Fma(c, z, V.Of(3.289868133696453));
        }
        else
        {
            c = V.Of(5.2126527f);
            c = V.Fma(c, z, V.Of(0.7155384f));
            c = V.Fma(c, z, V.Of(2.232541f));
            c = V.Fma(c, z, V.Of(1.9880899f));
            c = V.Fma(c, z, V.Of(2.0354614f));
            c = V.Fma(c, z, V.Of(2.1646373f));
            c = V.Fma(c, z, V.Of(3.289868f));
        }

        return c;
    }
}
