using Onsager.Tensors;

namespace Onsager.Models.Meta;

/// <summary>What the rules share: means over the tasks of whoever owns the parameters, and gradients that take adapted parameters for the start plus a constant.</summary>
internal static class MetaGradient
{
    /// <summary>The sum over learners, whose parameters have this rank, of the mean of their tasks' losses [replicas, distributions, tasks].</summary>
    public static Tensor<T> Total<T>(Tensor<T> losses, int rank)
        where T : unmanaged
    {
        Shape shape = losses.Shape;
        nint tasks = shape.Rank == 3 ? shape[2] * (rank == 2 ? shape[1] : 1) : 0;
        if (tasks == 0)
        {
            throw new ArgumentException($"meta-learning: losses [replicas, distributions, tasks] of at least one task are needed; got {shape}.", nameof(losses));
        }

        using Tensor<T> sum = losses.Sum();
        return sum * Tensor.Constant<T>(1.0 / tasks);
    }

    /// <summary>The same inside a function that is being differentiated; each replica's mean loss goes into memory of its own on the way.</summary>
    public static Tensor<T> Total<T>(Tensor<T> losses, Tensor<T> means)
        where T : unmanaged
    {
        using Tensor<T> values = Autodiff.StopGradient(losses);
        values.MeanInto([1, 2], means);
        return Total(losses, rank: 2);
    }

    /// <summary>The gradient by adapted parameters [replicas, distributions, tasks, p], summed over the tasks that share parameters of a rank, and each task's loss.</summary>
    public static (Tensor<T> Gradient, Tensor<T> Losses) FirstOrder<T>(MetaLearner<T> learner, Tensor<T> adapted, Examples<T> query, int rank)
        where T : unmanaged
    {
        (_, Tensor<T> each, Tensor<T> losses) = Autodiff.ValueAndGrad(adapted, p =>
        {
            Tensor<T> losses = learner.Losses(p, query);
            return (Total(losses, rank), losses);
        });
        using (each)
        {
            return (rank == 2 ? each.Sum([1, 2]) : each.Sum(2), losses);
        }
    }

    /// <summary>The gradient for parameters [replicas, p], into existing memory; gives each replica's mean loss.</summary>
    public static Tensor<T> FirstOrderInto<T>(MetaLearner<T> learner, Tensor<T> adapted, Examples<T> query, Tensor<T> gradients)
        where T : unmanaged
    {
        (Tensor<T> gradient, Tensor<T> losses) = FirstOrder(learner, adapted, query, rank: 2);
        using (gradient)
        using (losses)
        {
            gradient.CopyInto(gradients);
            return losses.Mean([1, 2]);
        }
    }

    /// <summary>Runs an exact gradient with memory for each replica's mean loss, which it gives.</summary>
    public static Tensor<T> ExactInto<TState, T>(Tensor<T> parameters, Tensor<T> gradients, TState state, Func<Tensor<T>, TState, Tensor<T>> losses)
        where T : unmanaged
    {
        if (parameters.Rank != 2)
        {
            throw new ArgumentException($"meta-learning: parameters [replicas, p] are needed; got {parameters.Shape}.", nameof(parameters));
        }

        Tensor<T> means = Tensor.Empty<T>([parameters.Shape[0]], parameters.Device);
        try
        {
            Autodiff.ValueAndGradInto(parameters, gradients, (state, means, losses), static (p, all) =>
            {
                using Tensor<T> losses = all.losses(p, all.state);
                return Total(losses, all.means);
            });
            return means;
        }
        catch
        {
            means.Dispose();
            throw;
        }
    }
}
