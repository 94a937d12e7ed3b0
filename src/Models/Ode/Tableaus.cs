namespace Onsager.Models.Ode;

/// <summary>The methods that are here by name. Coefficients as printed in their sources.</summary>
public static partial class Tableaus
{
    /// <summary>Euler's method, of order 1: y + h f(t, y).</summary>
    public static Tableau Euler { get; } = new("Euler", 1, [[]], [1]);

    /// <summary>The midpoint method, of order 2.</summary>
    public static Tableau Midpoint { get; } = new("midpoint", 2, [[], [0.5]], [0, 1]);

    /// <summary>Heun's method, of order 2, which is the trapezoidal rule with an Euler step before it; its error is the distance to Euler's step.</summary>
    public static Tableau Heun { get; } = new("Heun", 2, [[], [1]], [0.5, 0.5], error: [-0.5, 0.5], errorOrder: 1);

    /// <summary>The classical method of order 4 (Kutta, "Beitrag zur naeherungsweisen Integration totaler Differentialgleichungen", 1901).</summary>
    public static Tableau Rk4 { get; } = new("RK4", 4, [[], [0.5], [0, 0.5], [0, 0, 1]], [1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6]);

    /// <summary>Order 3 with an error of order 2 (Bogacki and Shampine, "A 3(2) pair of Runge-Kutta formulas", 1989).</summary>
    public static Tableau BogackiShampine { get; } = new(
        "Bogacki-Shampine", 3,
        [[], [0.5], [0, 0.75], [2.0 / 9, 1.0 / 3, 4.0 / 9]],
        [2.0 / 9, 1.0 / 3, 4.0 / 9, 0],
        error: [2.0 / 9 - 7.0 / 24, 1.0 / 3 - 0.25, 4.0 / 9 - 1.0 / 3, -0.125], errorOrder: 2);

    /// <summary>
    /// Order 5 with an error of order 4 (Dormand and Prince, "A family of embedded Runge-Kutta formulae", 1980); between the ends a polynomial of
    /// order 4 (Hairer, Norsett and Wanner, "Solving ordinary differential equations I", section II.6).
    /// </summary>
    public static Tableau Dopri5 { get; } = new(
        "Dopri5", 5,
        [
            [],
            [1.0 / 5],
            [3.0 / 40, 9.0 / 40],
            [44.0 / 45, -56.0 / 15, 32.0 / 9],
            [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
            [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
            [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84],
        ],
        [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84, 0],
        error: [71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40], errorOrder: 4,
        between: Dopri5Between());

    /// <summary>
    /// Weights b_i(theta) = b_i theta^2 (3 - 2 theta) and, for the first and last stage, the slopes there, plus d_i theta^2 (1 - theta)^2: section
    /// II.6, equation 6.12 with the coefficients d of the program DOPRI5.
    /// </summary>
    private static double[][] Dopri5Between()
    {
        double[] b = [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84, 0];
        double[] d =
        [
            -12715105075.0 / 11282082432, 0, 87487479700.0 / 32700410799, -10690763975.0 / 1880347072,
            701980252875.0 / 199316789632, -1453857185.0 / 822651844, 69997945.0 / 29380423,
        ];
        double[][] between = new double[b.Length][];
        for (int i = 0; i < b.Length; i++)
        {
            // theta^2 (3 - 2 theta) b, theta (1 - theta)^2 at the first stage, -theta^2 (1 - theta) at the last one.
            (double start, double end) = (i == 0 ? 1 : 0, i == b.Length - 1 ? 1 : 0);
            between[i] = [start, (3 * b[i]) - (2 * start) - end + d[i], (-2 * b[i]) + start + end - (2 * d[i]), d[i]];
        }

        return between;
    }
}
