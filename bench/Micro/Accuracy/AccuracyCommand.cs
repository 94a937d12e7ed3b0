using System.CommandLine;
using System.Diagnostics;
using Spectre.Console;

namespace Onsager.Micro.Accuracy;

/// <summary>
/// <c>accuracy [--double] [--filter NAME,...] [--out FILE] [--threads N] [--core-math DIR]</c>: the errors of every unary operator that
/// Onsager.Simd has, held to the bounds that the operators publish of themselves. Exit 0 if all hold, 1 if one is broken, 2 for bad usage
/// or an absent library.
/// </summary>
internal static class AccuracyCommand
{
    private const int Broken = 1, BadUsage = 2;

    /// <summary>Parses and runs.</summary>
    public static int Run(string[] args)
    {
        Option<bool> inDouble = new("--double") { Description = "The float64 formulas against MPFR at 200 bits; without it the float32 formulas, all 2^32 inputs, against the float64 ones." };
        Option<string> filter = new("--filter") { Description = "Operators by name, with commas between; all by default." };
        Option<FileInfo> output = new("--out") { Description = "A Markdown file; rows of this run replace those of the same operators there." };
        Option<int> threads = new("--threads") { Description = "Threads.", DefaultValueFactory = _ => Environment.ProcessorCount };
        Option<DirectoryInfo> coreMath = new("--core-math") { Description = "With --double: a checkout of CORE-MATH, whose worst cases (src/binary64/NAME/NAME.wc) are tried too." };
        RootCommand root = new("Errors of the unary operators.") { inDouble, filter, output, threads, coreMath };
        root.SetAction(parsed => Measure(
            parsed.GetValue(inDouble), parsed.GetValue(filter), parsed.GetValue(output), int.Max(1, parsed.GetValue(threads)), parsed.GetValue(coreMath)));
        ParseResult result = root.Parse(args);
        if (result.Errors.Count == 0)
        {
            return result.Invoke();
        }

        foreach (System.CommandLine.Parsing.ParseError error in result.Errors)
        {
            Console.Error.WriteLine(error.Message);
        }

        return BadUsage;
    }

    private static int Measure(bool inDouble, string? filter, FileInfo? output, int threads, DirectoryInfo? coreMath)
    {
        if (!UnaryOperators.TrySelect(filter, out IReadOnlyList<Type> operators, out string? unknown))
        {
            Console.Error.WriteLine($"accuracy: there is no unary operator {unknown}; there are {string.Join(", ", UnaryOperators.All.Select(UnaryOperators.NameOf))}.");
            return BadUsage;
        }

        if (inDouble && !Mpfr.IsAvailable)
        {
            Console.Error.WriteLine($"accuracy: --double needs {Mpfr.Library}, which is not on this machine (Debian: libmpfr6).");
            return BadUsage;
        }

        if (coreMath is { Exists: false })
        {
            Console.Error.WriteLine($"accuracy: there is no folder {coreMath}.");
            return BadUsage;
        }

        Console.WriteLine($"{Simd.Lanes.InstructionSet}, {threads} threads, {(inDouble ? "float64 against MPFR" : "all float32 inputs against float64")}");
        List<AccuracyRow> rows = [];
        foreach (Type operatorType in operators)
        {
            long start = Stopwatch.GetTimestamp();
            ErrorSweep sweep = inDouble ? new DoubleSweep(threads, coreMath) : new SingleSweep(threads);
            AccuracyRow row = WithProgress(UnaryOperators.NameOf(operatorType), progress => UnaryOperators.Apply(operatorType, sweep, progress));
            rows.Add(row);
            Console.WriteLine($"{row.Line}  {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
        }

        if (output is not null)
        {
            AccuracyTable.Merge(output, inDouble, rows);
        }

        return rows.TrueForAll(row => row.Holds) ? 0 : Broken;
    }

    /// <summary>A bar on a terminal; nothing where the output goes to a file.</summary>
    private static AccuracyRow WithProgress(string name, Func<Action<double>, AccuracyRow> work)
    {
        if (Console.IsOutputRedirected)
        {
            return work(static _ => { });
        }

        AccuracyRow? row = null;
        AnsiConsole.Progress().AutoClear(true).Start(context =>
        {
            ProgressTask task = context.AddTask(name, maxValue: 1);
            row = work(share => task.Value = share);
        });
        return row!;
    }
}
