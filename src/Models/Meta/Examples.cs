using Onsager.Tensors;

namespace Onsager.Models.Meta;

/// <summary>Inputs with their targets, of many tasks at once: [replicas, distributions, tasks, n, ...].</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="X">Inputs [replicas, distributions, tasks, n, in], or with other axes behind n where the learner takes them.</param>
/// <param name="Y">Targets [replicas, distributions, tasks, n, out], likewise; classes as rows of 0 and 1.</param>
public readonly record struct Examples<T>(Tensor<T> X, Tensor<T> Y)
    where T : unmanaged
{
    /// <summary>The tasks from first to before end of each distribution, views.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public Examples<T> OfTasks(nint first, nint end) => new(X.Slice(2, first, end), Y.Slice(2, first, end));

    /// <summary>The first n examples of each task, views.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public Examples<T> First(nint n) => new(X.Slice(3, 0, n), Y.Slice(3, 0, n));
}
