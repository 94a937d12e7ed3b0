using System.Globalization;
using System.Numerics;
using static Onsager.Micro.Accuracy.Mpfr;

namespace Onsager.Micro.Accuracy;

/// <summary>
/// What each operator computes, at 200 bits: MPFR's own function, or a composition of them in which nothing cancels. One instance for
/// each thread, since the compositions keep their intermediate numbers.
/// </summary>
internal sealed class ExactFunctions : IDisposable
{
    /// <summary>Where an operator is neither constant nor trivial, if that is not -100 to 100.</summary>
    private static readonly Dictionary<string, (double Low, double High)> Ranges = new()
    {
        ["acos"] = (-1, 1),
        ["acosh"] = (1, 100),
        ["asin"] = (-1, 1),
        ["atan"] = (-20, 20),
        ["atanh"] = (-1, 1),
        ["cosh"] = (-711, 711),
        ["digamma"] = (-50, 50),
        ["elu"] = (-50, 20),
        ["erf"] = (-7, 7),
        ["erfc"] = (-7, 28),
        ["erfinv"] = (-1, 1),
        ["exp"] = (-760, 720),
        ["exp2"] = (-1080, 1030),
        ["expm1"] = (-50, 720),
        ["gelu"] = (-40, 10),
        ["gelu-tanh"] = (-40, 10),
        ["lgamma"] = (-50, 50),
        ["log"] = (0, 10),
        ["log10"] = (0, 10),
        ["log1p"] = (-1, 10),
        ["log2"] = (0, 10),
        ["mish"] = (-760, 50),
        ["normal-cdf"] = (-40, 10),
        ["log-normal-cdf"] = (-60, 40),
        ["sigmoid"] = (-760, 50),
        ["silu"] = (-760, 50),
        ["sinh"] = (-711, 711),
        ["softplus"] = (-760, 50),
        ["tanh"] = (-22, 22),
        ["trigamma"] = (-50, 50),
    };

    private readonly Dictionary<string, Action<Mpfr, Mpfr>> functions;
    private readonly Mpfr[] bernoulli = Bernoulli();
    private readonly Mpfr one = new() { Value = 1 }, rootHalf = new(), geluFactor = new(), geluCubic = new(), twoOverRootPi = new(), s = new(), t = new(), u = new();

    public ExactFunctions()
    {
        rootHalf.Value = 0.5;
        rootHalf.Set(mpfr_sqrt, rootHalf);
        twoOverRootPi.Set(mpfr_rec_sqrt, twoOverRootPi.SetPi());
        geluFactor.SetScaled(rootHalf, 1).Set(mpfr_mul, geluFactor, twoOverRootPi);
        twoOverRootPi.SetScaled(twoOverRootPi, 1);
        geluCubic.SetDecimal("0.044715");
        functions = Named();
    }

    /// <summary>True when the operator has an exact form here.</summary>
    public static bool Knows(string name)
    {
        using ExactFunctions exact = new();
        return exact.functions.ContainsKey(Key(name));
    }

    /// <summary>The operator's interesting range.</summary>
    public static (double Low, double High) Range(string name) => Ranges.TryGetValue(Key(name), out (double Low, double High) range) ? range : (-100, 100);

