using Onsager.Tensors;

namespace Onsager.Models.Meta;

/// <summary>
/// Model-agnostic learning to meta-learn (Devos and Dandi, 2020): parameters theta from which few steps of MAML on tasks of a new distribution give parameters theta_D, from which few steps of gradient descent fit a
/// further task of that distribution. What is minimised is the goal tasks' query loss at the end of both.
/// </summary>
/// <remarks>
/// theta_D = theta - meta rate grad of the mean over related tasks of L(U(theta_D); query); phi = U(theta_D) on the goal's support; the loss is L(phi; goal's query). Since the first stage has a gradient's
/// gradient in it, the exact derivative has third ones of the loss.
/// </remarks>
public sealed record Maltml
{
    private readonly int metaSteps = 1;

    /// <summary>Adapts to tasks, related ones and goals, by an inner rule, and to a distribution with this rate.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not finite.</exception>
    public Maltml(Maml inner, double metaRate)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Finetuning.Check(metaRate, 0);
        Inner = inner;
        MetaRate = metaRate;
    }

    /// <summary>How a task is adapted to. With <see cref="Maml.IsFirstOrder"/> the steps on related tasks are first-order ones, of which the exact outer gradient then takes the derivative.</summary>
    public Maml Inner { get; }

    /// <summary>The rate of the steps on related tasks.</summary>
    public double MetaRate { get; }

    /// <summary>The steps on related tasks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one.</exception>
    public int MetaSteps
    {
        get => metaSteps;
        init => metaSteps = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MetaSteps), value, "maltml: at least one step is needed.");
    }

    /// <summary>Whether the outer gradient takes the goal's adapted parameters for theta plus a constant. The steps on related tasks stay as the inner rule has them.</summary>
    public bool IsFirstOrder { get; init; }

    /// <summary>Each distribution's own parameters after the related tasks [replicas, distributions, p].</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor<T> MetaFinetune<T>(MetaLearner<T> learner, Tensor<T> parameters, TaskSet<T> related)
        where T : unmanaged => Finetuning.Meta(learner, parameters, related, Inner, MetaRate, MetaSteps);

    /// <summary>Each goal's own parameters after both stages [replicas, distributions, goals, p].</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor<T> Adapt<T>(MetaLearner<T> learner, Tensor<T> parameters, TaskSet<T> related, Examples<T> support)
        where T : unmanaged
    {
        using Tensor<T> distribution = MetaFinetune(learner, parameters, related);
        return Inner.Adapt(learner, distribution, support);
    }

    /// <summary>Each goal's query loss after both stages [replicas, distributions, goals].</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor<T> Losses<T>(MetaLearner<T> learner, Tensor<T> parameters, Episodes<T> episodes)
        where T : unmanaged
    {
        using Tensor<T> adapted = Adapt(learner, parameters, episodes.Related, episodes.Goals.Support);
        return learner.Losses(adapted, episodes.Goals.Query);
    }

    /// <summary>Each replica's gradient of the mean loss of its goals goes into existing memory; gives these losses [replicas].</summary>
    /// <param name="learner">What learns.</param>
    /// <param name="parameters">theta [replicas, p].</param>
    /// <param name="gradients">Contiguous, in the parameters' shape.</param>
    /// <param name="episodes">Related tasks and goals; all of a replica's goals count alike.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or there is no task.</exception>
    public Tensor<T> GradientInto<T>(MetaLearner<T> learner, Tensor<T> parameters, Tensor<T> gradients, Episodes<T> episodes)
        where T : unmanaged
    {
        if (!IsFirstOrder)
        {
            return MetaGradient.ExactInto(parameters, gradients, (this, learner, episodes), static (p, state) => state.Item1.Losses(state.learner, p, state.episodes));
        }

        using Tensor<T> adapted = Adapt(learner, parameters, episodes.Related, episodes.Goals.Support);
        return MetaGradient.FirstOrderInto(learner, adapted, episodes.Goals.Query, gradients);
    }
}
