using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Onsager.Papers.Report;

/// <summary>What <c>result.json</c> says. The names and their order are an interface that we keep stable.</summary>
internal sealed record ResultFile(
    string Paper,
    string Size,
    string Device,
    ulong Seed,
    int Threads,
    double Seconds,
    string Fingerprint,
    IReadOnlyList<ClaimEntry> Claims)
{
    public const string FileName = "result.json";

    /// <summary>The findings of a full run so far, for as long as it has not ended: the same, without a fingerprint.</summary>
    public const string PartialName = "partial.json";

    public int Count(bool? pass) => Claims.Count(claim => claim.Pass == pass);

    public void Write(string folder, string name = FileName) => Files.WriteAtomically(
        Path.Combine(folder, name), JsonSerializer.Serialize(this, ResultJson.Readable.ResultFile) + "\n");

    /// <summary>The result in a folder, or null if there is none that can be read.</summary>
    public static ResultFile? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), ResultJson.Default.ResultFile);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>One row of the claims in <c>result.json</c>. A value that is not finite, which JSON cannot write, is null.</summary>
internal sealed record ClaimEntry(
    string Name, double? Value, double? Expected, double? Tolerance, double? Low, double? High, bool? Pass)
{
    public static ClaimEntry Of(Claim claim) => new(
        claim.Name,
        double.IsFinite(claim.Value) ? claim.Value : null,
        claim.Expected,
        claim.Tolerance,
        claim.Low,
        claim.High,
        claim.Pass);
}

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ResultFile))]
internal sealed partial class ResultJson : JsonSerializerContext
{
    /// <summary>Writes letters outside ASCII as they are. The file is read as JSON, never pasted into a page.</summary>
    public static ResultJson Readable =>
        new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
