using Spectre.Console;

namespace Onsager.Papers.Report;

/// <summary>The claims of a run on standard output: a drawn table on a terminal, aligned ASCII elsewhere.</summary>
internal static class ClaimTable
{
    private static readonly string[] Headers = ["claim", "value", "target", "verdict"];

    public static void Print(IReadOnlyList<Claim> claims)
    {
        if (claims.Count == 0)
        {
            return;
        }

        if (Display.IsTerminal)
        {
            Draw(claims);
        }
        else
        {
            Align(claims);
        }
    }

    public static string Verdict(bool? pass) => pass switch
    {
        true => "holds",
        false => "FALSE",
        null => "-",
    };

    private static void Draw(IReadOnlyList<Claim> claims)
    {
        Table table = new() { Border = TableBorder.Rounded };
        table.AddColumn(Headers[0]).AddColumn(new TableColumn(Headers[1]).RightAligned()).AddColumn(Headers[2]).AddColumn(Headers[3]);
        foreach (Claim claim in claims)
        {
            string colour = claim.Pass switch { true => "green", false => "bold red", null => "dim" };
            table.AddRow(
                Markup.Escape(claim.Name),
                Markup.Escape(claim.ValueText()),
                Markup.Escape(claim.Target()),
                $"[{colour}]{Verdict(claim.Pass)}[/]");
        }

        AnsiConsole.Write(table);
    }

    private static void Align(IReadOnlyList<Claim> claims)
    {
        List<string[]> rows = [Headers];
        foreach (Claim claim in claims)
        {
            rows.Add([claim.Name, claim.ValueText(), Ascii(claim.Target()), Verdict(claim.Pass)]);
        }

        int[] widths = [.. Enumerable.Range(0, Headers.Length).Select(column => rows.Max(row => row[column].Length))];
        rows.Insert(1, [.. widths.Select(width => new string('-', width))]);
        foreach (string[] row in rows)
        {
            Console.WriteLine(
                $"  {row[0].PadRight(widths[0])}  {row[1].PadLeft(widths[1])}  {row[2].PadRight(widths[2])}  {row[3]}".TrimEnd());
        }
    }

    /// <summary>The signs that <see cref="Claim.Target"/> uses, for terminals and log files of any encoding.</summary>
    private static string Ascii(string target) =>
        target.Replace("±", "+-").Replace("≥", ">=").Replace("≤", "<=").Replace("…", "..");
}
