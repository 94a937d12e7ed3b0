using System.Globalization;
using System.Text;
using Onsager.Papers.Report;

namespace Onsager.Peers;

/// <summary>The last full run as files to keep: the rows as JSON, a table to read, and plots of the products.</summary>
internal static class ResultFolder
{
    public static void Write(string folder, Runner runner)
    {
        Directory.CreateDirectory(folder);
        string name = runner.Machine.Threads == 1 ? "peers" : $"peers-{runner.Machine.Threads}-threads";
        Row.Write(runner.Rows, Path.Combine(folder, $"{name}.json"));
        List<string> plots = [];
        foreach (string type in new[] { "f32", "f64" })
        {
            if (Plot(runner, type) is Svg plot)
            {
                plots.Add($"{name}-gemm-{type}.svg");
                Files.WriteAtomically(Path.Combine(folder, plots[^1]), plot.File());
            }
        }

        Files.WriteAtomically(Path.Combine(folder, $"{name}.md"), Table(runner, plots));
    }

    private static string Table(Runner runner, IEnumerable<string> plots)
    {
        StringBuilder text = new();
        text.Append("# Onsager and its peers\n\n");
        text.Append(CultureInfo.InvariantCulture, $"`dotnet run -c Release --project bench/Peers --{runner.Selection}`, {DateTime.UtcNow:d MMMM yyyy}, ");
        text.Append(CultureInfo.InvariantCulture, $"{runner.Rows.Count} rows in {runner.Time:m\\:ss} minutes. A ratio above 1 means that Onsager is ahead.\n\n");
        List(text, [.. Summaries.OfMachine(runner.Machine), .. Runner.Versions(), Runner.HowMeasured]);
        foreach (string plot in plots)
        {
            text.Append(CultureInfo.InvariantCulture, $"![Products: GFLOP/s over n]({plot})\n\n");
        }

        List(text, [.. Summaries.OfGroups(runner.Rows), .. Summaries.OfCeiling(runner.Rows), .. Summaries.OfBandwidth(runner.Rows), .. Summaries.OfLosses(runner.Rows)]);
        foreach (IGrouping<string, Row> group in runner.Rows.GroupBy(row => row.Group))
        {
            text.Append(CultureInfo.InvariantCulture, $"## {group.Key}\n\n");
            text.Append("| name | size | type | ours | peer | unit | ratio | limit | | of bound | peer |\n|---|--:|---|--:|--:|---|--:|--:|---|--:|---|\n");
            foreach (Row row in group)
            {
                string limit = row.Limit is double least ? $"{least:0.00}" : "", verdict = row.Met switch { true => "met", false => "**missed**", null => "" };
                text.Append(CultureInfo.InvariantCulture, $"| {row.Name} | {row.Size} | {row.Dtype} | {Print.Figure(row.Ours)} | {Print.Figure(row.Peer)} ");
                text.Append(CultureInfo.InvariantCulture, $"| {row.Unit} | {row.Ratio:0.00} | {limit} | {verdict} | {Print.Share(row)} | {row.PeerName} |\n");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static void List(StringBuilder text, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            text.Append("* ").Append(line).Append('\n');
        }

        text.Append('\n');
    }

    /// <summary>GFLOP/s over n, nothing transposed; null where no such row was measured.</summary>
    private static Svg? Plot(Runner runner, string type)
    {
        Row[] rows = [.. runner.Rows.Where(row => row is { Group: "gemm", Name: "NN" } && row.Dtype == type && row.PeerName != Ourselves.Name).OrderBy(row => row.Size)];
        if (rows.Length == 0)
        {
            return null;
        }

        Figure figure = new("n", "GFLOP/s") { LogX = true };
        IGrouping<string, Row>[] peers = [.. rows.GroupBy(row => row.PeerName)];
        Line(figure, "Onsager", peers[0], row => row.Ours);
        foreach (IGrouping<string, Row> peer in peers)
        {
            Line(figure, peer.Key, peer, row => row.Peer);
        }

        double ceiling = runner.Machine.Threads * (type == "f32" ? runner.Machine.Ceiling32 : runner.Machine.Ceiling64);
        _ = figure.Horizontal(ceiling, "multiply-add ceiling");
        return Svg.Of(figure, $"Square {type} products: GFLOP/s over n of Onsager and its peers, {runner.Machine.Threads} thread(s)");
    }

    private static void Line(Figure figure, string name, IEnumerable<Row> rows, Func<Row, double> value)
    {
        double[] sizes = [.. rows.Select(row => (double)row.Size)], values = [.. rows.Select(value)];
        _ = figure.Line(name, sizes, values);
    }
}
