using Onsager.Models.Meta;
using Onsager.Simd;
using Onsager.Tensors;
using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>Unseen distributions, the same for all methods, on which protocols are chosen or judged. Distributions are done a few at a time, which fits the caches; each has its own bits.</summary>
internal sealed class MetaEvaluation
{
    /// <summary>Goal steps at which curves end.</summary>
    public const int Last = 10;

    private const int Judged = 100;
    private static readonly double[] Alphas = [0.01, 0.02];
    private static readonly double[] Betas = [0.005, 0.01, 0.02];
    private static readonly double[] PoolRates = [0.005, 0.02];

    private readonly RegressionLearner<Relu, float> learner;
    private readonly List<Episodes<float>> parts = [];

    public MetaEvaluation(RegressionLearner<Relu, float> learner, MetaSizes sizes, int distributions, RandomStream random, Device device)
    {
        this.learner = learner;
        SinusoidFamily<float> family = new();
        for (int first = 0; first < distributions; first += sizes.Part)
        {
            Episodes<float> drawn = Episodes<float>.Of(family.Draw(1, Math.Min(sizes.Part, distributions - first), sizes.Related + sizes.Goals, MetaSizes.Support, Judged, random, device), sizes.Related);
            parts.Add(drawn with { Related = new(drawn.Related.Support, drawn.Related.Query.First(MetaSizes.Query)) });
        }
    }

    /// <summary>The first distribution with its goals.</summary>
    public Episodes<float> First => parts[0];

    /// <summary>The protocol of a kind with the least error after five goal steps, and that error; what is not finite is none.</summary>
    /// <param name="theta">Parameters [1, p].</param>
    /// <param name="kind">What is done with related tasks.</param>
    /// <param name="related">How many of them there are.</param>
    public (Protocol Protocol, double Error) Choose(Tensor<float> theta, Preparation kind, int related)
    {
        (Protocol Protocol, double Error)[] tried = kind switch
        {
            Preparation.None => [.. Alphas.Select(alpha => new Protocol(kind, 0, 0, alpha)).Select(protocol => (protocol, Errors(theta, protocol, 0, [5])[0]))],
            Preparation.Meta => [.. Alphas.SelectMany(alpha => Betas.SelectMany(beta => Along(theta, kind, related, beta, [1, 3, 10], alpha, [alpha])))],
            _ => [.. PoolRates.SelectMany(rate => Along(theta, kind, related, rate, [5, 20], 0, Alphas))],
        };
        return tried.Where(static pair => double.IsFinite(pair.Error)).DefaultIfEmpty(tried[0]).MinBy(static pair => pair.Error);
    }

    /// <summary>The mean squared error after 0 .. 10 goal steps.</summary>
    public GoalCurve Measure(Tensor<float> theta, Protocol protocol, int related) => new(protocol, Errors(theta, protocol, related, [.. Enumerable.Range(0, Last + 1)]));

    /// <summary>One distribution's parameters [1, distributions of a part, p] after a preparation.</summary>
    public Tensor<float> Prepare(Tensor<float> theta, Protocol protocol, TaskSet<float> related) => protocol.Kind switch
    {
        Preparation.None => theta.Share(),
        Preparation.Meta => Finetuning.Meta(learner, theta, related, new Maml(protocol.Alpha), protocol.Rate, protocol.Steps),
        _ => Finetuning.Pooled(learner, theta, related, protocol.Rate, protocol.Steps),
    };

    private double[] Errors(Tensor<float> theta, Protocol protocol, int related, int[] at)
    {
        List<double>[] all = [.. at.Select(_ => new List<double>())];
        foreach (Episodes<float> part in parts)
        {
            using Scope scope = Scope.Begin();
            Goals(Prepare(theta, protocol, part.Related.OfTasks(0, related)), part.Goals, protocol.Alpha, at, all);
        }

        return [.. all.Select(errors => Mean(errors.ToArray()))];
    }

    /// <summary>The error after five goal steps for several numbers of steps of one preparation, each of which goes on where the one before ended.</summary>
    private List<(Protocol Protocol, double Error)> Along(Tensor<float> theta, Preparation kind, int related, double rate, int[] steps, double inner, double[] alphas)
    {
        List<(Protocol Protocol, List<double>[] Errors)> all = [.. steps.SelectMany(n => alphas.Select(alpha => (new Protocol(kind, rate, n, alpha), (List<double>[])[[]])))];
        foreach (Episodes<float> part in parts)
        {
            using Scope scope = Scope.Begin();
            Tensor<float> current = theta;
            int done = 0;
            foreach ((Protocol protocol, List<double>[] errors) in all)
            {
                current = protocol.Steps == done ? current : Prepare(current, new Protocol(kind, rate, protocol.Steps - done, inner), part.Related.OfTasks(0, related));
                done = protocol.Steps;
                Goals(current, part.Goals, protocol.Alpha, [5], errors);
            }
        }

        return [.. all.Select(pair => (pair.Protocol, Mean(pair.Errors[0].ToArray())))];
    }

    /// <summary>Adds each goal's query error after some numbers of steps, which rise.</summary>
    private void Goals(Tensor<float> parameters, TaskSet<float> goals, double alpha, int[] at, List<double>[] errors)
    {
        using Scope scope = Scope.Begin();
        Tensor<float> current = parameters;
        for (int i = 0, done = 0; i < at.Length; done = at[i++])
        {
            current = Finetuning.Plain(learner, current, goals.Support, alpha, at[i] - done);
            errors[i].AddRange(learner.Losses(current, goals.Query).ToArray().Select(static error => (double)error));
        }
    }
}
