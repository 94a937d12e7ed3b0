using Onsager.Conformance;

namespace Onsager.Simd.Tests;

/// <summary>
/// The bits of this machine are those of every other: the workload's hashes stand in tests/golden/bits.json. After a deliberate change of
/// a formula, write them anew and say so in the commit:
/// <c>dotnet run -c Release --project tests/Simd.Conformance -- --write tests/golden/bits.json</c>.
/// </summary>
public class GoldenTests
{
    [Fact]
    public void Every_hash_stands_in_the_golden_file()
    {
        Dictionary<string, string> golden = GoldenFile.Read(Path.Combine(AppContext.BaseDirectory, "golden", "bits.json"));
        Dictionary<string, string> here = Workload.Run<Native>().ToDictionary(pair => pair.Name, pair => pair.Hash);
        string[] differing = [.. here.Where(pair => golden.GetValueOrDefault(pair.Key) != pair.Value).Select(pair => pair.Key)];
        string[] stale = [.. golden.Keys.Where(name => name.StartsWith(Workload.Prefix, StringComparison.Ordinal) && !here.ContainsKey(name))];
        Assert.True(differing.Length == 0, $"other bits than the golden file has: {string.Join(", ", differing)}");
        Assert.True(stale.Length == 0, $"in the golden file but no longer made: {string.Join(", ", stale)}");
    }

    [Fact]
    public void Writing_keeps_the_names_of_other_programs()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, """{ "models/20 steps": "abc", "simd/gone": "def" }""");
            GoldenFile.Write(path, [("simd/exp f32", "123")]);
            Assert.Equal("{\n  \"simd/exp f32\": \"123\",\n  \"models/20 steps\": \"abc\"\n}\n", File.ReadAllText(path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
