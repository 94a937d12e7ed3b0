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

        // The error after N terms is about e^(-2 x sqrt(2 N)).
        Wide fraction = x;
        for (int n = 20 + (int)(700 / (x.Value * x.Value)); n > 0; n--)
        {
            fraction = x + ((Wide)(n * 0.5) / fraction);
        }

        return TwoOverRootPi * 0.5 * Exp(-(x * x)) / fraction;
    }

    /// <summary>The standard normal distribution function, whose tail at the left is relative.</summary>
    public static Wide NormalCdf(double x) => x == 0 ? 0.5 : Erfc(-x * Sqrt(0.5)) * 0.5;

    /// <summary>x times that.</summary>
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
