namespace Onsager.Papers.Tests;

/// <summary>The smoke run of spin-glass-sampling: its claims hold with the card's numbers, and the bits do not depend on the machine.</summary>
public sealed class SpinGlassSamplingTests
{
    private static readonly QuickRun Quick = new("spin-glass-sampling");

    [Fact]
    public void Every_claim_holds_under_its_label()
    {
        Quick.CheckAllHold();
        Assert.All(Enumerable.Range(1, 6), label => Assert.NotEqual(0, Quick.HeldUnder($"C{label} ")));
    }

    [Theory]
    [InlineData("C1 sparse, Delta_tri, flow", 1.080131, 2e-4 * 1.080131)]
    [InlineData("C1 Ising, Delta_d", 0.309717, 2e-4 * 0.309717)]
    [InlineData("C1 spherical, Delta_tri, flow", 8.0 / 27, 1e-6)]
    [InlineData("C1 window Ising, .32, IT", 0.08817, 2e-4)]
    [InlineData("C4 beta = 0.8, E_flow - E_Glauber", 0, 0.008)]
    [InlineData("C6 gap, T = 1.732", 0, 0.03)]
    public void Expected_values_and_tolerances_are_the_cards(string name, double expected, double tolerance) => Quick.CheckExpected(name, expected, tolerance, printed: 1e-9);

    [Theory]
    [MemberData(nameof(OtherRuns.Gate), MemberType = typeof(OtherRuns))]
    public void The_fingerprint_depends_neither_on_threads_nor_on_the_instruction_set(string threads, string without) => Quick.CheckFingerprint(threads, without);

    [OpenClFact(isLong: true)]
    public void The_fingerprint_is_the_same_on_OpenCL() => Quick.CheckFingerprintOn("opencl");
}
