using System.Numerics;

namespace Onsager.Tests;

/// <content>Sines and their inverses.</content>
internal readonly partial record struct Wide
{
    /// <summary>Enough of 2 / pi for the largest float64, whose last bit is 2^971, and 200 bits behind the 61 in which a fraction may vanish.</summary>
    private const int AngleBits = 1300;

    /// <summary>2 / pi, times 2^AngleBits.</summary>
    private static readonly BigInteger TwoOverPi = (BigInteger.One << (AngleBits + AngleBits + 65)) / Pi(AngleBits + 64);

    /// <summary>The sine of finite x.</summary>
    public static Wide Sin(double x)
    {
        (int quarter, Wide rest) = Quarters(Math.Abs(x));
        Wide y = OfQuarter(quarter, rest);
        return x < 0 ? -y : y;
    }

    /// <summary>The cosine of finite x.</summary>
    public static Wide Cos(double x)
    {
        (int quarter, Wide rest) = Quarters(Math.Abs(x));
        return OfQuarter(quarter + 1, rest);
    }

    /// <summary>The tangent of finite x.</summary>
    public static Wide Tan(double x)
    {
        (int quarter, Wide rest) = Quarters(Math.Abs(x));
        Wide y = OfQuarter(quarter, rest) / OfQuarter(quarter + 1, rest);
        return x < 0 ? -y : y;
    }

    /// <summary>The inverse sine of x from -1 to 1.</summary>
    public static Wide Asin(double x)
    {
        Wide y = HalfPi - AcosOfMagnitude(Math.Abs(x));
        if (Math.Abs(x) < 0.5)
        {
            y = AtanBelowOne(Math.Abs(x) / Across(x));
        }

        return x < 0 ? -y : y;
    }

    /// <summary>The inverse cosine of x from -1 to 1.</summary>
    public static Wide Acos(double x)
    {
        Wide y = AcosOfMagnitude(Math.Abs(x));
        return x < 0 ? (HalfPi * 2) - y : y;
    }

    /// <summary>The inverse tangent of finite x.</summary>
    public static Wide Atan(double x) => x == 0 ? x : Atan2(x, 1);

    private static Wide AcosOfMagnitude(double x) => x < 0.5 ? HalfPi - AtanBelowOne(x / Across(x)) : AtanOf(Across(x) / x);

    private static Wide AtanOf(Wide t) => t.Value > 1 ? HalfPi - AtanBelowOne(1 / t) : AtanBelowOne(t);

    /// <summary>sqrt(1 - x^2).</summary>
    private static Wide Across(double x) => Sqrt(((Wide)1 - x) * ((Wide)1 + x));

    /// <summary>sin(rest + quarter pi / 2), rest being at most pi / 4 in magnitude.</summary>
    private static Wide OfQuarter(int quarter, Wide rest)
    {
        bool odd = int.IsOddInteger(quarter);
        Wide square = rest * rest, term = odd ? 1 : rest, sum = term;
        for (int n = odd ? 2 : 3; n < 40; n += 2)
        {
            term = -(term * square / (n * (n - 1)));
            sum += term;
        }

        return (quarter & 2) != 0 ? -sum : sum;
    }

    /// <summary>x = (quarter + 4 n) pi / 2 + rest, by whole numbers.</summary>
    private static (int Quarter, Wide Part) Quarters(double x)
    {
        if (x < 0.78)
        {
            return (0, x);
        }

        int exponent = Math.ILogB(x) - 52;
        BigInteger turns = new BigInteger(Math.ScaleB(x, -exponent)) * TwoOverPi;
        int point = AngleBits - exponent;
        BigInteger whole = (turns + (BigInteger.One << (point - 1))) >> point, fraction = turns - (whole << point);
        int length = (int)fraction.GetBitLength(), cut = int.Max(0, length - 106);
        BigInteger leading = fraction >> cut, upper = leading >> 53;
        Wide rest = new Wide((double)upper, 0, cut + 53 - point) + new Wide((double)(leading - (upper << 53)), 0, cut - point);
        return ((int)(whole & 3), rest * HalfPi);
    }

    /// <summary>pi times 2^bits, by Machin's formula (1706); the divisions leave less than 2^-50 of what is asked.</summary>
    private static BigInteger Pi(int bits)
    {
        return ((16 * InverseTangent(5)) - (4 * InverseTangent(239))) >> 64;

        BigInteger InverseTangent(int inverse)
        {
            BigInteger power = (BigInteger.One << (bits + 64)) / inverse, sum = power;
            for (int n = 3; !power.IsZero; n += 2)
            {
                power /= -(inverse * inverse);
                sum += power / n;
            }

            return sum;
        }
    }
}
