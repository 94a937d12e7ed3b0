using System.Text.Json;

namespace Onsager.Papers.Tests;

/// <summary>The smoke run of a paper on one thread, made when a test first asks for it, and what tests ask of it.</summary>
/// <param name="paper">The paper's name.</param>
/// <param name="arguments">More of the command line.</param>
internal sealed class QuickRun(string paper, params string[] arguments)
{
    private readonly Lazy<(PapersProgram.Ended Ended, JsonElement Result, string[] Files)> run = new(() =>
    {
        using TemporaryFolder folder = new();
        PapersProgram.Ended ended = PapersProgram.Run(["run", paper, "--size", "quick", "--threads", "1", "--out", folder.Path, .. arguments]);
        string results = Path.Combine(folder.Path, paper), file = Path.Combine(results, "result.json");
        Assert.True(File.Exists(file), ended.Output + ended.Errors);
        return (ended, JsonDocument.Parse(File.ReadAllText(file)).RootElement, [.. Directory.GetFiles(results).Select(path => Path.GetFileName(path))]);
    });

    public JsonElement Result => run.Value.Result;

    public JsonElement[] Claims => [.. Result.GetProperty("claims").EnumerateArray()];

    /// <summary>The names of claims that hold.</summary>
    public string[] Held => [.. Claims.Where(claim => claim.GetProperty("pass").ValueKind == JsonValueKind.True).Select(Name)];

    public JsonElement Claim(string name) => Assert.Single(Claims, claim => Name(claim) == name);

    /// <summary>How many claims hold whose names begin so.</summary>
    public int HeldUnder(string label) => Held.Count(name => name.StartsWith(label, StringComparison.Ordinal));

    /// <summary>How many claims and reports there are whose names begin so.</summary>
    public int Under(string label) => Claims.Count(claim => Name(claim).StartsWith(label, StringComparison.Ordinal));

    /// <summary>Fails if a claim is false, or the program said so.</summary>
    public void CheckAllHold()
    {
        Assert.True(run.Value.Ended.Code == 0, run.Value.Ended.Output + run.Value.Ended.Errors);
        Assert.DoesNotContain(Claims, claim => claim.GetProperty("pass").ValueKind == JsonValueKind.False);
        Assert.Equal(paper, Result.GetProperty("paper").GetString());
    }

    /// <summary>Fails unless a claim expects this number, as far as the card prints it, within this tolerance, to rounding where it is not a share of the number.</summary>
    public void CheckExpected(string name, double expected, double tolerance, double printed, double rounding = 1e-12)
    {
        JsonElement claim = Claim(name);
        Assert.Equal(expected, claim.GetProperty("expected").GetDouble(), printed);
        Assert.Equal(tolerance, claim.GetProperty("tolerance").GetDouble(), rounding);
    }

    /// <summary>Fails unless a claim has these bounds, as far as the card prints them; null for none.</summary>
    public void CheckBounds(string name, double? low, double? high, double printed = 1e-12)
    {
        JsonElement claim = Claim(name);
        Check("low", low);
        Check("high", high);

        void Check(string property, double? bound)
        {
            JsonElement found = claim.GetProperty(property);
            Assert.Equal(bound is null, found.ValueKind == JsonValueKind.Null);
            Assert.True(bound is not double b || Math.Abs(found.GetDouble() - b) <= printed, $"{name}: {property} is {found}, not {bound}");
        }
    }

    /// <summary>Fails unless these files were written.</summary>
    public void CheckFiles(params string[] names) => Assert.Empty(names.Except(run.Value.Files));

    /// <summary>Fails unless a run with other threads, and without a part of the instruction set if one is named, has the same fingerprint.</summary>
    public void CheckFingerprint(string threads, string without) => CheckFingerprint(["--threads", threads], without.Length == 0 ? [] : [($"DOTNET_{without}", "0")]);

    /// <summary>Fails unless a run on a device has the same fingerprint.</summary>
    public void CheckFingerprintOn(string device) => Assert.Equal(device, CheckFingerprint(["--device", device]).GetProperty("device").GetString());

    private static string Name(JsonElement claim) => claim.GetProperty("name").GetString()!;

    private JsonElement CheckFingerprint(string[] more, params (string Variable, string Value)[] environment)
    {
        (PapersProgram.Ended ended, JsonElement result) = PapersProgram.RunPaper(paper, ["--size", "quick", .. arguments, .. more], environment);
        Assert.True(ended.Code == 0, ended.Output + ended.Errors);
        Assert.Equal(Result.GetProperty("fingerprint").GetString(), result.GetProperty("fingerprint").GetString());
        return result;
    }
}
