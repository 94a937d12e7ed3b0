using System.Diagnostics;
using Onsager.Papers.Report;
using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>How a run of one paper ended.</summary>
internal enum Outcome
{
    AllHold = 0,
    SomeClaimFalse = 1,
    CouldNotRun = 2,
}

/// <summary>Runs one paper and leaves its result, its section and the page of all results behind.</summary>
internal static class Runner
{
    public static Outcome Run(IPaper paper, RunSettings settings)
    {
        string folder = Path.Combine(settings.OutDirectory, paper.Name);
        try
        {
            Directory.CreateDirectory(folder);

            // A run that breaks off must not leave the result of an earlier one behind as if it were its own.
            Section.Delete(folder);
            Page.Write(settings.OutDirectory);

            Device.Cpu.Threads = settings.Threads;
            RunContext? context = null;
            long start = Stopwatch.GetTimestamp();
            Display.Show(paper.Name, progress =>
            {
                context = new RunContext(settings, folder, progress)
                {
                    Found = settings.Size == RunSize.Full ? () => Result("").Write(folder, ResultFile.PartialName) : null,
                };
                paper.Run(context);
            });
            ResultFile result = Result(context!.FinishFingerprint());
            Section.Write(folder, paper, result, context.Claims, context.Body);
            result.Write(folder);
            File.Delete(Path.Combine(folder, ResultFile.PartialName));
            Page.Write(settings.OutDirectory);

            ClaimTable.Print(context.Claims);
            Console.WriteLine(
                $"{paper.Name}: {result.Count(true)} hold, {result.Count(false)} false, {result.Count(null)} report-only; "
                + $"{result.Seconds:F1} s; fingerprint {result.Fingerprint[..16]}");
            return result.Count(false) == 0 ? Outcome.AllHold : Outcome.SomeClaimFalse;

            ResultFile Result(string fingerprint) => new(
                paper.Name,
                settings.Size.ToString().ToLowerInvariant(),
                settings.Device.Kind,
                settings.Seed,
                settings.Threads,
                Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 3),
                fingerprint,
                [.. context!.Claims.Select(ClaimEntry.Of)]);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException)
        {
            Console.Error.WriteLine($"{paper.Name}: {problem.Message}");
            return Outcome.CouldNotRun;
        }
        catch (Exception bug)
        {
            // A paper that breaks has not shown what it claims. The others still run.
            Console.Error.WriteLine($"{paper.Name} broke off:{Environment.NewLine}{bug}");
            return Outcome.SomeClaimFalse;
        }
    }
}
