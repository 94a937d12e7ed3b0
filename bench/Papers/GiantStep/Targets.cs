using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>A target that depends on the first two coordinates.</summary>
internal delegate double Target(double z1, double z2);

/// <summary>The card's targets and the closed forms that go with them. He2(z) = z^2 - 1, He4(z) = z^4 - 6 z^2 + 3.</summary>
internal static class Targets
{
    /// <summary>Leap 1, C_1 = (2, 1/2): one direction.</summary>
    public static double T1(double z1, double z2) => ((4 * z1) + (z1 * z1) + z2) / 2;

    /// <summary>Leap 2: no linear part.</summary>
    public static double T2(double z1, double z2) => (He2(z1) + He2(z2)) / 2;

    /// <summary>A staircase: u / sqrt 2 + u v in the rotated coordinates u, v.</summary>
    public static double T3(double z1, double z2) => (z1 + (z1 * z1) + z2 - (z2 * z2)) / 2;

    /// <summary>The control: z2 is not linked to z1.</summary>
    public static double T4(double z1, double z2) => z1 + He2(z2);

    /// <summary>The target of the authors' sweep, variance 0.7708, of which 0.2708 is not linear.</summary>
    public static double Quartic(double z1, double z2) => (Quartic(z1) + Quartic(z2)) / 2;

    public static double LearnedDirection(double z1, double z2) => z1 + (He2(z1) / 2);

    public static double OtherDirection(double z1, double z2) => z1 + (He2(z2) / 2);

    public static double Product(double z1, double z2) => z1 + (z1 * z2 / Math.Sqrt(2));

    /// <summary>
    /// The cosine of a neuron's first gradient on T1 with C_1: cos^2 = c |C_1|^2 / (c |C_1|^2 + m (E y)^2 + (d / n) s E y^2), with ReLU's
    /// c = 1/4, m = 1 / (2 pi), s = 1/2 (card, C1).
    /// </summary>
    public static double OneDirectionCosine(double dimensionsPerSample)
    {
        double signal = 4.25 / 4, mean = 0.25 / (2 * Math.PI), noise = dimensionsPerSample * 5 / 2;
        return Math.Sqrt(signal / (signal + mean + noise));
    }

    /// <summary>
    /// The expected share of a neuron's first gradient on T2 in the teachers' plane: E (S + 2 N) / (S + d N), S = X / (2 pi d), X ~ chi^2_2,
    /// N = 1 / (2 n) (card, C2), by the midpoint rule over the quantiles of X.
    /// </summary>
    public static double ManyDirectionsShare(double d, double n)
    {
        const int Points = 1000;
        double noise = 1 / (2 * n), sum = 0;
        for (int i = 0; i < Points; i++)
        {
            double signal = -2 * Ln((i + 0.5) / Points) / (2 * Math.PI * d);
            sum += (signal + (2 * noise)) / (signal + (d * noise));
        }

        return sum / Points;
    }

    private static double He2(double z) => (z * z) - 1;

    private static double Quartic(double z) => z + (He2(z) / 2) + (((z * z * z * z) - (6 * z * z) + 3) / 24);
}
