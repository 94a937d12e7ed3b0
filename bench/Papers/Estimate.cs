using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>A mean of repetitions, and how well it is known.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Error">The standard error: the sample's deviation over the root of the count.</param>
/// <param name="Count">Repetitions.</param>
internal readonly record struct Estimate(double Mean, double Error, int Count)
{
    public static Estimate Of(IReadOnlyList<double> values)
    {
        double[] all = [.. values];
        return new(HostMath.Mean(all), Deviation(all) / Math.Sqrt(all.Length), all.Length);
    }

    public string Text(string unit) => $"Standard error {Error:G2} over {Count} {unit}.";
}
