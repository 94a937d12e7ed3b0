namespace Onsager.Tests;

/// <content>Roots, powers and angles.</content>
internal readonly partial record struct Wide
{
    private static readonly Wide HalfPi = new(1.5707963267948966, 6.123233995736766e-17);

    /// <summary>The square root of x >= 0: a float64 guess and one step of Newton's.</summary>
    public static Wide Sqrt(Wide x)
    {
        if (x.High == 0)
        {
            return x;
        }

        Wide guess = Sqrt(x.High);
        guess = guess with { Scale = guess.Scale + (x.Scale >> 1) };
        if (int.IsOddInteger(x.Scale))
        {
            guess *= new Wide(1.4142135623730951, -9.6672933134529135e-17);
        }

        return guess + ((x - (guess * guess)) / (guess * 2));
    }

    public static Wide Rsqrt(double x) => (Wide)1 / Sqrt(x);

    public static Wide Cbrt(double x)
    {
        if (x == 0)
        {
            return x;
        }

        Wide guess = Math.Cbrt(x);
        return guess + ((x - (guess * guess * guess)) / (guess * guess * 3));
    }

    public static Wide Hypot(double x, double y) => Sqrt(((Wide)x * x) + ((Wide)y * y));

    /// <summary>x^y for finite x other than 0 and finite y; an integer where x is negative.</summary>
    public static Wide Pow(double x, double y)
    {
        Wide magnitude = Exp(y * Log(Math.Abs(x)));
        return x < 0 && Math.Abs(y) < 9.1e15 && long.IsOddInteger((long)y) ? -magnitude : magnitude;
    }

    /// <summary>The angle of (x, y), y first, of finite numbers other than 0.</summary>
    public static Wide Atan2(double y, double x)
    {
        Wide ax = Math.Abs(x), ay = Math.Abs(y);
        bool steep = Math.Abs(y) > Math.Abs(x);
        Wide angle = AtanBelowOne(steep ? ax / ay : ay / ax);
        angle = steep ? HalfPi - angle : angle;
        angle = x < 0 ? (HalfPi * 2) - angle : angle;
        return y < 0 ? -angle : angle;
    }

    /// <summary>Euler's series (1755), t / (1 + t^2) (1 + 2/3 w + 2/3 4/5 w^2 + ...) with w = t^2 / (1 + t^2): every term is positive, nothing cancels.</summary>
    private static Wide AtanBelowOne(Wide t)
    {
        Wide square = t * t, w = square / (square + 1), term = 1, sum = 1;
        for (int n = 1; term.Value > 1e-33; n++)
        {
            term *= w * (2 * n) / ((2 * n) + 1);
            sum += term;
        }

        return t / (square + 1) * sum;
    }
}
