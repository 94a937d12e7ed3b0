using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Onsager.Peers;

/// <summary><c>[--filter G1[,G2...]] [--threads N] [--json FILE]</c> and what is for people. DESIGN.md fixes names, defaults and exit codes.</summary>
internal static class CommandLine
{
    private const int LossesApart = 1;
    private const int BadUsage = 2;
    private const int MaxThreads = 256;

    private static readonly Option<string[]> Filter = new("--filter")
    {
        Description = $"The groups to run, between commas: {string.Join(", ", Groups.All.Select(group => group.Name))}. All by default.",
        CustomParser = ParseGroups,
    };

    private static readonly Option<int> Threads = new("--threads")
    {
        Description = $"Threads of everyone, from 1 to {MaxThreads}.",
        DefaultValueFactory = _ => 1,
        CustomParser = ParseThreads,
    };

    private static readonly Option<string?> Json = new("--json") { Description = "Write the rows to this file." };

    private static readonly Option<Regex?> Only = new("--only")
    {
        Description = "Only rows whose \"name size dtype\" matches this regular expression.",
        CustomParser = ParseRegex,
    };

    private static readonly Option<string?> Results = new("--results") { Description = "Write peers.md, peers.json and plots to this folder." };

    private static readonly Option<string?> MachineName = new("--machine") { Description = "What to call this machine in the results." };

    public static int Run(string[] args)
    {
        RootCommand root = new("Onsager, libtorch, OpenBLAS and TensorPrimitives side by side in one process.")
        {
            Filter, Threads, Json, Only, Results, MachineName,
        };
        root.SetAction(Run);
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count == 0)
        {
            return parsed.Invoke();
        }

        foreach (string message in parsed.Errors.Select(error => error.Message).Distinct())
        {
            Console.Error.WriteLine(message);
        }

        Console.Error.WriteLine("usage: [--filter G1[,G2...]] [--threads N] [--json FILE]      (--help says more)");
        return BadUsage;
    }

    private static int Run(ParseResult parsed)
    {
        int threads = parsed.GetRequiredValue(Threads);
        string[] names = parsed.GetValue(Filter) ?? [];
        IGroup[] groups = [.. Groups.All.Where(group => names.Length == 0 || names.Contains(group.Name))];
        if (Libraries.Open(threads) is string missing)
        {
            Console.Error.WriteLine(missing);
            return BadUsage;
        }

        Runner runner = new(threads, parsed.GetValue(MachineName), parsed.GetValue(Only));
        runner.Run(groups);
        if (parsed.GetValue(Json) is string file)
        {
            Row.Write(runner.Rows, file);
        }

        if (parsed.GetValue(Results) is string folder)
        {
            ResultFolder.Write(folder, runner);
        }

        Row[] apart = [.. runner.Rows.Where(row => !(row.LossDifference is null or <= Limits.LossDifference))];
        foreach (Row row in apart)
        {
            Console.Error.WriteLine($"{row.Name}: the losses of the first {TrainingStep.Compared} steps differ from {row.PeerName}'s by {row.LossDifference:0.0e+0}; at most {Limits.LossDifference:0e+0} is allowed.");
        }

        return apart.Length == 0 ? 0 : LossesApart;
    }

    private static string[]? ParseGroups(ArgumentResult result)
    {
        string[] names = result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string[] known = [.. Groups.All.Select(group => group.Name)];
        foreach (string name in names.Except(known))
        {
            result.AddError($"--filter: there is no group '{name}'. Known: {string.Join(", ", known)}");
        }

        return names;
    }

    private static Regex? ParseRegex(ArgumentResult result)
    {
        try
        {
            return new Regex(result.Tokens[0].Value, RegexOptions.CultureInvariant);
        }
        catch (ArgumentException exception)
        {
            result.AddError($"--only: {exception.Message}");
            return null;
        }
    }

    private static int ParseThreads(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int threads) || threads is < 1 or > MaxThreads)
        {
            result.AddError($"--threads: a whole number from 1 to {MaxThreads} is expected, '{text}' came");
        }

        return threads;
    }
}
