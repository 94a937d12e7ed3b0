using Onsager.Tensors;

namespace Onsager.Models.Meta;

/// <summary>A distribution over distributions of tasks.</summary>
/// <typeparam name="T">float or double.</typeparam>
public interface ITaskFamily<T>
    where T : unmanaged
{
    /// <summary>New distributions, and new tasks of each with fresh examples.</summary>
    /// <param name="replicas">Independent learners that get tasks of their own.</param>
    /// <param name="distributions">For each replica.</param>
    /// <param name="tasks">Of each distribution.</param>
    /// <param name="support">Examples to adapt to, of each task.</param>
    /// <param name="query">Examples to be judged by, of each task.</param>
    /// <param name="random">Draws all of it.</param>
    /// <param name="device">Where they lie; by default the processor.</param>
    TaskSet<T> Draw(int replicas, int distributions, int tasks, int support, int query, RandomStream random, Device? device = null);
}
