namespace Onsager.Tests;

/// <content>
/// The logarithm of the gamma function and its derivatives: the argument is shifted to 30 or beyond, where fifteen terms of the asymptotic
/// series give 110 bits; next to the positive zeros, where that would cancel, series of their own; left of 0 by reflection.
/// </content>
internal readonly partial record struct Wide
{
    private const int Beyond = 30, Terms = 60;

    private static readonly Wide HalfLogTwoPi = new(0.9189385332046728, -3.8782941580672414e-17);
    private static readonly Wide OneLessEuler = new(0.42278433509846713, 4.942915152430645e-18);
    private static readonly Wide CircleConstant = new(3.141592653589793, 1.2246467991473532e-16);

    /// <summary>Bernoulli's numbers B2, B4, ..., B30.</summary>
    private static readonly Wide[] Bernoulli =
    [
        (Wide)1 / 6, (Wide)(-1) / 30, (Wide)1 / 42, (Wide)(-1) / 30, (Wide)5 / 66, (Wide)(-691) / 2730, (Wide)7 / 6, (Wide)(-3617) / 510,
        (Wide)43867 / 798, (Wide)(-174611) / 330, (Wide)854513 / 138, (Wide)(-236364091) / 2730, (Wide)8553103 / 6,
        (Wide)(-23749461029) / 870, (Wide)8615841276005 / 14322,
    ];

    /// <summary>zeta(k) - 1 for k from 2 on.</summary>
    public static readonly Wide[] ZetaLessOne = [.. Enumerable.Range(0, Terms).Select(k => k < 2 ? 0 : ZetaLessOneOf(k))];

    /// <summary>The positive zero of digamma is the sum of these.</summary>
    public static readonly double[] DigammaZero = [1.4616321449683622, 9.549995429965697e-17, 2.89392992820415e-33];

    /// <summary>The derivatives of digamma at that zero over 1!, 2!, ... (mpmath, 60 digits).</summary>
    public static readonly Wide[] DigammaAtZero =
    [
        new(0.9676722454476212, -3.387874303038943e-17), new(-0.4427631689835921, -2.4685968258808798e-17),
        new(0.258499760955651, -1.50046082237735e-17), new(-0.16394270544240652, -5.2948981225636345e-18),
        new(0.10782405069126237, -5.647016933496416e-18), new(-0.07219956125645471, 3.0827459843108324e-18),
        new(0.04880428816414311, -2.82635913171961e-18), new(-0.03316112647484736, 2.6301239066061398e-18),
        new(0.022597648232218104, 8.453631579784668e-19), new(-0.01542476590494896, 3.829693633952811e-19),
        new(0.010538791616612175, 3.958838580981545e-19), new(-0.007204534386356869, 4.1723725613433093e-19),
        new(0.004926781395729853, 1.773599192985584e-19), new(-0.003369801655439328, 1.2291719110197274e-19),
    ];

    /// <summary>log |Gamma(x)| for finite x that is no pole.</summary>
    public static Wide LogGamma(double x)
    {
        if (x < 0)
        {
            return Log(CircleConstant / (-x * SinPi(x))) - LogGamma(-x);
        }

        if (x is >= 0.5 and <= 2.5)
        {
            // log Gamma(2 + y) = (1 - Euler) y + sum of (zeta(k) - 1) (-y)^k / k.
            bool low = x < 1.5;
            Wide y = (Wide)x - (low ? 1 : 2), power = -y, sum = OneLessEuler * y;
            for (int k = 2; k < Terms; k++)
            {
                power *= -y;
                sum += ZetaLessOne[k] * power / k;
            }

            return low ? sum - Log(x) : sum;
        }

        Wide a = x, product = 1;
        for (; a.Value < Beyond; a += 1)
        {
            product *= a;
        }

        Wide inverse = 1 / a, square = inverse * inverse, series = 0;
        for (int k = Bernoulli.Length; k > 0; k--)
        {
            series = (series * square) + (Bernoulli[k - 1] / (2 * k * ((2 * k) - 1)));
        }

        return ((a - 0.5) * Log(a)) - a + HalfLogTwoPi + (series * inverse) - Log(product);
    }

    /// <summary>The derivative of log Gamma for finite x that is no pole.</summary>
    public static Wide Digamma(double x)
    {
        if (x < 0)
        {
            double f = Math.Round(x) - x, a = Math.Abs(f);
            Wide cosine = a < 0.25 ? OfQuarter(1, CircleConstant * a) : OfQuarter(0, CircleConstant * (0.5 - a));
            return Digamma(-x) - (1 / (Wide)x) + (CircleConstant * Math.Sign(f) * cosine / SinPi(f));
        }

        Wide distance = (Wide)x - DigammaZero[0] - DigammaZero[1] - DigammaZero[2];
        if (Math.Abs(distance.Value) < 0.00390625)
        {
            Wide sum = 0;
            for (int k = DigammaAtZero.Length; k > 0; k--)
            {
                sum = (sum + DigammaAtZero[k - 1]) * distance;
            }

            return sum;
        }

        Wide a0 = x, less = 0;
        for (; a0.Value < Beyond; a0 += 1)
        {
            less += 1 / a0;
        }

        Wide inverse = 1 / a0, square = inverse * inverse, series = 0;
        for (int k = Bernoulli.Length; k > 0; k--)
        {
            series = (series + (Bernoulli[k - 1] / (2 * k))) * square;
        }

        return Log(a0) - (inverse * 0.5) - series - less;
    }

    /// <summary>The second derivative of log Gamma for finite x that is no pole.</summary>
    public static Wide Trigamma(double x)
    {
        if (x < 0)
        {
            Wide pole = CircleConstant / SinPi(x), own = 1 / (Wide)x;
            return (pole * pole) - Trigamma(-x) + (own * own);
        }

        Wide a = x, more = 0;
        for (; a.Value < Beyond; a += 1)
        {
            more += 1 / (a * a);
        }

        Wide inverse = 1 / a, square = inverse * inverse, series = 0;
        for (int k = Bernoulli.Length; k > 0; k--)
        {
            series = (series + Bernoulli[k - 1]) * square;
        }

        return inverse + (square * 0.5) + (series * inverse) + more;
    }

    /// <summary>|sin(pi x)|; what is left of x beside an integer is exact.</summary>
    private static Wide SinPi(double x)
    {
        double a = Math.Abs(x - Math.Round(x));
        return a < 0.25 ? OfQuarter(0, CircleConstant * a) : OfQuarter(1, CircleConstant * (0.5 - a));
    }

    /// <summary>Euler and Maclaurin's formula (1735, 1742) behind the first terms of the series.</summary>
    private static Wide ZetaLessOneOf(int k)
    {
        Wide sum = 0, power = 1;
        for (int n = 2; n <= Beyond; n++)
        {
            power = 1;
            for (int i = 0; i < k; i++)
            {
                power /= n;
            }

            sum += n < Beyond ? power : power * 0.5;
        }

        // power is Beyond^-k; the terms hold k (k + 1) ... (k + 2 j - 2) / (2 j)!.
        sum += power * Beyond / (k - 1);
        Wide factor = power * k / ((Wide)2 * Beyond);
        for (int j = 1; j <= Bernoulli.Length; j++)
        {
            sum += Bernoulli[j - 1] * factor;
            factor *= (Wide)((k + (2 * j) - 1) * (k + (2 * j))) / ((2 * j) + 1) / ((2 * j) + 2) / (Beyond * Beyond);
        }

        return sum;
    }
}
