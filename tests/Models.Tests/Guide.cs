using System.Text.RegularExpressions;

namespace Onsager.Models.Tests;

/// <summary>A page for users, whose programs stand word by word in a test.</summary>
internal static partial class Guide
{
    /// <summary>Every program of docs/page stands in this test file, but for comments and indentation.</summary>
    public static void AssertTested(string page, string testFile, int programs, string project = "Models.Tests")
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", page));
        string[] here = [.. File.ReadLines(Path.Combine(Repository.Root, "tests", project, testFile)).Select(Words)];
        MatchCollection found = Programs().Matches(text);
        Assert.Equal(programs, found.Count);
        foreach (Match program in found)
        {
            string[] lines = [.. program.Groups[1].Value.Trim().Split('\n').Select(Words)];
            Assert.True(
                Enumerable.Range(0, Math.Max(0, here.Length - lines.Length + 1)).Any(start => here.AsSpan(start, lines.Length).SequenceEqual(lines)),
                $"{testFile} does not hold this program of {page}:\n{program.Groups[1].Value}");
        }
    }

    /// <summary>A line without its comment and the spaces around it.</summary>
    private static string Words(string line) => (line.IndexOf("//", StringComparison.Ordinal) is >= 0 and int at ? line[..at] : line).Trim();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Programs();
}
