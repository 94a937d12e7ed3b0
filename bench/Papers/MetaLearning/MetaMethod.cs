using System.Diagnostics;
using Onsager.Models.Meta;
using Onsager.Simd;
using Onsager.Tensors;
using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>The sizes of an experiment with sine curves.</summary>
internal sealed record MetaSizes(int Hidden, int Distributions, int Related, int Goals, int MetaSteps, int Iterations, int Validation, int Test, int Part)
{
    public const int Support = 10;
    public const int Query = 10;
    public const double Beta = 0.02;
    public const double Rate = 2e-3;
    public const double ClipNorm = 2;
}

/// <summary>What is trained: MAML or MALTML, with which rate of adaptation, and how its outer gradient is taken.</summary>
internal sealed record MetaMethod(string Name, bool IsMaltml, double Alpha, bool IsFirstOrder = false)
{
    public static readonly MetaMethod Maltml = new("MALTML", true, 0.01);
    public static readonly MetaMethod Maml = new("MAML", false, 0.01);
    public static readonly MetaMethod FirstOrder = new("MALTML, first order", true, 0.01, IsFirstOrder: true);
    public static readonly MetaMethod FastMaltml = new("MALTML, alpha .02", true, 0.02);
    public static readonly MetaMethod FastMaml = new("MAML, alpha .02", false, 0.02);

    /// <summary>Begins to train from a start, which is copied; MAML has as many tasks of each distribution as MALTML has related ones, and one more.</summary>
    public MetaTraining<float> Begin(RegressionLearner<Relu, float> learner, Tensor<float> start, MetaSizes sizes, RandomStream random)
    {
        SinusoidFamily<float> family = new();
        Maml maml = new(Alpha) { IsFirstOrder = IsFirstOrder && !IsMaltml };
        Maltml maltml = new(maml, MetaSizes.Beta) { MetaSteps = sizes.MetaSteps, IsFirstOrder = IsFirstOrder };
        int tasks = IsMaltml ? sizes.Related + sizes.Goals : sizes.Related + 1;
        bool isMaltml = IsMaltml;
        return new MetaTraining<float>(
            start,
            (theta, gradients) =>
            {
                TaskSet<float> drawn = family.Draw((int)theta.Shape[0], sizes.Distributions, tasks, MetaSizes.Support, MetaSizes.Query, random, theta.Device);
                return isMaltml
                    ? maltml.GradientInto(learner, theta, gradients, Episodes<float>.Of(drawn, sizes.Related))
                    : maml.GradientInto(learner, theta, gradients, drawn);
            },
            MetaSizes.Rate,
            MetaSizes.ClipNorm);
    }

    /// <summary>Trains one net from a start [1, p], the rate falling linearly to zero.</summary>
    public TrainedNet Train(RegressionLearner<Relu, float> learner, Tensor<float> start, MetaSizes sizes, RandomStream random)
    {
        long began = Stopwatch.GetTimestamp();
        using MetaTraining<float> run = Begin(learner, start, sizes, random);
        double[] losses = new double[sizes.Iterations / TrainedNet.Window];
        for (int i = 0; i < sizes.Iterations; i++)
        {
            run.Rate = MetaSizes.Rate * (sizes.Iterations - i) / sizes.Iterations;
            using Tensor<float> loss = run.Step();
            losses[i / TrainedNet.Window] += (double)loss[0] / TrainedNet.Window;
        }

        using Tensor<float> theta = run.Parameters;
        return new TrainedNet(theta.ToArray(), losses, Stopwatch.GetElapsedTime(began).TotalSeconds);
    }
}

/// <summary>A trained net's parameters, its losses, and the seconds that it took.</summary>
/// <param name="Theta">Its parameters.</param>
/// <param name="Losses">Means of 20 iterations each.</param>
/// <param name="Seconds">On one thread.</param>
internal sealed record TrainedNet(float[] Theta, double[] Losses, double Seconds)
{
    /// <summary>Iterations of which a loss is the mean.</summary>
    public const int Window = 20;

    private const int PlateauWindows = 5;
    private const double PlateauLoss = 0.8 * 4.6;

    /// <summary>How long the loss stays where it is at first: the end of the first hundred iterations whose mean is below 80% of what it costs to predict zero, 4.6. All iterations, if there are none.</summary>
    public int Plateau
    {
        get
        {
            int end = PlateauWindows;
            while (end < Losses.Length && !(Mean(Losses.AsSpan(end - PlateauWindows, PlateauWindows)) < PlateauLoss))
            {
                end++;
            }

            return end * Window;
        }
    }

    /// <summary>The parameters [1, p] on a device.</summary>
    public Tensor<float> On(Device device) => Tensor.From<float>(Theta, [1, Theta.Length]).To(device);
}

/// <summary>What is done with the related tasks before a goal is met.</summary>
internal enum Preparation
{
    None,
    Meta,
    Pool,
}

/// <summary>How parameters meet a goal task: steps of a rate on the related tasks, then steps of rate alpha on the goal.</summary>
internal sealed record Protocol(Preparation Kind, double Rate, int Steps, double Alpha)
{
    /// <summary>As in training.</summary>
    public static Protocol Trained(MetaMethod method, MetaSizes sizes) => new(Preparation.Meta, MetaSizes.Beta, sizes.MetaSteps, method.Alpha);

    /// <summary>Parameters [1, distributions, p] after the steps on related tasks, from [1, p] or [1, distributions, p].</summary>
    public Tensor<float> Prepare(RegressionLearner<Relu, float> learner, Tensor<float> parameters, TaskSet<float> related) => Kind switch
    {
        Preparation.None => parameters.Share(),
        Preparation.Meta => Finetuning.Meta(learner, parameters, related, new Maml(Alpha), Rate, Steps),
        _ => Finetuning.Pooled(learner, parameters, related, Rate, Steps),
    };

    public override string ToString() => Kind == Preparation.None ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"alpha {Alpha}")
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Steps} of {Rate}, alpha {Alpha}");
}

/// <summary>A protocol's mean squared error on unseen distributions after 0, 1, .. goal steps.</summary>
internal sealed record GoalCurve(Protocol Protocol, double[] Errors);