    /// <summary>The function: the first number becomes f of the second.</summary>
    public Action<Mpfr, Mpfr> this[string name] => functions[Key(name)];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Mpfr number in (ReadOnlySpan<Mpfr>)[one, rootHalf, geluFactor, geluCubic, twoOverRootPi, s, t, u, .. bernoulli])
        {
            number.Dispose();
        }
    }

    /// <summary>Underscores and hyphens are the same.</summary>
    private static string Key(string name) => name.Replace('_', '-');

    private Dictionary<string, Action<Mpfr, Mpfr>> Named() => new()
    {
        // What a float64 holds exactly, or IEEE 754 rounds once.
        ["abs"] = Own(mpfr_abs),
        ["neg"] = Own(mpfr_neg),
        ["negate"] = Own(mpfr_neg),
        ["relu"] = Plain(x => x > 0 ? x : double.IsNaN(x) ? x : 0),
        ["sign"] = Plain(x => double.IsNaN(x) || x == 0 ? x : Math.CopySign(1, x)),
        ["floor"] = Plain(Math.Floor),
        ["ceil"] = Plain(Math.Ceiling),
        ["round"] = Plain(Math.Round),
        ["trunc"] = Plain(Math.Truncate),
        ["isnan"] = Plain(x => double.IsNaN(x) ? 1 : 0),
        ["isfinite"] = Plain(x => double.IsFinite(x) ? 1 : 0),
        ["isinf"] = Plain(x => double.IsInfinity(x) ? 1 : 0),
        ["reciprocal"] = (y, x) => y.Set(mpfr_div, one, x),
        ["sqrt"] = Own(mpfr_sqrt),
        ["square"] = Own(mpfr_sqr),

        // Roots, exponentials, logarithms. MPFR's 1 / sqrt(-0) is +infinity; IEEE 754 wants -infinity.
        ["rsqrt"] = (y, x) => y.Set(mpfr_div, one, t.Set(mpfr_sqrt, x)),
        ["cbrt"] = Own(mpfr_cbrt),
        ["exp"] = Own(mpfr_exp),
        ["exp2"] = Own(mpfr_exp2),
        ["expm1"] = Own(mpfr_expm1),
        ["log"] = Own(mpfr_log),
        ["log2"] = Own(mpfr_log2),
        ["log10"] = Own(mpfr_log10),
        ["log1p"] = Own(mpfr_log1p),
        ["sinh"] = Own(mpfr_sinh),
        ["cosh"] = Own(mpfr_cosh),
        ["tanh"] = Own(mpfr_tanh),
        ["asinh"] = Own(mpfr_asinh),
        ["acosh"] = Own(mpfr_acosh),
        ["atanh"] = Own(mpfr_atanh),
        ["sin"] = Own(mpfr_sin),
        ["cos"] = Own(mpfr_cos),
        ["tan"] = Own(mpfr_tan),
        ["asin"] = Own(mpfr_asin),
        ["acos"] = Own(mpfr_acos),
        ["atan"] = Own(mpfr_atan),

        // Special functions.
        ["erf"] = Own(mpfr_erf),
        ["erfc"] = Own(mpfr_erfc),
        ["erfinv"] = ErfInverse,
        ["normal-cdf"] = NormalCdf,
        ["log-normal-cdf"] = LogNormalCdf,
        ["lgamma"] = (y, x) => y.SetLogGamma(x),
        ["digamma"] = Digamma,
        ["trigamma"] = Trigamma,

        // Activations, with their limits where infinity times zero would be NaN.
        ["sigmoid"] = Sigmoid,
        ["softplus"] = Softplus,
        ["silu"] = (y, x) => TimesShare(y, x, Sigmoid),
        ["mish"] = (y, x) => TimesShare(y, x, (share, x) => share.Set(mpfr_tanh, Soft(u, x))),
        ["gelu"] = (y, x) => TimesShare(y, x, NormalCdf),
        ["gelu-tanh"] = (y, x) => TimesShare(y, x, GeluTanhShare),
    };

    private static Action<Mpfr, Mpfr> Own(Function f) => (y, x) => y.Set(f, x);

    private static Action<Mpfr, Mpfr> Plain(Func<double, double> f) => (y, x) => y.Value = f(x.Value);

    /// <summary>x times a share between 0 and 1 that vanishes faster than x grows.</summary>
    private void TimesShare(Mpfr y, Mpfr x, Action<Mpfr, Mpfr> share)
    {
        if (double.IsNegativeInfinity(x.Value))
        {
            y.Value = -0.0;
            return;
        }

        share(s, x);
        y.Set(mpfr_mul, x, s);
    }

    /// <summary>1 / (1 + e^-x): both terms are positive.</summary>
    private void Sigmoid(Mpfr y, Mpfr x) => y.Set(mpfr_div, one, t.Set(mpfr_add, one, t.Set(mpfr_exp, t.Set(mpfr_neg, x))));

    private void Softplus(Mpfr y, Mpfr x) => Soft(y, x);

    /// <summary>log(1 + e^x), as x + log(1 + e^-x) at the right, where e^x leaves MPFR's range.</summary>
    private Mpfr Soft(Mpfr y, Mpfr x)
    {
        if (x.Value > 1)
        {
            t.Set(mpfr_log1p, t.Set(mpfr_exp, t.Set(mpfr_neg, x)));
            return y.Set(mpfr_add, x, t);
        }

        return y.Set(mpfr_log1p, t.Set(mpfr_exp, x));
    }

    /// <summary>erfc(-x / sqrt 2) / 2, whose two tails are both relative.</summary>
    private void NormalCdf(Mpfr y, Mpfr x)
    {
        t.Set(mpfr_erfc, t.Set(mpfr_neg, t.Set(mpfr_mul, x, rootHalf)));
        y.SetScaled(t, -1);
    }

    /// <summary>The logarithm of that; at the right log(1 - the other tail). Beyond MPFR's exponents the tail is its asymptotic series' first terms.</summary>
    private void LogNormalCdf(Mpfr y, Mpfr x)
    {
        if (x.Value > 0)
        {
            t.Set(mpfr_erfc, t.Set(mpfr_mul, x, rootHalf));
            y.Set(mpfr_log1p, t.Set(mpfr_neg, t.SetScaled(t, -1)));
        }
        else if (x.Value < -3e4)
        {
            // -x^2 / 2 - log(-x sqrt(2 pi)) - 1 / x^2; the next term is below 1e-25 of the whole.
            u.Set(mpfr_log, u.Set(mpfr_mul, u.Set(mpfr_abs, x), t.Set(mpfr_sqrt, t.SetScaled(t.SetPi(), 1))));
            y.Set(mpfr_sqr, x);
            u.Set(mpfr_add, u, t.Set(mpfr_div, one, y));
            y.Set(mpfr_neg, y.Set(mpfr_add, y.SetScaled(y, -1), u));
        }
        else
        {
            NormalCdf(y, x);
            y.Set(mpfr_log, y);
        }
    }

    /// <summary>1 / (1 + e^-2z) with z = sqrt(2 / pi) (x + 0.044715 x^3), which is (1 + tanh z) / 2 without its cancellation.</summary>
    private void GeluTanhShare(Mpfr y, Mpfr x)
    {
        u.Set(mpfr_add, one, u.Set(mpfr_mul, geluCubic, u.Set(mpfr_sqr, x)));
        u.Set(mpfr_mul, u.Set(mpfr_mul, u, x), geluFactor);
        Sigmoid(y, u.SetScaled(u, 1));
    }

    /// <summary>MPFR says NaN at 0; the limits from both sides are infinite.</summary>
    private static void Digamma(Mpfr y, Mpfr x)
    {
        if (x.Value == 0)
        {
            y.Value = double.IsNegative(x.Value) ? double.PositiveInfinity : double.NegativeInfinity;
            return;
        }

        y.Set(mpfr_digamma, x);
    }

    /// <summary>
    /// The reflection (pi / sin(pi x))^2 - trigamma(1 - x) left of 0; right of it shifted to 40 or beyond, where the asymptotic series with
    /// Bernoulli's numbers to B50 gives 190 bits.
    /// </summary>
    private void Trigamma(Mpfr y, Mpfr x)
    {
        double value = x.Value;
        if (!double.IsFinite(value) || (value <= 0 && Math.Floor(value) == value))
        {
            y.Value = double.IsPositiveInfinity(value) ? 0 : double.IsFinite(value) ? double.PositiveInfinity : double.NaN;
            return;
        }

        // s is |x|, and y collects what is not the series.
        y.Value = 0;
        s.Set(mpfr_abs, x);
        if (value < 0)
        {
            t.Value = value - Math.Round(value);
            u.Set(mpfr_sin, u.Set(mpfr_mul, u.SetPi(), t));
            y.Set(mpfr_sqr, y.Set(mpfr_div, t.SetPi(), u));
            y.Set(mpfr_add, y, u.Set(mpfr_div, one, u.Set(mpfr_sqr, s)));
            y.Set(mpfr_neg, y);
        }

        while (s.Value < 40)
        {
            y.Set(mpfr_add, y, t.Set(mpfr_div, one, t.Set(mpfr_sqr, s)));
            s.Set(mpfr_add, s, one);
        }

        // 1 / s + 1 / (2 s^2) + (B2 / s^2 + B4 / s^4 + ...) / s.
        t.Set(mpfr_div, one, t.Set(mpfr_sqr, s));
        y.Set(mpfr_add, y, u.SetScaled(t, -1));
        u.Value = 0;
        for (int k = bernoulli.Length - 1; k >= 0; k--)
        {
            u.Set(mpfr_mul, u.Set(mpfr_add, u, bernoulli[k]), t);
        }

        y.Set(mpfr_add, y, u.Set(mpfr_div, u.Set(mpfr_add, u, one), s));
        if (value < 0)
        {
            y.Set(mpfr_neg, y);
        }
    }

    /// <summary>B2 to B50 by the tangent numbers, which are integers (Brent and Harvey, 2011, algorithm TangentNumbers).</summary>
    private static Mpfr[] Bernoulli()
    {
        const int count = 25;
        BigInteger[] tangents = new BigInteger[count + 1];
        tangents[1] = 1;
        for (int k = 2; k <= count; k++)
        {
            tangents[k] = (k - 1) * tangents[k - 1];
        }

        for (int k = 2; k <= count; k++)
        {
            for (int j = k; j <= count; j++)
            {
                tangents[j] = ((j - k) * tangents[j - 1]) + ((j - k + 2) * tangents[j]);
            }
        }

        Mpfr[] numbers = new Mpfr[count];
        for (int k = 1; k <= count; k++)
        {
            using Mpfr divisor = new Mpfr().SetDecimal((BigInteger.Pow(4, k) * (BigInteger.Pow(4, k) - 1)).ToString(CultureInfo.InvariantCulture));
            numbers[k - 1] = new Mpfr().SetDecimal((tangents[k] * (k % 2 == 0 ? -2 * k : 2 * k)).ToString(CultureInfo.InvariantCulture));
            numbers[k - 1].Set(mpfr_div, numbers[k - 1], divisor);
        }

        return numbers;
    }

    /// <summary>Newton's method on erf(y) = x, with erfc where erf is near 1, from our own operator's value; five steps from a poor start suffice.</summary>
    private void ErfInverse(Mpfr y, Mpfr x)
    {
        double value = x.Value, size = Math.Abs(value);
        if (!(size < 1) || size == 0)
        {
            y.Value = size == 0 ? value : size == 1 ? value * double.PositiveInfinity : double.NaN;
            return;
        }

        // Winitzki's approximation (2008), good to 2e-3 relative; each step doubles the digits.
        double log = Math.Log((1 - size) * (1 + size)), a = 0.147, part = (2 / (Math.PI * a)) + (log / 2);
        y.Value = size < 1e-3 ? size * 0.886226925452758 : Math.Sqrt(Math.Sqrt((part * part) - (log / a)) - part);
        s.Set(mpfr_abs, x);
        for (int step = 0; step < 7; step++)
        {
            if (size < 0.5)
            {
                t.Set(mpfr_sub, t.Set(mpfr_erf, y), s);
            }
            else
            {
                t.Set(mpfr_sub, u.Set(mpfr_sub, one, s), t.Set(mpfr_erfc, y));
            }

            u.Set(mpfr_mul, twoOverRootPi, u.Set(mpfr_exp, u.Set(mpfr_neg, u.Set(mpfr_sqr, y))));
            y.Set(mpfr_sub, y, t.Set(mpfr_div, t, u));
        }

        if (value < 0)
        {
            y.Set(mpfr_neg, y);
        }
    }
}
