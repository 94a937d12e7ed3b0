using System.Text.Json;

namespace Onsager.Papers.Tests;

/// <summary>The smoke run of gradient-alignment: every criterion of its card is a claim that holds, with the card's numbers, and the bits do not depend on the machine.</summary>
public sealed class GradientAlignmentTests
{
    private static readonly QuickRun Quick = new("gradient-alignment");

    [Fact]
    public void Every_claim_holds() => Quick.CheckAllHold();

    [Theory]
    [InlineData("1", 2)]
    [InlineData("2", 4)]
    [InlineData("3", 16)]
    [InlineData("4", 5)]
    [InlineData("5", 6)]
    public void Every_criterion_of_the_card_is_a_claim_under_its_label(string label, int count) => Assert.Equal(count, Quick.HeldUnder($"{label} "));

    [Theory]
    [InlineData("3 K = 5, FedAvg, coefficient", 1, 0.05)]
    [InlineData("3 K = 10, SCAFFOLD, coefficient", 0, 0.1)]
    [InlineData("3 K = 10, FedGA, twice critical, coefficient at rate 0", -1, 0.02)]
    [InlineData("4 GradAlign(.0025) / SGD(.005) - 1", 0, 0.03)]
    [InlineData("4 GradAlign(.005) / SGD(.01) - 1", 0, 0.03)]
    public void Expected_values_and_tolerances_are_the_cards(string name, double expected, double tolerance) => Quick.CheckExpected(name, expected, tolerance, printed: 1e-12);

    [Theory]
    [InlineData("1 slope of GradAlign's error, last halving of beta", 1.95, 2.02)]
    [InlineData("1 quadratic losses, relative error", 0, 1e-12)]
    [InlineData("2 norm of SGD - GD over theory", 0.94, 1.0)]
    [InlineData("2 cosine of SGD - GD with theory", 0.9995, null)]
    [InlineData("2 what GradAlign leaves of SGD - GD, ratio of the last halving", 0.45, 0.56)]
    [InlineData("4 GD / GradAlign(.03)", 1.8, null)]
    [InlineData("5 FedGA - FedAvg at the same rate", 0.02, null)]
    [InlineData("5 FedGA - SCAFFOLD", -0.005, null)]
    [InlineData("5 V / g^2 of FedGA over FedAvg's", 0, 0.6)]
    [InlineData("5 accuracy lost by twice the critical beta, round 40", 0.1, null)]
    public void Bounds_are_the_cards(string name, double low, double? high) => Quick.CheckBounds(name, low, high);

    [Fact]
    public void The_plots_of_the_card_are_there() => Quick.CheckFiles(
        "1-displaced.svg", "2-stochastic.svg", "4-sparse.svg", "5-accuracy.svg", "5-misalignment.svg", "5-beta.svg");

    [Theory]
    [MemberData(nameof(OtherRuns.Gate), MemberType = typeof(OtherRuns))]
    public void The_fingerprint_depends_neither_on_threads_nor_on_the_instruction_set(string threads, string without) => Quick.CheckFingerprint(threads, without);

    /// <summary>Bars in place of handwriting, plain files: the program finds them and reports them, and a broken file is named.</summary>
    [Fact]
    public void Digits_stand_beside_the_glyphs_where_there_are_files()
    {
        using TemporaryFolder folder = new();
        Random random = new(5);
        const int Count = 10_000, Side = 28;
        byte[] images = new byte[16 + (Count * Side * Side)], labels = new byte[8 + Count];
        new byte[] { 0, 0, 8, 3, 0, 0, 0x27, 0x10, 0, 0, 0, Side, 0, 0, 0, Side }.CopyTo(images, 0);
        new byte[] { 0, 0, 8, 1, 0, 0, 0x27, 0x10 }.CopyTo(labels, 0);
        random.NextBytes(images.AsSpan(16));
        foreach (ref byte pixel in images.AsSpan(16))
        {
            pixel /= 8;
        }

        for (int i = 0; i < Count; i++)
        {
            labels[8 + i] = (byte)(i % 10);
            images.AsSpan(16 + (i * Side * Side) + (((2 * (i % 10)) + 4) * Side), 2 * Side).Fill(255);
        }

        File.WriteAllBytes(Path.Combine(folder.Path, "t10k-images-idx3-ubyte"), images);
        File.WriteAllBytes(Path.Combine(folder.Path, "t10k-labels-idx1-ubyte"), labels);
        (PapersProgram.Ended ended, JsonElement result) = PapersProgram.RunPaper("gradient-alignment", ["--size", "quick", "--data", folder.Path]);
        Assert.True(ended.Code == 0, ended.Output + ended.Errors);
        JsonElement claim = Assert.Single(result.GetProperty("claims").EnumerateArray(), claim => claim.GetProperty("name").GetString() == "5 digits, FedGA, accuracy after 80 rounds");
        Assert.InRange(claim.GetProperty("value").GetDouble(), 0.3, 1);
        labels.AsSpan(8).Fill(3);
        File.WriteAllBytes(Path.Combine(folder.Path, "t10k-labels-idx1-ubyte"), labels);
        (ended, _) = PapersProgram.RunPaper("gradient-alignment", ["--size", "quick", "--data", folder.Path]);
        Assert.Equal(2, ended.Code);
        Assert.Contains("digit 0 is there 0 times", ended.Errors, StringComparison.Ordinal);
    }
}
