namespace Onsager.Papers.Tests;

/// <summary>The smoke run of layerwise-spectrum: every criterion of its card is a claim that holds, with the card's numbers, and the bits do not depend on the machine.</summary>
public sealed class LayerwiseSpectrumTests
{
    private static readonly QuickRun Quick = new("layerwise-spectrum");

    [Fact]
    public void Every_claim_holds() => Quick.CheckAllHold();

    [Theory]
    [InlineData("S1", 7)]
    [InlineData("S2", 4)]
    [InlineData("S3", 6)]
    [InlineData("S4", 9)]
    [InlineData("S5", 27)]
    [InlineData("S6", 3)]
    public void Every_criterion_of_the_card_is_a_claim_under_its_label(string label, int count) => Assert.Equal(count, Quick.HeldUnder($"{label} "));

    /// <summary>Limits, shares and tolerances as the card prints them.</summary>
    [Theory]
    [InlineData("S3 L = 3, k = 40, λ1 / λ2", 2.5, 0.005 * 2.5)]
    [InlineData("S3 L = 4, k = 39, λ1 / λ2", 1.3492, 0.005 * 1.3492)]
    [InlineData("S3 L = 5, k = 40, λ1 / λ2", 1.4001, 0.005 * 1.4001)]
    [InlineData("S5 k = 0, layer 1, share", 0.124, 0.06)]
    [InlineData("S5 k = 3, layer 2, share", 0.375, 0.06)]
    [InlineData("S5 k = 6, layer 3, share", 0.046, 0.06)]
    [InlineData("S6 layer 2, share of white noise", 0.3333, 0.04)]
    public void Expected_values_and_tolerances_are_the_cards(string name, double expected, double tolerance) => Quick.CheckExpected(name, expected, tolerance, printed: 1e-3, rounding: 1e-5);

    [Theory]
    [InlineData("S1 d = 3, largest relative error of the ratio", 0.0, 1e-7)]
    [InlineData("S4 k = 4, largest error of a share", 0.0, 0.03)]
    [InlineData("S4 k = 3, largest relative error of an eigenvalue", 0.0, 0.12)]
    [InlineData("S5 first layer, share(4) - share(0)", 0.35, null)]
    [InlineData("S5 last layer, share(0) - share(4)", 0.40, null)]
    public void Bounds_are_the_cards(string name, double? low, double? high) => Quick.CheckBounds(name, low, high);

    [Fact]
    public void The_plots_of_the_card_are_there() => Quick.CheckFiles(
        "s1-two-layers.svg", "s2-spectrum.svg", "s3-ratios.svg", "s4-shares.svg", "s5-shares.svg", "s5-losses.svg", "s6-noise.svg");

    [Theory]
    [MemberData(nameof(OtherRuns.Gate), MemberType = typeof(OtherRuns))]
    public void The_fingerprint_depends_neither_on_threads_nor_on_the_instruction_set(string threads, string without) => Quick.CheckFingerprint(threads, without);

    [OpenClFact]
    public void The_fingerprint_is_the_same_on_OpenCL() => Quick.CheckFingerprintOn("opencl");
}
