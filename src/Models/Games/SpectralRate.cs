namespace Onsager.Models.Games;

/// <summary>
/// By what factor a step changes the part of z that belongs to an eigenvalue re + i im of a linear operator, for a given step: the modulus of the method's
/// own eigenvalue. The largest over the spectrum is the rate at which |z_k| falls in the end.
/// </summary>
public static class SpectralRate
{
    /// <summary>|1 - w| of gradient descent-ascent, w = step (re + i im).</summary>
    public static double GradientDescentAscent(double step, double re, double im) => Modulus(1 - (step * re), -step * im);

    /// <summary>1 / |1 + w| of the proximal point method.</summary>
    public static double ProximalPoint(double step, double re, double im) => 1 / Modulus(1 + (step * re), step * im);

    /// <summary>|1 - w + w^2| of the extragradient method.</summary>
    public static double ExtraGradient(double step, double re, double im)
    {
        (double x, double y) = (step * re, step * im);
        return Modulus(1 - x + (x * x) - (y * y), (2 * x * y) - y);
    }

    /// <summary>The larger root of q^2 - (1 - 2 w) q - w = 0 in modulus, of the optimistic and the past extragradient method.</summary>
    public static double Optimistic(double step, double re, double im)
    {
        (double x, double y) = (step * re, step * im);

        // (1 - 2 w)^2 + 4 w = 1 + 4 w^2.
        (double a, double b) = Root(1 + (4 * ((x * x) - (y * y))), 8 * x * y);
        double plus = Modulus(1 - (2 * x) + a, b - (2 * y)), minus = Modulus(1 - (2 * x) - a, -b - (2 * y));
        return Math.Max(plus, minus) / 2;
    }

    /// <summary>The larger root of q^2 - (2 - (step s)^2) q + 1 = 0 in modulus, of alternating steps on x^T A y with singular value s: 1 for steps up to 2 / s.</summary>
    public static double Alternating(double step, double s)
    {
        double half = 1 - (step * step * s * s / 2);
        return half >= -1 ? 1 : -half + Math.Sqrt((half * half) - 1);
    }

    private static double Modulus(double x, double y) => Math.Sqrt((x * x) + (y * y));

    /// <summary>The square root with the real part that is not negative.</summary>
    private static (double Re, double Im) Root(double x, double y)
    {
        double modulus = Modulus(x, y);
        if (modulus == 0)
        {
            return (0, 0);
        }

        // The larger part from the sum that does not cancel, the other from the product of both.
        double large = Math.Sqrt((modulus + Math.Abs(x)) / 2), small = Math.Abs(y) / (2 * large);
        (double re, double im) = x >= 0 ? (large, small) : (small, large);
        return (re, y < 0 ? -im : im);
    }
}
