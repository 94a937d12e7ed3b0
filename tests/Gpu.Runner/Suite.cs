using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Onsager.Gpu.Runner;

/// <summary>How a test ended.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Name">As xunit displays it.</param>
/// <param name="Failure">What went wrong; null where nothing did.</param>
/// <param name="Skipped">Why it was skipped; null where it ran.</param>
internal sealed record Outcome(string Class, string Name, string? Failure, string? Skipped);

/// <summary>Runs the tests of an assembly with xunit's own framework, which the assembly brings along, where no SDK is installed.</summary>
internal static class Suite
{
    /// <summary>Every test but those that need files of the repository; <paramref name="ended"/> hears of each when it ends.</summary>
    public static IReadOnlyList<Outcome> Run(Assembly assembly, Action<Outcome> ended)
    {
        using XunitTestFramework framework = new(new NullMessageSink());
        using ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(Reflector.Wrap(assembly));
        using Sink found = new(message => message is IDiscoveryCompleteMessage);
        List<ITestCase> cases = [];
        found.Heard += message =>
        {
            if (message is ITestCaseDiscoveryMessage { TestCase: { } test } && !NeedsRepository(test))
            {
                cases.Add(test);
            }
        };
        discoverer.Find(includeSourceInformation: false, found, new Options());
        found.Wait();

        using ITestFrameworkExecutor executor = framework.GetExecutor(assembly.GetName());
        using Sink run = new(message => message is ITestAssemblyFinished);
        List<Outcome> outcomes = [];
        run.Heard += message =>
        {
            if (OutcomeOf(message) is { } outcome)
            {
                lock (outcomes)
                {
                    outcomes.Add(outcome);
                    ended(outcome);
                }
            }
        };
        executor.RunTests(cases, run, new Options());
        run.Wait();
        return outcomes;
    }

    private static bool NeedsRepository(ITestCase test) => test.Traits.TryGetValue("Needs", out List<string>? needs) && needs.Contains("repository");

    private static Outcome? OutcomeOf(IMessageSinkMessage message) => message switch
    {
        ITestFailed failed => new(ClassOf(failed), failed.Test.DisplayName, string.Join(Environment.NewLine, failed.Messages.Concat(failed.StackTraces)), null),
        ITestSkipped skipped => new(ClassOf(skipped), skipped.Test.DisplayName, null, skipped.Reason),
        ITestPassed passed => new(ClassOf(passed), passed.Test.DisplayName, null, null),

        // A class whose fixture breaks, or a test that cannot be cleaned up after, is a failure too.
        IFailureInformation broken and (ITestClassCleanupFailure or ITestCollectionCleanupFailure or ITestAssemblyCleanupFailure or ITestCleanupFailure or IErrorMessage) =>
            new("(framework)", message.GetType().Name, string.Join(Environment.NewLine, broken.Messages.Concat(broken.StackTraces)), null),
        _ => null,
    };

    private static string ClassOf(ITestMessage message) => message.TestCase.TestMethod.TestClass.Class.Name.Split('.')[^1];

    /// <summary>Passes messages on and knows when the last one came.</summary>
    private sealed class Sink(Func<IMessageSinkMessage, bool> isLast) : Xunit.LongLivedMarshalByRefObject, IMessageSink, IDisposable
    {
        private readonly ManualResetEventSlim done = new();

        public event Action<IMessageSinkMessage> Heard = static _ => { };

        public bool OnMessage(IMessageSinkMessage message)
        {
            Heard(message);
            if (isLast(message))
            {
                done.Set();
            }

            return true;
        }

        public void Wait() => done.Wait();

        public void Dispose() => done.Dispose();
    }

    /// <summary>xunit's defaults: nothing is set.</summary>
    private sealed class Options : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        private readonly Dictionary<string, object?> values = [];

        public TValue GetValue<TValue>(string name) => values.TryGetValue(name, out object? value) ? (TValue)value! : default!;

        public void SetValue<TValue>(string name, TValue value) => values[name] = value;
    }
}
