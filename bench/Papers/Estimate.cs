using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>A mean or a median of repetitions, and how well it is known.</summary>
/// <param name="Mean">The mean, or the median.</param>
/// <param name="Error">The standard error.</param>
/// <param name="Count">Repetitions.</param>
internal readonly record struct Estimate(double Mean, double Error, int Count)
{
    /// <summary>The mean; its standard error is the sample's deviation over the root of the count.</summary>
    public static Estimate Of(IReadOnlyList<double> values)
    {
        double[] all = [.. values];
        return new(HostMath.Mean(all), Deviation(all) / Math.Sqrt(all.Length), all.Length);
    }

    /// <summary>
    /// The median, for what is now and then infinite; NaN counts as that. Its standard error is half of what lies between the ranks half the root of the count below the middle and above it: the number of values
    /// below the law's own median is binomial, with that deviation.
    /// </summary>
    public static Estimate OfMedian(IReadOnlyList<double> values)
    {
        double reach = Math.Sqrt(values.Count) / (2 * Math.Max(1, values.Count - 1));
        return new(Quantile(values, 0.5), (Quantile(values, Math.Min(1, 0.5 + reach)) - Quantile(values, Math.Max(0, 0.5 - reach))) / 2, values.Count);
    }

    public string Text(string unit) => $"Standard error {Error:G2} over {Count} {unit}.";
}
