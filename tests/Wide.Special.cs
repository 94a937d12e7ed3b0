namespace Onsager.Tests;

/// <content>The error function's relatives.</content>
internal readonly partial record struct Wide
{
    /// <summary>1 - erf x, relative also where it vanishes: from 2 on by Laplace's continued fraction e^(-x^2) / sqrt(pi) / (x + (1/2) / (x + 1 / (x + (3/2) / ...))).</summary>
    public static Wide Erfc(Wide x)
    {
        if (x.Value < 2)
        {
            return x.High == 0 ? 1 : x.Value < -8 ? 2 : 1 - ErfSeries(x);
        }

        if (x.Value > 40)
        {
            return Tiny;
        }

        return TwoOverRootPi * 0.5 * Exp(-(x * x)) / Laplace(x);
    }

    /// <summary>Laplace's continued fraction; the error after N terms is about e^(-2 x sqrt(2 N)).</summary>
    private static Wide Laplace(Wide x)
    {
        Wide fraction = x;
        for (int n = 20 + (int)(700 / (x.Value * x.Value)); n > 0; n--)
        {
            fraction = x + ((Wide)(n * 0.5) / fraction);
        }

        return fraction;
    }

    /// <summary>The standard normal distribution function, whose tail at the left is relative.</summary>
    public static Wide NormalCdf(double x) => x == 0 ? 0.5 : Erfc(-x * Sqrt(0.5)) * 0.5;

    /// <summary>Its logarithm, without the exponential where that would underflow.</summary>
    public static Wide LogNormalCdf(double x)
    {
        if (x < -4)
        {
            Wide a = -x * Sqrt(0.5);
            return Log(TwoOverRootPi * 0.25 / Laplace(a)) - (a * a);
        }

        Wide tail = Erfc(x * Sqrt(0.5)) * 0.5;
        if (tail.Value > 1e-3)
        {
            return Log(NormalCdf(x));
        }

        Wide sum = 0;
        for (int n = 12; n > 0; n--)
        {
            sum = tail * (sum + ((Wide)1 / n));
        }

        return -sum;
    }

    /// <summary>The inverse error function for 0 &lt; |x| &lt; 1: a float64 guess by bisection, then Newton's steps on what is left of 1.</summary>
    public static Wide ErfInverse(double x)
    {
        if (x == 0)
        {
            return x;
        }

        Wide target = (Wide)1 - Math.Abs(x), y;
        double low = 0, high = 7;
        for (int i = 0; i < 45; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = (Erfc(middle) - target).Value > 0 ? (middle, high) : (low, middle);
        }

        // Near 0, where x itself is small: the series' first term.
        y = Math.Abs(x) < 1e-9 ? Math.Abs(x) / TwoOverRootPi : (low + high) / 2;
        for (int i = 0; i < 3; i++)
        {
            Wide error = Math.Abs(x) < 0.5 ? ErfSeries(y) - Math.Abs(x) : target - Erfc(y);
            y -= error / (TwoOverRootPi * Exp(-(y * y)));
        }

        return x < 0 ? -y : y;
    }

    /// <summary>x times the standard normal distribution function.</summary>
    public static Wide Gelu(double x) => x * NormalCdf(x);

    /// <summary>2 / sqrt(pi) x e^(-x^2) (1 + 2 x^2 / 3 + (2 x^2)^2 / (3 * 5) + ...): every term is positive, nothing cancels.</summary>
    private static Wide ErfSeries(Wide x)
    {
        Wide square = x * x, term = 1, sum = 1;
        for (int n = 3; Math.Abs(term.Value) > 1e-34 * sum.Value; n += 2)
        {
            term *= square * 2 / n;
            sum += term;
        }

        return TwoOverRootPi * x * Exp(-square) * sum;
    }
}
