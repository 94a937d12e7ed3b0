namespace Onsager.Papers;

/// <summary>
/// Numbers of an experiment that is repeated until each that is judged has a standard error of at most a quarter of its tolerance, so that a verdict is four standard errors wide.
/// </summary>
internal sealed class Repeats
{
    /// <summary>Standard errors that a tolerance holds.</summary>
    private const double Errors = 4;

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

    /// <summary>Whether every standard error is small enough.</summary>
    public bool AreKnown => LargestShare <= 1 / Errors;

    /// <summary>Repeats until every standard error is small enough, from a least number of times to a most, with a look at them every so often.</summary>
    public Repeats Run(RunContext context, string stage, int least, int most, Action<int> experiment, int every = 4)
    {
        for (; Count < most; Count++)
        {
            if (Count >= least && (Count - least) % every == 0 && AreKnown)
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

    /// <summary>The mean of a number and how well it is known.</summary>
    public Estimate Of(string name) => Estimate.Of(values[name]);

    public double Mean(string name) => Of(name).Mean;

    /// <summary>The standard error of the mean.</summary>
    public double Error(string name) => Of(name).Error;

    /// <summary>Mean, standard error and count in words.</summary>
    public string Text(string name) => $"{Mean(name):F4} +- {Error(name):F4} over {values[name].Count}";

    /// <summary>A claim that the mean is within a tolerance. Where that is less than four standard errors, they are a finding of their own.</summary>
    public void Claim(RunContext context, string label, string name, double expected, double tolerance, string explanation)
    {
        Estimate mean = Of(name);
        context.Claim(label, mean.Mean, expected, tolerance, explanation: $"{explanation} {mean.Text("repetitions")}");
        if (tolerance < Errors * mean.Error)
        {
            context.Report($"{label}, standard error", mean.Error, $"The tolerance of {tolerance:G3} is {tolerance / mean.Error:F1} of them.");
        }
    }

    /// <summary>A claim that the mean is at least, or at most, a number.</summary>
    public void Bound(RunContext context, string label, string name, double? low, double? high, string explanation) => context.Claim(
        label, Mean(name), low: low, high: high, explanation: $"{explanation} {Of(name).Text("repetitions")}");

    /// <summary>A claim that the repetitions were enough.</summary>
    public void ClaimErrors(RunContext context, string label) => context.Claim(
        $"{label} largest standard error / tolerance", LargestShare, low: 0, high: 1 / Errors, explanation: $"Over all tolerances of {label}, after {Count} repetitions: a quarter is four standard errors.");
}
