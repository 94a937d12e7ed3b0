using Onsager.Models.Ode;

namespace Onsager.Models.Tests;

/// <summary>z'' = -4 z - 0.3 z', whose solution from z = 1, v = 0.5 is known.</summary>
internal readonly struct Spring : IVectorField<double>, IVectorField<float>
{
    public static readonly double[] Start = [1, 0.5];

    private static readonly double Frequency = Math.Sqrt(4 - (0.15 * 0.15));

    public static (double Z, double V) At(double t)
    {
        double b = (0.5 + 0.15) / Frequency, decay = Math.Exp(-0.15 * t);
        (double s, double c) = Math.SinCos(Frequency * t);
        double z = decay * (c + (b * s));
        return (z, (-0.15 * z) + (decay * Frequency * ((b * c) - s)));
    }

    public void Eval(double t, ReadOnlySpan<double> y, Span<double> dy) => (dy[0], dy[1]) = (y[1], (-4 * y[0]) - (0.3 * y[1]));

    public void Eval(float t, ReadOnlySpan<float> y, Span<float> dy) => (dy[0], dy[1]) = (y[1], (-4 * y[0]) - (0.3f * y[1]));
}

/// <summary>Two equations that bend, depend on time and on each other: from (1, 0) the solution is (exp(sin t), sin t).</summary>
internal readonly struct Bending : IVectorField<double>
{
    public void Eval(double t, ReadOnlySpan<double> y, Span<double> dy)
    {
        dy[0] = y[0] * Math.Cos(t);
        dy[1] = Math.Cos(t) + ((y[1] - Math.Sin(t)) * Math.Sin(2 * t) * y[0]);
    }
}

/// <summary>y' = y^2: y = 1 / (1 - t) from y(0) = 1, which ends at t = 1.</summary>
internal readonly struct Explosion : IVectorField<double>
{
    public void Eval(double t, ReadOnlySpan<double> y, Span<double> dy)
    {
        dy[0] = 0;
        dy[1] = y[1] * y[1];
    }
}

/// <summary>Lorenz, "Deterministic nonperiodic flow", 1963.</summary>
internal readonly struct Lorenz : IVectorField<double>
{
    public void Eval(double t, ReadOnlySpan<double> y, Span<double> dy)
    {
        double x = y[0], v = y[1], z = y[2];
        dy[0] = 10 * (v - x);
        dy[1] = (x * (28 - z)) - v;
        dy[2] = (x * v) - (8.0 / 3 * z);
    }
}

/// <summary>A field that is not a number from a time on.</summary>
internal readonly struct Broken(double from) : IVectorField<double>
{
    public void Eval(double t, ReadOnlySpan<double> y, Span<double> dy) => (dy[0], dy[1], dy[2]) = (1, t < from ? 1 : double.NaN, 1);
}
