namespace Onsager.Papers.Tests;

/// <summary>The smoke run of glm-universality: every criterion of its card is a claim that holds, with the card's tolerances, and the bits do not depend on the machine.</summary>
public sealed class GlmUniversalityTests
{
    private static readonly QuickRun Quick = new("glm-universality");

    [Fact]
    public void Every_claim_holds() => Quick.CheckAllHold();

    [Theory]
    [InlineData("U1 ", 18)]
    [InlineData("U2 ", 6)]
    [InlineData("U2b ", 1)]
    [InlineData("U3 ", 5)]
    [InlineData("U4 square, ", 12)]
    [InlineData("U4 logistic, ", 12)]
    [InlineData("U5 tanh, ", 12)]
    [InlineData("U5 relu, ", 12)]
    public void Every_criterion_of_the_card_is_a_claim_under_its_label(string label, int count) => Assert.Equal(count, Quick.HeldUnder(label));

    /// <summary>The card's tables and tolerances.</summary>
    [Theory]
    [InlineData("U1 square, Rademacher, train", 0.1014, 0.012)]
    [InlineData("U1 square, exponential, Phi(-m / sqrt q)", 0.2094, 0.008)]
    [InlineData("U1 logistic, Gaussian, train", 0.1567, 0.012)]
    [InlineData("U1 logistic, Rademacher, test", 0.1679, 0.012)]
    [InlineData("U2 square, train", 0.0748, 0.008)]
    [InlineData("U2 logistic, test", 0.1216, 0.010)]
    [InlineData("U3 exponential, cosine", 0.9261, 0.010)]
    [InlineData("U4 square, Gaussian, tr M^-1 / p", 0.8443, 0.015)]
    [InlineData("U4 square, Gaussian, r - q", 0.2111, 0.008)]
    [InlineData("U4 square, Gaussian, q", 0.5124, 0.05)]
    [InlineData("U4 square, Gaussian, energy", 0.1586, 0.010)]
    [InlineData("U4 logistic, Gaussian, energy", 0.3608, 0.03)]
    [InlineData("U4 logistic, Gaussian, r", 2.386, 0.08)]
    [InlineData("U4 logistic, Gaussian, q", 1.039, 0.06)]
    [InlineData("U4 logistic, Gaussian, error of a sample", 0.2481, 0.010)]
    [InlineData("U5 tanh, square train", 0, 0.015)]
    [InlineData("U5 tanh, logistic train", 0, 0.03)]
    [InlineData("U5 relu, logistic ensemble", 0, 0.015)]
    [InlineData("U5 relu, square correlation", 0, 0.04)]
    public void Expected_values_and_tolerances_are_the_cards(string name, double expected, double tolerance) => Quick.CheckExpected(name, expected, tolerance, printed: 5.1e-4);

    [Theory]
    [InlineData("U2 square, train, distance from the class's theory", 0.015, null)]
    [InlineData("U2b logistic, Rademacher, test", 0.1829, null)]
    [InlineData("U3 elliptical, cosine", null, 0.8961)]
    [InlineData("U5 tanh, logistic, gain of the ensemble, surrogate", 0.01, null)]
    [InlineData("U1, U2 largest standard error / tolerance", 0.0, 0.25)]
    [InlineData("U4 logistic largest standard error / tolerance", 0.0, 0.25)]
    public void Bounds_are_the_cards(string name, double? low, double? high) => Quick.CheckBounds(name, low, high, printed: 5.1e-5);

    [Fact]
    public void The_plots_of_the_card_are_there() => Quick.CheckFiles(
        "u1-square-train.svg", "u1-square-test.svg", "u1-logistic-train.svg", "u1-logistic-test.svg", "u2-square-train.svg", "u2-logistic-test.svg", "u1-projections.svg",
        "u4-temperatures.svg", "u5-ensembles.svg", "u5-scores.svg");

    [Theory]
    [MemberData(nameof(OtherRuns.Gate), MemberType = typeof(OtherRuns))]
    public void The_fingerprint_depends_neither_on_threads_nor_on_the_instruction_set(string threads, string without) => Quick.CheckFingerprint(threads, without);

    [OpenClFact(isLong: true)]
    public void The_fingerprint_is_the_same_on_OpenCL() => Quick.CheckFingerprintOn("opencl");
}
