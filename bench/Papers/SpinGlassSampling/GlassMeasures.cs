using Onsager.Tensors;

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
    SatisfiabilityPicture,
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
