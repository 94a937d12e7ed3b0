using System.Text.RegularExpressions;

namespace Onsager.Peers;

/// <summary>Runs groups, printing each row as it is measured, and then the means.</summary>
internal sealed class Runner(int threads, string? machineName, Regex? only)
{
    private readonly List<Row> rows = [];

    public IReadOnlyList<Row> Rows => rows;

    public Machine Machine { get; } = Machine.Measure(machineName, threads);

    public TimeSpan Time { get; private set; }

    /// <summary>What was asked for, as the command line says it.</summary>
    public string Selection { get; private set; } = "";

    /// <summary>Whom we stand beside, with the true versions.</summary>
    public static IEnumerable<string> Versions()
    {
        yield return Libtorch.Name;
        yield return OpenBlas.Configuration;
        yield return $"System.Numerics.Tensors {Primitives.Version} (in this process Onsager too runs on it)";
        yield return $".NET {Environment.Version}, tiered compilation, settled";
    }

    public static string HowMeasured =>
        $"Medians of {Measure.Rounds} interleaved rounds, samples of 1 ms or more, each after as many calls that are not timed (10 ms of them where threads have to wake); the best of a peer's forms counts; a row below its limit is "
        + $"measured again twice with {Measure.MoreRounds} times the rounds (fewer where that would take more than 10 s), and the median of the three counts.";

    public void Run(IReadOnlyList<IGroup> groups)
    {
        Selection = (groups.Count == Groups.All.Count ? "" : $" --filter {string.Join(',', groups.Select(group => group.Name))}")
            + (threads == 1 ? "" : $" --threads {threads}") + (only is null ? "" : $" --only '{only}'");
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        Print.Head(Machine);
        Measure measure = new(threads, Machine.Scaling >= Limits.CeilingScaling);
        foreach (IGroup group in groups)
        {
            Print.GroupHead(group.Name);
            using IDisposable? inference = group.Gradients ? null : Libtorch.Inference();
            foreach (Case work in group.Cases(threads, (name, size, type) => only?.IsMatch($"{name} {size} {type}") ?? true))
            {
                foreach (Row row in measure.Run(work))
                {
                    Print.Row(row);
                    rows.Add(row);
                }
            }
        }

        Time = System.Diagnostics.Stopwatch.GetElapsedTime(start);
        Print.Summary(rows);
        Console.WriteLine($"{rows.Count} rows in {Time:m\\:ss}");
    }
}
