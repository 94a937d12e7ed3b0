using Onsager.Tensors;
using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>The random streams of the card's claims: each repetition of each has its own.</summary>
internal enum GlassCheck
{
    Pairs = 4,
    Branches,
    Satisfiability,
    Triples,
    Planted,
    LargeTriples,
    Sparse,
    LargeSatisfiability,
    PlantedMany,
    BranchesMany,
}

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

/// <summary>What the claims share.</summary>
internal static class GlassMeasures
{
    public static RandomStream Stream(RunContext context, GlassCheck check, int repetition = 0) => new RandomStream(context.Seed, (ulong)check).Fork((ulong)repetition);

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /// <summary>The same number many times: a parameter for each column.</summary>
    public static double[] Each(int count, double value) => [.. Enumerable.Repeat(value, count)];
}
