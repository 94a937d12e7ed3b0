using Spectre.Console;

namespace Onsager.Peers;

/// <summary>What a person reads while it runs. Colours vanish where the output is no terminal.</summary>
internal static class Print
{
    public static void Head(Machine machine)
    {
        Console.WriteLine(Runner.HowMeasured);
        foreach (string version in Runner.Versions())
        {
            Console.WriteLine($"  {version}");
        }

        foreach (string line in Summaries.OfMachine(machine))
        {
            Console.WriteLine(line);
        }
    }

    public static void GroupHead(string name)
    {
        Console.WriteLine();
        Line($"[bold]{name,-28}{"size",9} type{"ours",10}{"peer",10} {"unit",-8}{"ratio",7}{"limit",7}        of bound     peer[/]");
    }

    public static void Row(Row row)
    {
        string verdict = row.Met switch { true => "[green]met   [/]", false => "[red]missed[/]", null => "      " };
        string limit = row.Limit is double l ? $"{l:0.00}" : "";
        string share = Share(row);
        Line(
            $"{Markup.Escape($"{row.Name,-28}{row.Size,9} {row.Dtype} {Figure(row.Ours),10}{Figure(row.Peer),10} {row.Unit,-8}{row.Ratio,7:0.00}{limit,7}")} {verdict} {share,-12}"
            + $"  {Markup.Escape(row.PeerName)}{(row.Runs > 1 ? " (again)" : "")}");
        if (row.LossDifference is double difference)
        {
            bool agree = difference <= Limits.LossDifference;
            Line($"[{(agree ? "grey" : "red")}]{"",4}losses of the first {TrainingStep.Compared} steps {(agree ? "agree" : "DISAGREE")}: largest difference {difference:0.0e+0}, {Limits.LossDifference:0e+0} allowed[/]");
        }
    }

    public static void Summary(IReadOnlyList<Row> rows)
    {
        Console.WriteLine();
        foreach (string line in Summaries.OfGroups(rows).Concat(Summaries.OfCeiling(rows)).Concat(Summaries.OfBandwidth(rows)).Concat(Summaries.OfLosses(rows)))
        {
            Console.WriteLine(line);
        }
    }

    /// <summary>The share of the bound, and whether it is the promised one.</summary>
    public static string Share(Row row) => row.Share is not double share ? ""
        : $"{100 * share:0}%" + (row.LeastShare is double least ? share >= least ? " met" : " missed" : "");

    /// <summary>Four digits, whatever the magnitude.</summary>
    public static string Figure(double value) => value switch
    {
        >= 1000 => $"{value:0}",
        >= 100 => $"{value:0.0}",
        >= 10 => $"{value:0.00}",
        _ => $"{value:0.000}",
    };

    private static void Line(string markup)
    {
        // Redirected output has no width: a row is a line.
        AnsiConsole.Profile.Width = int.Max(AnsiConsole.Profile.Width, 200);
        AnsiConsole.MarkupLine(markup);
    }
}
