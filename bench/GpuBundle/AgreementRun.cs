using Xunit.Runners;

namespace Onsager.GpuBundle;

/// <summary>Runs the GPU's tests without an SDK, on every device that is there, and prints a line for each suite.</summary>
internal static class AgreementRun
{
    /// <summary>0 if nothing failed, 1 otherwise.</summary>
    public static int Run()
    {
        SortedDictionary<string, Counts> suites = new(StringComparer.Ordinal);
        List<string> failures = [];
        Lock gate = new();
        using ManualResetEventSlim done = new();
        AssemblyRunner runner = AssemblyRunner.WithoutAppDomain(Path.Combine(AppContext.BaseDirectory, "Onsager.Gpu.Tests.dll"));

        // The guide's programs are compiled from the repository, which is not here.
        runner.TestCaseFilter = test => !test.TestMethod.TestClass.Class.Name.EndsWith(".GuideTests", StringComparison.Ordinal);
        runner.OnTestPassed = info => Count(info, counts => counts with { Passed = counts.Passed + 1 });
        runner.OnTestSkipped = info => Count(info, counts => counts with { Skipped = counts.Skipped + 1 });
        runner.OnTestFailed = info =>
        {
            Count(info, counts => counts with { Failed = counts.Failed + 1 });
            lock (gate)
            {
                failures.Add($"{info.TestDisplayName}: {info.ExceptionMessage}");
            }
        };
        runner.OnErrorMessage = info =>
        {
            lock (gate)
            {
                failures.Add(info.ExceptionMessage);
            }
        };
        runner.OnExecutionComplete = _ => done.Set();
        runner.Start();
        done.Wait();

        Console.WriteLine($"{"suite",-40}{"passed",8}{"failed",8}{"skipped",8}");
        foreach ((string suite, Counts counts) in suites)
        {
            Console.WriteLine($"{suite,-40}{counts.Passed,8}{counts.Failed,8}{counts.Skipped,8}");
        }

        failures.ForEach(Console.WriteLine);
        return failures.Count == 0 && suites.Count > 0 ? 0 : 1;

        void Count(TestInfo info, Func<Counts, Counts> add)
        {
            string suite = info.TypeName[(info.TypeName.LastIndexOf('.') + 1)..];
            lock (gate)
            {
                suites[suite] = add(suites.GetValueOrDefault(suite));
            }
        }
    }

    private readonly record struct Counts(int Passed, int Failed, int Skipped);
}
