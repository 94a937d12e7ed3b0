using Onsager.Simd;

namespace Onsager.Papers;

/// <summary>Scalar arithmetic for claims and axes, by the engine's own operators at one lane: the platform's library would decide the bits.</summary>
internal static class HostMath
{
    public static double Ln(double x) => Map.Unary<Log>(x);

    public static double Power(double x, double exponent) => Map.Unary<Exp>(exponent * Ln(x));

    public static double Mean(ReadOnlySpan<double> values) => Reduce.Sum(values) / values.Length;

    /// <summary>The sample's standard deviation; 0 for fewer than two values.</summary>
    public static double Deviation(ReadOnlySpan<double> values)
    {
        double mean = Mean(values), squares = 0;
        foreach (double value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return values.Length < 2 ? 0 : Math.Sqrt(squares / (values.Length - 1));
    }

    /// <summary>The value below which a share of the values lies, between neighbours in proportion; NaN counts as infinite.</summary>
    public static double Quantile(IReadOnlyList<double> values, double share)
    {
        double[] sorted = [.. values.Select(static value => double.IsNaN(value) ? double.PositiveInfinity : value).Order()];
        double rank = share * (sorted.Length - 1);
        int below = (int)rank;
        return rank == below ? sorted[below] : sorted[below] + ((rank - below) * (sorted[below + 1] - sorted[below]));
    }

    /// <summary>Points from first to last, evenly spaced or with even ratios.</summary>
    public static double[] Grid(double first, double last, int count, bool logarithmic = true)
    {
        double[] points = new double[count];
        for (int i = 0; i < count; i++)
        {
            double t = (double)i / (count - 1);
            points[i] = logarithmic ? first * Power(last / first, t) : first + (t * (last - first));
        }

        return points;
    }
}
