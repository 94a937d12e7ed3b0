using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>
/// Numbers of an experiment that is repeated until each that is judged has a standard error of at most a quarter of its tolerance, so that a verdict is four standard errors wide.
/// </summary>
internal sealed class Repeats
{
    /// <summary>Standard errors that a tolerance holds.</summary>
    private const double Errors = 4;

    /// <summary>Repetitions between two looks at the standard errors.</summary>
    private const int Every = 4;

    private readonly Dictionary<string, List<double>> values = [];
    private readonly Dictionary<string, double> tolerances = [];

    /// <summary>How often the experiment ran.</summary>
    public int Count { get; private set; }

    /// <summary>The largest standard error over its tolerance, of those that are judged.</summary>
    public double LargestShare => tolerances.Max(pair => Error(pair.Key) / pair.Value);

    /// <summary>Adds this repetition's number.</summary>
    public void Add(string name, double value)
    {
        if (!values.TryGetValue(name, out List<double>? list))
        {
            values[name] = list = [];
        }

        list.Add(value);
    }

    /// <summary>Says how exactly a number must be known.</summary>
    public Repeats Judge(string name, double tolerance)
    {
        tolerances[name] = tolerance;
        return this;
    }

    /// <summary>Repeats until every standard error is small enough, from a least number of times to a most.</summary>
    public Repeats Run(RunContext context, string stage, int least, int most, Action<int> experiment)
    {
        for (; Count < most; Count++)
        {
            if (Count >= least && (Count - least) % Every == 0 && LargestShare <= 1 / Errors)
            {
                break;
            }

            experiment(Count);
            context.Progress(stage, Math.Min(0.99, (Count + 1.0) / least));
        }

        context.Progress(stage, 1);
        return this;
    }

    /// <summary>What was added last.</summary>
    public double Last(string name) => values[name][^1];

    public double Mean(string name) => HostMath.Mean(values[name].ToArray());

    /// <summary>The standard error of the mean.</summary>
    public double Error(string name) => Deviation(values[name].ToArray()) / Math.Sqrt(values[name].Count);

    /// <summary>Mean, standard error and count in words.</summary>
    public string Text(string name) => $"{Mean(name):F4} +- {Error(name):F4} over {values[name].Count}";

    /// <summary>A claim that the mean is within a tolerance.</summary>
    public void Claim(RunContext context, string label, string name, double expected, double tolerance, string explanation) => context.Claim(
        label, Mean(name), expected, tolerance, explanation: $"{explanation} Standard error {Error(name):G2} over {values[name].Count} repetitions.");

    /// <summary>A claim that the mean is at least, or at most, a number.</summary>
    public void Bound(RunContext context, string label, string name, double? low, double? high, string explanation) => context.Claim(
        label, Mean(name), low: low, high: high, explanation: $"{explanation} Standard error {Error(name):G2} over {values[name].Count} repetitions.");

    /// <summary>A claim that the repetitions were enough.</summary>
    public void ClaimErrors(RunContext context, string label) => context.Claim(
        $"{label} largest standard error / tolerance", LargestShare, low: 0, high: 1 / Errors, explanation: $"Over all tolerances of {label}, after {Count} repetitions: a quarter is four standard errors.");
}
