namespace Onsager.Papers.Tests;

/// <summary>The smoke run of generalized-ali: criteria 1 to 5 of its card hold, 6 to 10 are reported, and the bits do not depend on the machine.</summary>
public sealed class GeneralizedAliTests
{
    private static readonly QuickRun Quick = new("generalized-ali");

    [Fact]
    public void Every_claim_holds() => Quick.CheckAllHold();

    [Theory]
    [InlineData("1", 3)]
    [InlineData("2", 15)]
    [InlineData("3", 7)]
    [InlineData("4", 3)]
    [InlineData("5", 1)]
    public void Criteria_of_the_theory_are_claims_under_their_labels(string label, int count) => Assert.Equal(count, Quick.HeldUnder($"{label} "));

    [Theory]
    [InlineData("6", 5)]
    [InlineData("7", 4)]
    [InlineData("8", 1)]
    [InlineData("9", 3)]
    [InlineData("10", 7)]
    public void Criteria_of_training_are_reported_under_their_labels(string label, int count) => Assert.Equal(count, Quick.Under($"{label} "));

    [Theory]
    [InlineData("2 n = 4, C where all are equal", -16.635532, 1e-9)]
    [InlineData("2 n = 8, loss of D where all are equal", 16.635532, 1e-9)]
    [InlineData("2 n = 2, V(D*) - identity", 0, 1e-12)]
    [InlineData("3 minimax, s = 4", 0.297, 0.02 * 0.297)]
    [InlineData("3 product, s = 12", 9.47, 0.02 * 9.47)]
    [InlineData("5 slope of the product by logits", 0, 1e-12)]
    public void Expected_values_and_tolerances_are_the_cards(string name, double expected, double tolerance) =>
        Quick.CheckExpected(name, expected, tolerance, printed: 1e-6, rounding: 1e-15);

    [Fact]
    public void The_pictures_of_the_card_are_there() => Quick.CheckFiles(
        "3-saturation.svg", "4-tied.svg", "6-ring-ali.svg", "6-ring-gali-4.svg", "6-codes-ali.svg", "6-losses.svg", "6-errors.svg",
        "6-chances.svg", "7-reconstructions.svg", "7-samples.svg", "7-between.svg", "7-losses.svg", "7-errors.svg", "7-chances.svg", "9-gaps.svg", "shapes.svg");

    [Theory]
    [MemberData(nameof(OtherRuns.Gate), MemberType = typeof(OtherRuns))]
    public void The_fingerprint_depends_neither_on_threads_nor_on_the_instruction_set(string threads, string without) => Quick.CheckFingerprint(threads, without);

    [Fact]
    public void Digits_join_where_they_are_and_a_wrong_file_is_refused()
    {
        using TemporaryFolder folder = new();
        NoiseImages.Write(folder.Path, 1200);
        QuickRun digits = new("generalized-ali", "--data", folder.Path);
        digits.CheckAllHold();
        Assert.Equal(4, digits.Under("digits, pixel MSE, "));
        digits.CheckFiles("digits-reconstructions.svg", "digits-gaps.svg", "digits-between.svg");
        NoiseImages.CheckCutIsRefused("generalized-ali", folder.Path);
    }
}
