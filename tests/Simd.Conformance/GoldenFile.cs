using System.Text.Json;

namespace Onsager.Conformance;

/// <summary>
/// tests/golden/bits.json: one flat JSON object, name to hash. A writer replaces the names under its own prefix ("simd/" here) and keeps
/// all others, so that several programs can share the file.
/// </summary>
public static class GoldenFile
{
    /// <summary>All names and hashes of the file; none if there is no file.</summary>
    public static Dictionary<string, string> Read(string path) =>
        File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path))! : [];

    /// <summary>Replaces our names and keeps the others.</summary>
    public static void Write(string path, IReadOnlyList<(string Name, string Hash)> hashes)
    {
        IEnumerable<KeyValuePair<string, string>> others = Read(path).Where(pair => !pair.Key.StartsWith(Workload.Prefix, StringComparison.Ordinal));
        using FileStream file = File.Create(path);
        using (Utf8JsonWriter json = new(file, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            foreach ((string name, string hash) in hashes.Concat(others.Select(pair => (pair.Key, pair.Value))))
            {
                json.WriteString(name, hash);
            }

            json.WriteEndObject();
        }

        file.WriteByte((byte)'\n');
    }
}
