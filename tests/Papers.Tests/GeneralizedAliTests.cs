using System.Buffers.Binary;
using System.Text.Json;

namespace Onsager.Papers.Tests;

/// <summary>The smoke run of generalized-ali: criteria 1 to 5 of its card hold, 6 to 10 are reported, and the bits do not depend on the machine.</summary>
public sealed class GeneralizedAliTests
{
    private static readonly Lazy<(PapersProgram.Ended Ended, JsonElement Result, string[] Files)> OneThread = new(static () => Run([]));

    private static JsonElement.ArrayEnumerator Claims => OneThread.Value.Result.GetProperty("claims").EnumerateArray();

    [Fact]
    public void Every_claim_holds()
    {
        Assert.True(OneThread.Value.Ended.Code == 0, OneThread.Value.Ended.Output + OneThread.Value.Ended.Errors);
        Assert.DoesNotContain(Claims, claim => claim.GetProperty("pass").ValueKind == JsonValueKind.False);
    }

    [Theory]
    [InlineData("1", 3)]
    [InlineData("2", 15)]
    [InlineData("3", 7)]
    [InlineData("4", 3)]
    [InlineData("5", 1)]
    public void Criteria_of_the_theory_are_claims_under_their_labels(string label, int count) => Assert.Equal(
        count, Claims.Count(claim => Name(claim).StartsWith($"{label} ", StringComparison.Ordinal) && claim.GetProperty("pass").ValueKind == JsonValueKind.True));

    [Theory]
    [InlineData("6", 5)]
    [InlineData("7", 4)]
    [InlineData("8", 1)]
    [InlineData("9", 3)]
    [InlineData("10", 7)]
    public void Criteria_of_training_are_reported_under_their_labels(string label, int count) =>
        Assert.Equal(count, Claims.Count(claim => Name(claim).StartsWith($"{label} ", StringComparison.Ordinal)));

    [Theory]
    [InlineData("2 n = 4, C where all are equal", -16.635532, 1e-9)]
    [InlineData("2 n = 8, loss of D where all are equal", 16.635532, 1e-9)]
    [InlineData("2 n = 2, V(D*) - identity", 0, 1e-12)]
    [InlineData("3 minimax, s = 4", 0.297, 0.02 * 0.297)]
    [InlineData("3 product, s = 12", 9.47, 0.02 * 9.47)]
    [InlineData("5 slope of the product by logits", 0, 1e-12)]
    public void Expected_values_and_tolerances_are_the_cards(string name, double expected, double tolerance)
    {
        JsonElement claim = Assert.Single(Claims, claim => Name(claim) == name);
        Assert.Equal(expected, claim.GetProperty("expected").GetDouble(), 1e-6);
        Assert.Equal(tolerance, claim.GetProperty("tolerance").GetDouble(), 1e-15);
    }

    [Fact]
    public void The_pictures_of_the_card_are_there() => Assert.Empty(
        ((string[])["3-saturation.svg", "4-tied.svg", "6-ring-ali.svg", "6-ring-gali-4.svg", "6-codes-ali.svg", "6-losses.svg", "6-errors.svg", "6-chances.svg", "7-reconstructions.svg", "7-samples.svg", "7-between.svg", "7-losses.svg", "7-errors.svg", "7-chances.svg", "9-gaps.svg", "shapes.svg"])
            .Except(OneThread.Value.Files));

    [Theory]
    [InlineData("2", "EnableAVX512", "1")]
    [InlineData("1", "EnableAVX512", "0")]
    [InlineData("2", "EnableAVX2", "0")]
    public void The_fingerprint_depends_neither_on_threads_nor_on_the_instruction_set(string threads, string variable, string value)
    {
        (PapersProgram.Ended ended, JsonElement result) = PapersProgram.RunPaper("generalized-ali", ["--size", "quick", "--threads", threads], ($"DOTNET_{variable}", value));
        Assert.True(ended.Code == 0, ended.Output + ended.Errors);
        Assert.Equal(OneThread.Value.Result.GetProperty("fingerprint").GetString(), result.GetProperty("fingerprint").GetString());
    }

    [Fact]
    public void Digits_join_where_they_are_and_a_wrong_file_is_refused()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "t10k-images-idx3-ubyte");
        byte[] images = new byte[16 + (1200 * 64)];
        byte[] header = [0, 0, 8, 3];
        header.CopyTo(images, 0);
        BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(4), 1200);
        BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(8), 8);
        BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(12), 8);
        new Random(3).NextBytes(images.AsSpan(16));
        File.WriteAllBytes(file, images);
        (PapersProgram.Ended ended, JsonElement result, string[] files) = Run(["--data", folder.Path]);
        Assert.True(ended.Code == 0, ended.Output + ended.Errors);
        Assert.Equal(4, result.GetProperty("claims").EnumerateArray().Count(static claim => Name(claim).StartsWith("digits, pixel MSE, ", StringComparison.Ordinal)));
        Assert.Empty(((string[])["digits-reconstructions.svg", "digits-gaps.svg", "digits-between.svg"]).Except(files));

        File.WriteAllBytes(file, images[..100]);
        PapersProgram.Ended wrong = PapersProgram.Run(["run", "generalized-ali", "--size", "quick", "--data", folder.Path, "--out", folder.Path]);
        Assert.Equal(2, wrong.Code);
        Assert.Contains("t10k-images-idx3-ubyte", wrong.Errors, StringComparison.Ordinal);
    }

    private static string Name(JsonElement claim) => claim.GetProperty("name").GetString()!;

    private static (PapersProgram.Ended Ended, JsonElement Result, string[] Files) Run(string[] more)
    {
        using TemporaryFolder folder = new();
        PapersProgram.Ended ended = PapersProgram.Run(["run", "generalized-ali", "--size", "quick", "--threads", "1", "--out", folder.Path, .. more]);
        string results = Path.Combine(folder.Path, "generalized-ali");
        JsonElement result = JsonDocument.Parse(File.ReadAllText(Path.Combine(results, "result.json"))).RootElement;
        return (ended, result, [.. Directory.GetFiles(results).Select(static file => Path.GetFileName(file))]);
    }
}
