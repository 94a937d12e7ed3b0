namespace Onsager.Models;

/// <summary>Host scalars with bits of our own.</summary>
internal static class Scalars
{
    /// <summary>x^n by squaring: products only, so the same bits everywhere.</summary>
    public static double Power(double x, long n)
    {
        double result = 1;
        for (double square = x; n > 0; n >>= 1, square *= square)
        {
            result = (n & 1) == 1 ? result * square : result;
        }

        return result;
    }
}
