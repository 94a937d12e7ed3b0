using Onsager.Tensors;

namespace Onsager.Models.Meta;

/// <summary>
/// Gradient descent of many learners at once, each on its own tasks. All of it are differentiable functions of the parameters, which may be those of a replica [replicas, p], of a distribution
/// [replicas, distributions, p], or of a task [replicas, distributions, tasks, p].
/// </summary>
public static class Finetuning
{
    /// <summary>Each task's own parameters after some steps down its mean loss on its examples: [replicas, distributions, tasks, p].</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not finite, or the steps are negative.</exception>
    public static Tensor<T> Plain<T>(MetaLearner<T> learner, Tensor<T> parameters, Examples<T> examples, double rate, int steps = 1)
        where T : unmanaged
    {
        Check(rate, steps);
        using Tensor<T> shared = PerTask(learner, parameters, examples);
        Tensor<T> current = shared.Share();
        for (int step = 0; step < steps; step++)
        {
            using Tensor<T> before = current, gradients = learner.Gradients(before, examples), move = gradients * Tensor.Constant<T>(rate);
            current = before - move;
        }

        return current;
    }

    /// <summary>
    /// Each distribution's own parameters after some steps of MAML on its related tasks, with plain gradient descent: [replicas, distributions, p]. 
    /// </summary>
    /// <param name="learner">What learns.</param>
    /// <param name="parameters">Where it starts: [replicas, p] or [replicas, distributions, p].</param>
    /// <param name="related">Tasks of each distribution, used like a small training set of MAML.</param>
    /// <param name="inner">How a task is adapted to.</param>
    /// <param name="rate">Of the steps between.</param>
    /// <param name="steps">How many of them.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not finite, or the steps are negative.</exception>
    public static Tensor<T> Meta<T>(MetaLearner<T> learner, Tensor<T> parameters, TaskSet<T> related, Maml inner, double rate, int steps = 1)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(inner);
        Check(rate, steps);
        using Tensor<T> shared = PerTask(learner, parameters, related.Support);
        if (shared.Shape[2] == 0)
        {
            throw new ArgumentException($"meta-finetuning: at least one related task is needed; got examples {related.Support.X.Shape}.", nameof(related));
        }

        Tensor<T> current = shared.Select(2, 0);
        for (int step = 0; step < steps; step++)
        {
            using Tensor<T> before = current, gradients = inner.Gradients(learner, before, related), move = gradients * Tensor.Constant<T>(rate);
            current = before - move;
        }

        return current;
    }

    /// <summary>Each distribution's own parameters after some steps down the mean loss on all examples of its related tasks, support and query: [replicas, distributions, p].</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not finite, or the steps are negative.</exception>
    public static Tensor<T> Pooled<T>(MetaLearner<T> learner, Tensor<T> parameters, TaskSet<T> related, double rate, int steps = 1)
        where T : unmanaged
    {
        Examples<T> pooled = related.Pooled();
        using Tensor<T> x = pooled.X, y = pooled.Y, each = Plain(learner, parameters, new(x, y), rate, steps);
        return each.Squeeze(2);
    }

    /// <summary>The parameters as every task sees them, a view [replicas, distributions, tasks, p].</summary>
    internal static Tensor<T> PerTask<T>(MetaLearner<T> learner, Tensor<T> parameters, Examples<T> examples)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(learner);
        Shape x = examples.X.Shape, y = examples.Y.Shape;
        if (x.Rank < 4 || y.Rank < 4 || !x.AsSpan()[..4].SequenceEqual(y.AsSpan()[..4]))
        {
            throw new ArgumentException($"meta-learning: examples [replicas, distributions, tasks, n, ...] are needed; got {x} with targets {y}.", nameof(examples));
        }

        Shape shape = parameters.Shape;
        int own = shape.Rank - 1;
        if (own is < 1 or > 3 || shape[own] != learner.Parameters || !shape.AsSpan()[..own].SequenceEqual(x.AsSpan()[..own]))
        {
            throw new ArgumentException(
                $"meta-learning: parameters [{x[0]}, {learner.Parameters}], or of each distribution or task of {x}, are needed; got {shape}.", nameof(parameters));
        }

        using Tensor<T> view = own == 1 ? parameters.Unsqueeze(1) : parameters.Share();
        using Tensor<T> all = own < 3 ? view.Unsqueeze(2) : view.Share();
        return all.Expand([x[0], x[1], x[2], learner.Parameters]);
    }

    internal static void Check(double rate, int steps)
    {
        if (!double.IsFinite(rate))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "meta-learning: a rate must be finite.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(steps);
    }
}
