using Onsager.Tensors;

namespace Onsager.Models.Federated;

/// <summary>
/// What the processes of a federation do together: all that <see cref="Federation{T}"/> knows of the wire. Each process has some of the clients and a copy of the server's
/// parameters. <see cref="LocalCollective"/> is the form for one process; one over MPI implements these three.
/// </summary>
public interface ICollective
{
    /// <summary>Numbers the clients of all processes one after the other.</summary>
    /// <param name="clients">How many this process has.</param>
    /// <returns>The number of this process's first client, and how many there are in all.</returns>
    (int First, int Total) Number(int clients);

    /// <summary>
    /// The sum over the clients of all processes, in the order of their numbers, so that its bits do not depend on the number of processes: gather rows before adding,
    /// or add in that order.
    /// </summary>
    /// <param name="rows">This process's clients: [replicas, clients, n]; there may be none.</param>
    /// <param name="sum">Takes the sum [replicas, n], the same on all processes.</param>
    void AllReduceSum<T>(Tensor<T> rows, Tensor<T> sum)
        where T : unmanaged;

    /// <summary>Overwrites the values with those of the first process.</summary>
    void Broadcast<T>(Tensor<T> values)
        where T : unmanaged;
}

/// <summary>All clients in this process.</summary>
public sealed class LocalCollective : ICollective
{
    /// <summary>The only one that is needed.</summary>
    public static LocalCollective Instance { get; } = new();

    /// <inheritdoc/>
    public (int First, int Total) Number(int clients) => (0, clients);

    /// <inheritdoc/>
    public void AllReduceSum<T>(Tensor<T> rows, Tensor<T> sum)
        where T : unmanaged => rows.SumInto([1], sum);

    /// <summary>Does nothing: there is one process.</summary>
    public void Broadcast<T>(Tensor<T> values)
        where T : unmanaged
    {
    }
}
