using Onsager.Models.Meta;
using Onsager.Tensors;
using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>Unseen distributions, the same for all methods, on which protocols are chosen or judged. Distributions are done a few at a time, which fits the caches; each has its own bits.</summary>
internal sealed class MetaEvaluation
{
    /// <summary>Goal steps at which curves end.</summary>
    public const int Last = 10;

    /// <summary>Points by which a goal is judged.</summary>
    public const int Judged = 100;

    private static readonly double[] Alphas = [0.01, 0.02];
    private static readonly double[] Betas = [0.005, 0.01, 0.02];
    private static readonly double[] PoolRates = [0.005, 0.02];

    private readonly List<Episodes<float>> parts = [];

    /// <summary>Draws so many distributions, a multiple of a part's.</summary>
    public MetaEvaluation(MetaSizes sizes, int distributions, RandomStream random, Device device)
    {
        SinusoidFamily<float> family = new();
        for (int first = 0; first < distributions; first += sizes.Part)
        {
            Episodes<float> drawn = Episodes<float>.Of(family.Draw(1, sizes.Part, sizes.Related + sizes.Goals, MetaSizes.Support, Judged, random, device), sizes.Related);
            parts.Add(drawn with { Related = new(drawn.Related.Support, drawn.Related.Query.First(MetaSizes.Query)) });
        }
    }

    /// <summary>The first distribution with its goals.</summary>
    public Episodes<float> First => parts[0];

    /// <summary>The protocol of a kind with the least error after five goal steps, and that error; what is not finite is none.</summary>
    /// <param name="steps">How steps are taken.</param>
    /// <param name="theta">Parameters [1, p].</param>
    /// <param name="kind">What is done with related tasks.</param>
    public (Protocol Protocol, double Error) Choose(PartSteps steps, Tensor<float> theta, Preparation kind)
    {
        (Protocol Protocol, double Error)[] tried = kind switch
        {
            Preparation.None => Along(steps, theta, kind, 0, [0], 0, Alphas),
            Preparation.Meta => [.. Alphas.SelectMany(alpha => Betas.SelectMany(beta => Along(steps, theta, kind, beta, [1, 3, 10], alpha, [alpha])))],
            _ => [.. PoolRates.SelectMany(rate => Along(steps, theta, kind, rate, [5, 20], 0, Alphas))],
        };
        return tried.Where(static pair => double.IsFinite(pair.Error)).DefaultIfEmpty(tried[0]).MinBy(static pair => pair.Error);
    }

    /// <summary>The mean squared error after 0 .. 10 goal steps.</summary>
    public GoalCurve Measure(PartSteps steps, Tensor<float> theta, Protocol protocol)
    {
        int[] at = [.. Enumerable.Range(0, Last + 1)];
        List<double>[] all = [.. at.Select(static _ => new List<double>())];
        foreach (Episodes<float> part in parts)
        {
            steps.Begin(theta, part);
            steps.Prepare(protocol);
            Goals(steps, protocol.Alpha, at, all);
        }

        return new(protocol, [.. all.Select(static errors => Mean(errors.ToArray()))]);
    }

    /// <summary>The error after five goal steps for several numbers of steps of one preparation, each of which goes on where the one before ended.</summary>
    private (Protocol Protocol, double Error)[] Along(PartSteps steps, Tensor<float> theta, Preparation kind, double rate, int[] counts, double inner, double[] alphas)
    {
        List<(Protocol Protocol, List<double>[] Errors)> all = [.. counts.SelectMany(n => alphas.Select(alpha => (new Protocol(kind, rate, n, alpha), (List<double>[])[[]])))];
        foreach (Episodes<float> part in parts)
        {
            steps.Begin(theta, part);
            int done = 0;
            foreach ((Protocol protocol, List<double>[] errors) in all)
            {
                steps.Prepare(new Protocol(kind, rate, protocol.Steps - done, inner));
                done = protocol.Steps;
                Goals(steps, protocol.Alpha, [5], errors);
            }
        }

        return [.. all.Select(static pair => (pair.Protocol, Mean(pair.Errors[0].ToArray())))];
    }

    /// <summary>Adds each goal's query error after some numbers of steps, which rise.</summary>
    private static void Goals(PartSteps steps, double alpha, int[] at, List<double>[] errors)
    {
        steps.MeetGoals();
        for (int i = 0, done = 0; i < at.Length; done = at[i++])
        {
            steps.Adapt(alpha, at[i] - done);
            errors[i].AddRange(steps.Errors().Select(static error => (double)error));
        }
    }
}
