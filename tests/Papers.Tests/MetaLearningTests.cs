using System.Text.Json;

namespace Onsager.Papers.Tests;

/// <summary>The smoke run of meta-learning: every criterion of its card is a claim that holds, with the card's numbers, and the bits do not depend on the machine.</summary>
public sealed class MetaLearningTests
{
    private static readonly Lazy<(PapersProgram.Ended Ended, JsonElement Result, string[] Files)> OneThread = new(static () =>
    {
        using TemporaryFolder folder = new();
        PapersProgram.Ended ended = PapersProgram.Run(["run", "meta-learning", "--size", "quick", "--threads", "1", "--out", folder.Path]);
        string results = Path.Combine(folder.Path, "meta-learning");
        JsonElement result = JsonDocument.Parse(File.ReadAllText(Path.Combine(results, "result.json"))).RootElement;
        return (ended, result, [.. Directory.GetFiles(results).Select(file => Path.GetFileName(file))]);
    });

    private static JsonElement.ArrayEnumerator Claims => OneThread.Value.Result.GetProperty("claims").EnumerateArray();

    [Fact]
    public void Every_claim_holds()
    {
        Assert.True(OneThread.Value.Ended.Code == 0, OneThread.Value.Ended.Output + OneThread.Value.Ended.Errors);
        Assert.DoesNotContain(Claims, claim => claim.GetProperty("pass").ValueKind == JsonValueKind.False);
    }

    [Theory]
    [InlineData("1 M1", 1)]
    [InlineData("2 M2", 2)]
    [InlineData("3", 2)]
    [InlineData("4 M5", 5)]
    public void Every_criterion_of_the_card_is_a_claim_under_its_label(string label, int count) => Assert.Equal(
        count, Claims.Count(claim => claim.GetProperty("pass").ValueKind == JsonValueKind.True && claim.GetProperty("name").GetString()!.StartsWith($"{label} ", StringComparison.Ordinal)));

    [Theory]
    [InlineData("1 M1 MALTML, mf / none", 0.8)]
    [InlineData("2 M2 mf, MALTML / MAML at equal settings", 0.9)]
    [InlineData("2 M2 trained protocol, MALTML / MAML at equal settings", 0.85)]
    [InlineData("3 MALTML, mf", 2.0)]
    [InlineData("4 M5 exact MAML, relative error of the derivative along a direction", 1e-7)]
    [InlineData("4 M5 exact MALTML, relative error of the derivative along a direction", 1e-7)]
    [InlineData("4 M5 one-step MAML less (I - alpha H) g", 1e-14)]
    public void Bounds_are_the_cards(string name, double high) => Assert.Equal(high, Named(name).GetProperty("high").GetDouble());

    [Fact]
    public void The_reference_is_the_cards()
    {
        JsonElement claim = Named("3 MALTML, mf of the first seed");
        Assert.Equal((1.6, 0.24), (claim.GetProperty("expected").GetDouble(), claim.GetProperty("tolerance").GetDouble()));
    }

    [Fact]
    public void The_pictures_of_the_card_are_there() => Assert.Empty(
        ((string[])["1-fits-maltml.svg", "1-fits-maml.svg", "2-steps.svg", "3-related.svg", "4-training.svg", "5-exact.svg"]).Except(OneThread.Value.Files));

    [Theory]
    [InlineData("2", "EnableAVX512", "1")]
    [InlineData("1", "EnableAVX512", "0")]
    [InlineData("2", "EnableAVX2", "0")]
    public void The_fingerprint_depends_neither_on_threads_nor_on_the_instruction_set(string threads, string variable, string value)
    {
        (PapersProgram.Ended ended, JsonElement result) =
            PapersProgram.RunPaper("meta-learning", ["--size", "quick", "--threads", threads], ($"DOTNET_{variable}", value));
        Assert.True(ended.Code == 0, ended.Output + ended.Errors);
        Assert.Equal(OneThread.Value.Result.GetProperty("fingerprint").GetString(), result.GetProperty("fingerprint").GetString());
    }

    private static JsonElement Named(string name) => Assert.Single(Claims, claim => claim.GetProperty("name").GetString() == name);
}
