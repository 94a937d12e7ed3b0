namespace Onsager.Models.Meta;

/// <summary>Distributions of tasks as one meets them: related tasks to learn to learn from, and goal tasks.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="Related">Tasks of each distribution [replicas, distributions, related].</param>
/// <param name="Goals">Other tasks of the same distributions [replicas, distributions, goals].</param>
public readonly record struct Episodes<T>(TaskSet<T> Related, TaskSet<T> Goals)
    where T : unmanaged
{
    /// <summary>The first tasks of each distribution as related ones, the rest as goals.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many tasks, or no goal is left.</exception>
    public static Episodes<T> Of(TaskSet<T> tasks, int related)
    {
        nint all = tasks.Support.X.Shape[2];
        return related >= 0 && related < all
            ? new(tasks.OfTasks(0, related), tasks.OfTasks(related, all))
            : throw new ArgumentOutOfRangeException(nameof(related), related, $"episodes: there are {all} tasks of each distribution, and at least one is a goal.");
    }
}
