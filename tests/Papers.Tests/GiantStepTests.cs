using System.Text.Json;

namespace Onsager.Papers.Tests;

/// <summary>The smoke run of the first paper: its claims hold, and its numbers are the same however they are computed.</summary>
public sealed class GiantStepTests
{
    private static readonly Lazy<(PapersProgram.Ended Ended, JsonElement Result)> OneThread =
        new(static () => PapersProgram.RunPaper("giant-step", ["--size", "quick", "--threads", "1"]));

    [Fact]
    public void Every_claim_holds_and_the_result_has_its_fields()
    {
        (PapersProgram.Ended ended, JsonElement result) = OneThread.Value;
        Assert.True(ended.Code == 0, ended.Output + ended.Errors);
        Assert.Equal(
            ["paper", "size", "device", "seed", "threads", "seconds", "fingerprint", "claims"],
            result.EnumerateObject().Select(property => property.Name));
        Assert.All(
            result.GetProperty("claims").EnumerateArray(),
            claim => Assert.Equal(
                ["name", "value", "expected", "tolerance", "low", "high", "pass"], claim.EnumerateObject().Select(property => property.Name)));
        Assert.DoesNotContain(result.GetProperty("claims").EnumerateArray(), claim => claim.GetProperty("pass").ValueKind == JsonValueKind.False);
        Assert.True(result.GetProperty("claims").EnumerateArray().Count(claim => claim.GetProperty("pass").ValueKind == JsonValueKind.True) >= 20);
    }

    [Theory]
    [InlineData("2", "1")]
    [InlineData("7", "1")]
    [InlineData("1", "0")]
    public void The_fingerprint_depends_neither_on_threads_nor_on_the_instruction_set(string threads, string avx512)
    {
        (PapersProgram.Ended ended, JsonElement result) =
            PapersProgram.RunPaper("giant-step", ["--size", "quick", "--threads", threads], ("DOTNET_EnableAVX512", avx512));
        Assert.True(ended.Code == 0, ended.Output + ended.Errors);
        Assert.Equal(Fingerprint(OneThread.Value.Result), Fingerprint(result));
    }

    [OpenClFact]
    public void The_fingerprint_is_the_same_on_OpenCL()
    {
        (PapersProgram.Ended ended, JsonElement result) = PapersProgram.RunPaper("giant-step", ["--size", "quick", "--device", "opencl"]);
        Assert.True(ended.Code == 0, ended.Output + ended.Errors);
        Assert.Equal("opencl", result.GetProperty("device").GetString());
        Assert.Equal(Fingerprint(OneThread.Value.Result), Fingerprint(result));
    }

    private static string Fingerprint(JsonElement result) => result.GetProperty("fingerprint").GetString()!;
}

/// <summary>A fact about an OpenCL device: skipped where there is none, unless ONSAGER_REQUIRE names it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OpenClFactAttribute : FactAttribute
{
    public OpenClFactAttribute()
    {
        bool required = (Environment.GetEnvironmentVariable("ONSAGER_REQUIRE") ?? string.Empty).Split(',').Contains("opencl");
        if (!required && !PapersProgram.Run(["devices"]).Output.Contains("opencl", StringComparison.Ordinal))
        {
            Skip = "no OpenCL device is present";
        }
    }
}
