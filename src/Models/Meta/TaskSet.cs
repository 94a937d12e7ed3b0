using Onsager.Tensors;

namespace Onsager.Models.Meta;

/// <summary>Tasks [replicas, distributions, tasks], each with examples to adapt to and examples to be judged by.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="Support">What a learner adapts to.</param>
/// <param name="Query">What the adapted learner is judged by.</param>
public readonly record struct TaskSet<T>(Examples<T> Support, Examples<T> Query)
    where T : unmanaged
{
    /// <summary>The tasks from first to before end of each distribution, views.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public TaskSet<T> OfTasks(nint first, nint end) => new(Support.OfTasks(first, end), Query.OfTasks(first, end));

    /// <summary>All examples of a distribution's tasks, support and query, as those of one task: [replicas, distributions, 1, tasks (n + m), ...].</summary>
    public Examples<T> Pooled() => new(Pool(Support.X, Query.X), Pool(Support.Y, Query.Y));

    private static Tensor<T> Pool(Tensor<T> support, Tensor<T> query)
    {
        using Tensor<T> all = Tensor.Concatenate(3, support, query), flat = all.Flatten(2, 3);
        return flat.Unsqueeze(2);
    }
}
