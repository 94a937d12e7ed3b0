using System.Text.Json;

namespace Onsager.Papers.Tests;

/// <summary>The smoke run of spin-glass-sampling: its claims hold with the card's numbers, and the bits do not depend on the machine.</summary>
public sealed class SpinGlassSamplingTests
{
    private static readonly Lazy<(PapersProgram.Ended Ended, JsonElement Result)> OneThread =
        new(static () => PapersProgram.RunPaper("spin-glass-sampling", ["--size", "quick", "--threads", "1"]));

    [Fact]
    public void Every_claim_holds_under_its_label()
    {
        (PapersProgram.Ended ended, JsonElement result) = OneThread.Value;
        Assert.True(ended.Code == 0, ended.Output + ended.Errors);
        string[] judged = [.. result.GetProperty("claims").EnumerateArray()
            .Where(claim => claim.GetProperty("pass").ValueKind == JsonValueKind.True).Select(claim => claim.GetProperty("name").GetString()!)];
        Assert.All(Enumerable.Range(1, 6), label => Assert.Contains(judged, name => name.StartsWith($"C{label} ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("C1 sparse, Delta_tri, flow", 1.080131, 2e-4 * 1.080131)]
    [InlineData("C1 Ising, Delta_d", 0.309717, 2e-4 * 0.309717)]
    [InlineData("C1 spherical, Delta_tri, flow", 8.0 / 27, 1e-6)]
    [InlineData("C1 window Ising, .32, IT", 0.08817, 2e-4)]
    [InlineData("C4 beta = 0.8, E_flow - E_Glauber", 0, 0.008)]
    [InlineData("C6 gap, T = 1.732", 0, 0.03)]
    public void Expected_values_and_tolerances_are_the_cards(string name, double expected, double tolerance)
    {
        JsonElement claim = Assert.Single(OneThread.Value.Result.GetProperty("claims").EnumerateArray(), claim => claim.GetProperty("name").GetString() == name);
        Assert.Equal(expected, claim.GetProperty("expected").GetDouble(), 1e-9);
        Assert.Equal(tolerance, claim.GetProperty("tolerance").GetDouble(), 1e-9);
    }

    [Theory]
    [InlineData("2", "1")]
    [InlineData("1", "0")]
    public void The_fingerprint_depends_neither_on_threads_nor_on_the_instruction_set(string threads, string avx512)
    {
        (PapersProgram.Ended ended, JsonElement result) =
            PapersProgram.RunPaper("spin-glass-sampling", ["--size", "quick", "--threads", threads], ("DOTNET_EnableAVX512", avx512));
        Assert.True(ended.Code == 0, ended.Output + ended.Errors);
        Assert.Equal(OneThread.Value.Result.GetProperty("fingerprint").GetString(), result.GetProperty("fingerprint").GetString());
    }
}
