namespace Onsager.Micro.Accuracy;

/// <summary>The Markdown file of both tables. A run replaces the rows of its own operators and leaves all others.</summary>
internal static class AccuracyTable
{
    private const string Columns = "| operator | max ulp | bound | at | bits | mixed | wrong NaN / infinity / zero | reference | holds |\n|---|---|---|---|---|---|---|---|---|";

    private static readonly string[] Headings = ["## float32", "## float64"];

    private static readonly string[] Texts =
    [
        "All 2^32 inputs of the float32 formula against the float64 formula, whose own error on 65,536 of them, against MPFR at 200 bits, is in "
            + "the column \"reference\" (in float64 ulp).\n\n`dotnet run -c Release --project bench/Micro -- accuracy --out docs/accuracy.md`",
        "10^6 inputs of the float64 formula (half of them over all bit patterns, a quarter where the operator is interesting, a quarter over the "
            + "binades around 1) against MPFR at 200 bits, and, where the column \"reference\" counts them, the hard cases of CORE-MATH "
            + "(https://core-math.gitlabpages.inria.fr, files src/binary64/NAME/NAME.wc).\n\n"
            + "`dotnet run -c Release --project bench/Micro -- accuracy --double --core-math DIR --out docs/accuracy.md`",
    ];

    /// <summary>Writes the rows into the file.</summary>
    public static void Merge(FileInfo file, bool inDouble, IReadOnlyList<AccuracyRow> rows)
    {
        SortedDictionary<string, string>[] tables = [Read(file, 0), Read(file, 1)];
        foreach (AccuracyRow row in rows)
        {
            tables[inDouble ? 1 : 0][row.Name] = row.Markdown;
        }

        List<string> lines =
        [
            "# Accuracy of the unary operators",
            string.Empty,
            "Errors are in units in the last place of the exact result (2^-149 or 2^-1074 below the normal numbers; an infinite result counts as "
                + "the first power of two beyond the range). \"mixed\" is the largest error in units of 2^-23 max(1, |exact|), or 2^-52: it says "
                + "what happens near zeros that no number of the format hits; left of -2 for lgamma and of 0 for digamma, where such zeros are "
                + "many, \"max ulp\" counts these units too. \"holds\" compares the largest error with the bound that the operator "
                + "publishes of itself, and wants every NaN, infinity and signed zero right.",
        ];
        for (int i = 0; i < tables.Length; i++)
        {
            if (tables[i].Count > 0)
            {
                lines.AddRange([string.Empty, Headings[i], string.Empty, Texts[i], string.Empty, Columns, .. tables[i].Values]);
            }
        }

        file.Directory!.Create();
        File.WriteAllText(file.FullName, string.Join('\n', lines) + "\n");
    }

    private static SortedDictionary<string, string> Read(FileInfo file, int table)
    {
        SortedDictionary<string, string> rows = new(StringComparer.Ordinal);
        string? heading = null;
        foreach (string line in file.Exists ? File.ReadAllLines(file.FullName) : [])
        {
            heading = line.StartsWith("## ", StringComparison.Ordinal) ? line : heading;
            if (heading == Headings[table] && line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| operator", StringComparison.Ordinal))
            {
                rows[line.Split('|')[1].Trim()] = line;
            }
        }

        return rows;
    }
}
