namespace Onsager.Papers.Tests;

/// <summary>The smoke run of variational-inequalities: every criterion of its card is a claim that holds, with the card's numbers, and the bits do not depend on the machine.</summary>
public sealed class VariationalInequalitiesTests
{
    private static readonly QuickRun Quick = new("variational-inequalities");

    [Fact]
    public void Every_claim_holds() => Quick.CheckAllHold();

    [Fact]
    public void Every_criterion_of_the_card_is_a_claim_under_its_label()
    {
        Assert.All(Enumerable.Range(1, 11), label => Assert.NotEqual(0, Quick.HeldUnder($"{label} ")));
        Assert.Equal(5, Quick.HeldUnder("4 "));
        Assert.Equal(6, Quick.HeldUnder("7 "));
    }

    /// <summary>The closed forms as the card prints them.</summary>
    [Theory]
    [InlineData("1 GDA, step 0.1", 1.00498756, 1e-7)]
    [InlineData("1 PPM, step 0.3", 0.95782629, 1e-7)]
    [InlineData("1 EG, step 0.5", 0.90138782, 1e-7)]
    [InlineData("1 OGDA, step 0.3", 0.94868330, 1e-7)]
    [InlineData("1 OGDA, step 0.5", 0.70710678, 6e-3)]
    [InlineData("3 EG, matrix 1", 0.995038, 1e-4)]
    [InlineData("3 OGDA, matrix 1", 0.994936, 1e-4)]
    [InlineData("3 PPM, matrix 1", 0.995037, 1e-4)]
    [InlineData("8 GDA", 0.998752, 6e-4)]
    [InlineData("8 EG", 0.986380, 6e-4)]
    [InlineData("8 OGDA", 0.986376, 6e-4)]
    [InlineData("8 PPM", 0.935655, 6e-4)]
    [InlineData("10 shared capacity, price", 1.9, 1e-8)]
    public void Expected_values_and_tolerances_are_the_cards(string name, double expected, double tolerance) => Quick.CheckExpected(name, expected, tolerance, printed: 1e-6);

    [Fact]
    public void The_plots_of_the_card_are_there() => Quick.CheckFiles(
        "1-portrait.svg", "3-linear-rates.svg", "4-averages.svg", "6-last-points.svg", "9-matrix-game.svg", "9-simplex.svg");

    [Theory]
    [MemberData(nameof(OtherRuns.Gate), MemberType = typeof(OtherRuns))]
    public void The_fingerprint_depends_neither_on_threads_nor_on_the_instruction_set(string threads, string without) => Quick.CheckFingerprint(threads, without);
}
