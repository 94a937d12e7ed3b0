using Onsager.Tensors;

namespace Onsager.Models.Meta;

/// <summary>
/// Reptile (Nichol, Achiam and Schulman, "On first-order meta-learning algorithms", 2018): the start moves towards where gradient descent on a task's support ends. Its gradient is the mean over tasks of
/// (theta - adapted) / rate, the sum of the gradients on the way; any optimizer takes it.
/// </summary>
public sealed record Reptile
{
    private readonly int steps = 5;

    /// <summary>Adapts with this rate.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive and finite.</exception>
    public Reptile(double rate) => Rate = rate > 0 && double.IsFinite(rate) ? rate : throw new ArgumentOutOfRangeException(nameof(rate), rate, "reptile: the rate must be positive and finite.");

    /// <summary>The rate of adaptation.</summary>
    public double Rate { get; }

    /// <summary>The steps of adaptation. With one, it is training on all tasks at once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one.</exception>
    public int Steps
    {
        get => steps;
        init => steps = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Steps), value, "reptile: at least one step is needed.");
    }

    /// <summary>The mean query loss after adaptation [replicas]; each replica's gradient goes into existing memory.</summary>
    /// <param name="learner">What learns.</param>
    /// <param name="parameters">theta [replicas, p].</param>
    /// <param name="gradients">In the parameters' shape.</param>
    /// <param name="tasks">All of a replica's tasks count alike; the query is for the loss alone.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or there is no task.</exception>
    public Tensor<T> GradientInto<T>(MetaLearner<T> learner, Tensor<T> parameters, Tensor<T> gradients, TaskSet<T> tasks)
        where T : unmanaged
    {
        using Tensor<T> adapted = Finetuning.Plain(learner, parameters, tasks.Support, Rate, Steps), mean = adapted.Mean([1, 2]), gap = parameters - mean, sum = gap * Tensor.Constant<T>(1 / Rate);
        sum.CopyInto(gradients);
        using Tensor<T> losses = learner.Losses(adapted, tasks.Query);
        return losses.Mean([1, 2]);
    }
}
