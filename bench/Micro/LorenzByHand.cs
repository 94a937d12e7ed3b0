using System.Runtime.CompilerServices;

namespace Onsager.Micro;

/// <summary>
/// Dopri5 for Lorenz's equations as one would write it for these alone: no arrays, every coefficient a constant, the same sums of fused multiply-adds
/// and the same classical controller as the solver's.
/// </summary>
/// <param name="tolerance">Absolute and relative.</param>
internal sealed class LorenzByHand(double tolerance)
{
    /// <summary>The first step's length.</summary>
    public const double FirstStep = 1e-3;

    /// <summary>Steps of the last integration, taken or not.</summary>
    public long Steps { get; private set; }

    /// <summary>The state at the end.</summary>
    public (double X, double Y, double Z) State { get; private set; }

    /// <summary>Goes from time 0 to the end.</summary>
    public void Integrate(double x, double y, double z, double end)
    {
        double t = 0, h = FirstStep;
        long steps = 0;
        Field(x, y, z, out double k1x, out double k1y, out double k1z);
        while (t < end)
        {
            bool isLast = end - t <= h;
            h = isLast ? end - t : h;
            Field(
                Fma(h, 1.0 / 5 * k1x, x), Fma(h, 1.0 / 5 * k1y, y), Fma(h, 1.0 / 5 * k1z, z),
                out double k2x, out double k2y, out double k2z);
            Field(
                Fma(h, Fma(9.0 / 40, k2x, 3.0 / 40 * k1x), x), Fma(h, Fma(9.0 / 40, k2y, 3.0 / 40 * k1y), y), Fma(h, Fma(9.0 / 40, k2z, 3.0 / 40 * k1z), z),
                out double k3x, out double k3y, out double k3z);
            Field(
                Fma(h, Sum4(k1x, k2x, k3x), x), Fma(h, Sum4(k1y, k2y, k3y), y), Fma(h, Sum4(k1z, k2z, k3z), z),
                out double k4x, out double k4y, out double k4z);
            Field(
                Fma(h, Sum5(k1x, k2x, k3x, k4x), x), Fma(h, Sum5(k1y, k2y, k3y, k4y), y), Fma(h, Sum5(k1z, k2z, k3z, k4z), z),
                out double k5x, out double k5y, out double k5z);
            Field(
                Fma(h, Sum6(k1x, k2x, k3x, k4x, k5x), x), Fma(h, Sum6(k1y, k2y, k3y, k4y, k5y), y), Fma(h, Sum6(k1z, k2z, k3z, k4z, k5z), z),
                out double k6x, out double k6y, out double k6z);
            double nx = Fma(h, Sum7(k1x, k3x, k4x, k5x, k6x), x), ny = Fma(h, Sum7(k1y, k3y, k4y, k5y, k6y), y), nz = Fma(h, Sum7(k1z, k3z, k4z, k5z, k6z), z);
            Field(nx, ny, nz, out double k7x, out double k7y, out double k7z);
            double ex = Share(h * Error(k1x, k3x, k4x, k5x, k6x, k7x), x, nx), ey = Share(h * Error(k1y, k3y, k4y, k5y, k6y, k7y), y, ny), ez = Share(h * Error(k1z, k3z, k4z, k5z, k6z, k7z), z, nz);
            double error = Math.Sqrt(((ex * ex) + (ey * ey) + (ez * ez)) / 3);
            steps++;
            double factor = Math.Clamp(0.9 * Math.Pow(Math.Max(error, 1e-30), -0.2), 0.2, 10);
            if (error <= 1)
            {
                t = isLast ? end : t + h;
                (x, y, z, k1x, k1y, k1z) = (nx, ny, nz, k7x, k7y, k7z);
                h *= factor;
            }
            else
            {
                h *= Math.Min(1, factor);
            }
        }

        (Steps, State) = (steps, (x, y, z));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Field(double x, double y, double z, out double dx, out double dy, out double dz) => (dx, dy, dz) = (10 * (y - x), (x * (28 - z)) - y, (x * y) - (8.0 / 3 * z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Fma(double x, double y, double z) => Math.FusedMultiplyAdd(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Sum4(double k1, double k2, double k3) => Fma(32.0 / 9, k3, Fma(-56.0 / 15, k2, 44.0 / 45 * k1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Sum5(double k1, double k2, double k3, double k4) =>
        Fma(-212.0 / 729, k4, Fma(64448.0 / 6561, k3, Fma(-25360.0 / 2187, k2, 19372.0 / 6561 * k1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Sum6(double k1, double k2, double k3, double k4, double k5) =>
        Fma(-5103.0 / 18656, k5, Fma(49.0 / 176, k4, Fma(46732.0 / 5247, k3, Fma(-355.0 / 33, k2, 9017.0 / 3168 * k1))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Sum7(double k1, double k3, double k4, double k5, double k6) =>
        Fma(11.0 / 84, k6, Fma(-2187.0 / 6784, k5, Fma(125.0 / 192, k4, Fma(500.0 / 1113, k3, 35.0 / 384 * k1))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Error(double k1, double k3, double k4, double k5, double k6, double k7) =>
        Fma(-1.0 / 40, k7, Fma(22.0 / 525, k6, Fma(-17253.0 / 339200, k5, Fma(71.0 / 1920, k4, Fma(-71.0 / 16695, k3, 71.0 / 57600 * k1)))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double Share(double error, double before, double after) => error / Fma(tolerance, Math.Max(Math.Abs(before), Math.Abs(after)), tolerance);
}
