using Onsager.Tensors;

namespace Onsager.Models.Meta;

/// <summary>
/// Model-agnostic meta-learning (Finn, Abbeel and Levine, 2017): parameters from which few steps of gradient descent fit a new task. A task's parameters are U(theta) = theta - rate grad L(theta; support), and
/// what is minimised is the mean of L(U(theta); query).
/// <code>
/// using MetaTraining&lt;float&gt; run = new(start, (theta, gradients) => maml.GradientInto(learner, theta, gradients, family.Draw(1, 4, 9, 10, 10, random)), rate: 2e-3);
/// Tensor&lt;float&gt; loss = run.Step();
/// </code>
/// </summary>
public sealed record Maml
{
    private readonly int steps = 1;

    /// <summary>Adapts with this rate.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not finite.</exception>
    public Maml(double rate)
    {
        Finetuning.Check(rate, 0);
        Rate = rate;
    }

    /// <summary>The rate of adaptation.</summary>
    public double Rate { get; }

    /// <summary>The steps of adaptation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one.</exception>
    public int Steps
    {
        get => steps;
        init => steps = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Steps), value, "maml: at least one step is needed.");
    }

    /// <summary>
    /// Whether the gradient is the query loss's at the adapted parameters alone, as if these were theta plus a constant; the exact one is that times I - rate H for each step, H being the
    /// support loss's Hessian.
    /// </summary>
    public bool IsFirstOrder { get; init; }

    /// <summary>Each task's own parameters [replicas, distributions, tasks, p].</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor<T> Adapt<T>(MetaLearner<T> learner, Tensor<T> parameters, Examples<T> support)
        where T : unmanaged => Finetuning.Plain(learner, parameters, support, Rate, Steps);

    /// <summary>Each task's query loss after adaptation [replicas, distributions, tasks].</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor<T> Losses<T>(MetaLearner<T> learner, Tensor<T> parameters, TaskSet<T> tasks)
        where T : unmanaged
    {
        using Tensor<T> adapted = Adapt(learner, parameters, tasks.Support);
        return learner.Losses(adapted, tasks.Query);
    }

    /// <summary>
    /// The gradient, in the parameters' shape, of each learner's mean loss after adaptation: the mean is over all tasks of a replica for parameters [replicas, p], over all tasks of a distribution for
    /// [replicas, distributions, p]. It is itself a differentiable function; a first-order one is differentiated as what it is.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or there is no task.</exception>
    public Tensor<T> Gradients<T>(MetaLearner<T> learner, Tensor<T> parameters, TaskSet<T> tasks)
        where T : unmanaged
    {
        if (!IsFirstOrder)
        {
            return Autodiff.ValueAndGrad(parameters, (this, learner, tasks), static (p, state) =>
            {
                using Tensor<T> losses = state.Item1.Losses(state.learner, p, state.tasks);
                return MetaGradient.Total(losses, p.Rank);
            }).Gradient;
        }

        using Tensor<T> adapted = Adapt(learner, parameters, tasks.Support);
        (Tensor<T> gradient, Tensor<T> losses) = MetaGradient.FirstOrder(learner, adapted, tasks.Query, parameters.Rank);
        losses.Dispose();
        return gradient;
    }

    /// <summary>Each replica's gradient of its mean loss after adaptation goes into existing memory; gives these losses [replicas].</summary>
    /// <param name="learner">What learns.</param>
    /// <param name="parameters">theta [replicas, p].</param>
    /// <param name="gradients">Contiguous, in the parameters' shape.</param>
    /// <param name="tasks">All of a replica's tasks count alike, whatever their distribution.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or there is no task.</exception>
    public Tensor<T> GradientInto<T>(MetaLearner<T> learner, Tensor<T> parameters, Tensor<T> gradients, TaskSet<T> tasks)
        where T : unmanaged
    {
        if (!IsFirstOrder)
        {
            return MetaGradient.ExactInto(parameters, gradients, (this, learner, tasks), static (p, state) => state.Item1.Losses(state.learner, p, state.tasks));
        }

        using Tensor<T> adapted = Adapt(learner, parameters, tasks.Support);
        return MetaGradient.FirstOrderInto(learner, adapted, tasks.Query, gradients);
    }
}
