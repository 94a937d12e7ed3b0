namespace Onsager.Papers.Tests;

/// <summary>The smoke run of meta-learning: criterion 4 of its card holds, 1 to 3 are reported, since it trains too little to be judged, and the bits do not depend on the machine.</summary>
public sealed class MetaLearningTests
{
    private static readonly QuickRun Quick = new("meta-learning");

    [Fact]
    public void Every_claim_holds() => Quick.CheckAllHold();

    [Theory]
    [InlineData("1 M1", 1)]
    [InlineData("2 M2", 2)]
    [InlineData("3", 2)]
    [InlineData("4 M5", 5)]
    public void Every_criterion_of_the_card_is_here_under_its_label(string label, int count) => Assert.Equal(count, Quick.Under($"{label} "));

    [Theory]
    [InlineData("4 M5 exact MAML, relative error of the derivative along a direction", 1e-7)]
    [InlineData("4 M5 exact MALTML, relative error of the derivative along a direction", 1e-7)]
    [InlineData("4 M5 one-step MAML less (I - alpha H) g", 1e-14)]
    public void Bounds_are_the_cards(string name, double high) => Assert.Equal(high, Quick.Claim(name).GetProperty("high").GetDouble());

    [Fact]
    public void The_pictures_of_the_card_are_there() =>
        Quick.CheckFiles("1-fits-maltml.svg", "1-fits-maml.svg", "2-steps.svg", "3-related.svg", "4-training.svg", "5-exact.svg");

    [Theory]
    [MemberData(nameof(OtherRuns.Gate), MemberType = typeof(OtherRuns))]
    public void The_fingerprint_depends_neither_on_threads_nor_on_the_instruction_set(string threads, string without) => Quick.CheckFingerprint(threads, without);
}
