using Onsager.Models.Meta;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>
/// The steps with which parameters meet a few distributions: each is recorded once for its rate and then repeated as a plan, since with nets so small what is around the kernels costs as much as they do. Tasks
/// and parameters are copied into memory that all steps share. For one thread at a time.
/// </summary>
internal sealed class PartSteps : IDisposable
{
    private readonly RegressionLearner<Relu, float> learner;
    private readonly Episodes<float> tasks;
    private readonly Tensor<float> prepared;
    private readonly Tensor<float> adapted;
    private readonly Dictionary<(Preparation Kind, double Rate, double Alpha), Plan<(PartSteps Steps, Protocol Protocol), Tensor<float>>> plans = [];
    private readonly Plan<PartSteps, Tensor<float>> losses;

    /// <summary>Steps for parts that have this many distributions, with so many related tasks of each. Its memory belongs to the scope around.</summary>
    public PartSteps(RegressionLearner<Relu, float> learner, MetaSizes sizes, int related, Device device)
    {
        (this.learner, Related) = (learner, related);
        tasks = new(new(Of(related, MetaSizes.Support), Of(related, MetaSizes.Query)), new(Of(sizes.Goals, MetaSizes.Support), Of(sizes.Goals, MetaEvaluation.Judged)));
        prepared = Tensor.Zeros<float>([1, sizes.Part, learner.Parameters], device);
        adapted = Tensor.Zeros<float>([1, sizes.Part, sizes.Goals, learner.Parameters], device);
        losses = Plan.Capture(this, static steps => steps.learner.Losses(steps.adapted, steps.tasks.Goals.Query));

        Examples<float> Of(int count, int n) => new(Tensor.Zeros<float>([1, sizes.Part, count, n, 1], device), Tensor.Zeros<float>([1, sizes.Part, count, n, 1], device));
    }

    /// <summary>Related tasks of each distribution.</summary>
    public int Related { get; }

    /// <summary>Lets parameters [1, p] meet a part's distributions.</summary>
    public void Begin(Tensor<float> theta, Episodes<float> part)
    {
        Copy(part.Related.OfTasks(0, Related), tasks.Related);
        Copy(part.Goals, tasks.Goals);
        using Tensor<float> row = theta.Unsqueeze(1), all = row.Expand(prepared.Shape);
        all.CopyInto(prepared);
    }

    /// <summary>Steps on the related tasks, as a protocol has them.</summary>
    public void Prepare(Protocol protocol)
    {
        for (int step = 0; step < protocol.Steps; step++)
        {
            Run((protocol.Kind, protocol.Rate, protocol.Alpha), protocol with { Steps = 1 });
        }
    }

    /// <summary>Gives each goal the parameters as they are after preparation.</summary>
    public void MeetGoals()
    {
        using Tensor<float> row = prepared.Unsqueeze(2), all = row.Expand(adapted.Shape);
        all.CopyInto(adapted);
    }

    /// <summary>Steps on each goal's own points.</summary>
    public void Adapt(double alpha, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            Run((Preparation.None, 0, alpha), new Protocol(Preparation.None, 0, 0, alpha));
        }
    }

    /// <summary>Each goal's query error.</summary>
    public float[] Errors()
    {
        using Tensor<float> errors = losses.Run();
        return errors.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        losses.Dispose();
        foreach (Plan<(PartSteps Steps, Protocol Protocol), Tensor<float>> plan in plans.Values)
        {
            plan.Dispose();
        }
    }

    private void Run((Preparation Kind, double Rate, double Alpha) step, Protocol protocol)
    {
        if (!plans.TryGetValue(step, out Plan<(PartSteps Steps, Protocol Protocol), Tensor<float>>? plan))
        {
            plans[step] = plan = Plan.Capture((this, protocol), static state => state.Item1.Advance(state.protocol));
        }

        plan.Run().Dispose();
    }

    /// <summary>One step, of the goals where nothing is done with related tasks.</summary>
    private Tensor<float> Advance(Protocol protocol)
    {
        bool isGoal = protocol.Kind == Preparation.None;
        Tensor<float> next = isGoal ? Finetuning.Plain(learner, adapted, tasks.Goals.Support, protocol.Alpha) : protocol.Prepare(learner, prepared, tasks.Related);
        next.CopyInto(isGoal ? adapted : prepared);
        return next;
    }

    private static void Copy(TaskSet<float> from, TaskSet<float> to)
    {
        Copy(from.Support, to.Support);
        Copy(from.Query, to.Query);
    }

    private static void Copy(Examples<float> from, Examples<float> to)
    {
        from.X.CopyInto(to.X);
        from.Y.CopyInto(to.Y);
    }
}
