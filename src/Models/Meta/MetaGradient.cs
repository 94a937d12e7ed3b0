using Onsager.Tensors;

namespace Onsager.Models.Meta;

/// <summary>What the rules share: means over the tasks of whoever owns the parameters, and gradients that take adapted parameters for the start plus a constant.</summary>
internal static class MetaGradient
{
    /// <summary>The sum over learners of the mean of their tasks' losses [replicas, distributions, tasks], which it disposes.</summary>
    public static Tensor<T> Total<T>(Tensor<T> losses, Tensor<T> parameters)
        where T : unmanaged
    {
        using Tensor<T> own = losses, sum = own.Sum();
        return sum * Weight<T>(own.Shape, parameters.Rank);
    }

    /// <summary>The same value, and the gradient by the adapted parameters [replicas, distributions, tasks, p], summed over the tasks that share parameters of a rank.</summary>
    public static (T Value, Tensor<T> Gradient) FirstOrder<T>(MetaLearner<T> learner, Tensor<T> adapted, Examples<T> query, int rank)
        where T : unmanaged
    {
        (T value, Tensor<T> each) = Autodiff.ValueAndGrad(adapted, (learner, query, rank), static (p, state) =>
        {
            using Tensor<T> losses = state.learner.Losses(p, state.query), sum = losses.Sum();
            return sum * Weight<T>(losses.Shape, state.rank);
        });
        using (each)
        {
            return (value, rank == 2 ? each.Sum([1, 2]) : each.Sum(2));
        }
    }

    /// <summary>The same for parameters [replicas, p], into existing memory.</summary>
    public static T FirstOrderInto<T>(MetaLearner<T> learner, Tensor<T> adapted, Examples<T> query, Tensor<T> gradients)
        where T : unmanaged
    {
        (T value, Tensor<T> gradient) = FirstOrder(learner, adapted, query, rank: 2);
        using (gradient)
        {
            gradient.CopyInto(gradients);
        }

        return value;
    }

    /// <summary>One over the number of tasks that share parameters of a rank.</summary>
    private static T Weight<T>(Shape losses, int rank)
        where T : unmanaged
    {
        nint tasks = losses.Rank == 3 ? losses[2] * (rank == 2 ? losses[1] : 1) : 0;
        return tasks > 0
            ? Tensor.Constant<T>(1.0 / tasks)
            : throw new ArgumentException($"meta-learning: losses [replicas, distributions, tasks] of at least one task are needed; got {losses}.", nameof(losses));
    }
}
