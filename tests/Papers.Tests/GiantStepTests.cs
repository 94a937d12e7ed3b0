namespace Onsager.Papers.Tests;

/// <summary>The smoke run of the first paper: its claims hold, and its numbers are the same however they are computed.</summary>
public sealed class GiantStepTests
{
    private static readonly QuickRun Quick = new("giant-step");

    [Fact]
    public void Every_claim_holds_and_the_result_has_its_fields()
    {
        Quick.CheckAllHold();
        Assert.Equal(
            ["paper", "size", "device", "seed", "threads", "seconds", "fingerprint", "claims"],
            Quick.Result.EnumerateObject().Select(property => property.Name));
        Assert.All(
            Quick.Claims,
            claim => Assert.Equal(
                ["name", "value", "expected", "tolerance", "low", "high", "pass"], claim.EnumerateObject().Select(property => property.Name)));
        Assert.True(Quick.Held.Length >= 20);
    }

    [Theory]
    [MemberData(nameof(OtherRuns.Gate), MemberType = typeof(OtherRuns))]
    public void The_fingerprint_depends_neither_on_threads_nor_on_the_instruction_set(string threads, string without) => Quick.CheckFingerprint(threads, without);

    [OpenClFact]
    public void The_fingerprint_is_the_same_on_OpenCL() => Quick.CheckFingerprintOn("opencl");
}

/// <summary>A fact about an OpenCL device: skipped where there is none, unless ONSAGER_REQUIRE names it; a long one is skipped unless ONSAGER_CASES is above 1,000.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OpenClFactAttribute : FactAttribute
{
    public OpenClFactAttribute(bool isLong = false)
    {
        if (isLong && !OtherRuns.IsLong)
        {
            Skip = "takes minutes: ONSAGER_CASES=10000 asks for it";
            return;
        }

        bool required = (Environment.GetEnvironmentVariable("ONSAGER_REQUIRE") ?? string.Empty).Split(',').Contains("opencl");
        if (!required && !PapersProgram.Run(["devices"]).Output.Contains("opencl", StringComparison.Ordinal))
        {
            Skip = "no OpenCL device is present";
        }
    }
}
