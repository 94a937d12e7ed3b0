using Onsager.Tensors;

namespace Onsager.Models.Federated;

/// <summary>
/// What the clients of a federation minimise, f_1 .. f_C of p parameters, all at once: clients are an axis, and so are replicas, independent federations with data of their own
/// (seeds, say) that take their rounds together.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class ClientObjective<T>
    where T : unmanaged
{
    /// <summary>The numbers of an objective.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    protected ClientObjective(int replicas, int clients, int parameters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(clients, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(parameters, 1);
        Replicas = replicas;
        Clients = clients;
        Parameters = parameters;
    }

    /// <summary>Independent federations.</summary>
    public int Replicas { get; }

    /// <summary>C, the clients of each.</summary>
    public int Clients { get; }

    /// <summary>p, the parameters of each.</summary>
    public int Parameters { get; }

    /// <summary>The sum of the losses of clients, each at its own parameters: a scalar, and a differentiable function of them.</summary>
    /// <param name="z">Parameters [replicas, n, p].</param>
    /// <param name="rows">Which clients these are: [replicas n], replica C + client for each; null for all clients, n = C.</param>
    public abstract Tensor<T> TotalLoss(Tensor<T> z, Tensor<int>? rows = null);

    /// <summary>Each client's gradient of its own loss [replicas, n, p].</summary>
    /// <param name="z">Parameters [replicas, n, p], or [replicas, 1, p] for all clients of a replica.</param>
    /// <param name="rows">Which clients, as in <see cref="TotalLoss"/>.</param>
    public virtual Tensor<T> Gradients(Tensor<T> z, Tensor<int>? rows = null)
    {
        using Tensor<T> own = ForEach(z, rows);
        return Autodiff.ValueAndGrad(own, (Objective: this, Rows: rows), static (z, state) => state.Objective.TotalLoss(z, state.Rows)).Gradient;
    }

    /// <summary>Each client's Hessian times its own direction [replicas, n, p].</summary>
    /// <param name="z">Parameters, as in <see cref="Gradients"/>.</param>
    /// <param name="directions">Directions [replicas, n, p].</param>
    /// <param name="rows">Which clients, as in <see cref="TotalLoss"/>.</param>
    public virtual Tensor<T> HessianProducts(Tensor<T> z, Tensor<T> directions, Tensor<int>? rows = null)
    {
        using Tensor<T> own = ForEach(z, rows);
        return Autodiff.Hvp(own, directions, (Objective: this, Rows: rows), static (z, state) => state.Objective.TotalLoss(z, state.Rows));
    }

    /// <summary>How long an axis of data is, for the numbers that a constructor hands on before it can look at the data: 1 where shapes are wrong or empty, which it then says.</summary>
    private protected static int Extent(Tensor<T> x, int rank, int axis) => x.Rank == rank ? (int)nint.Max(1, x.Shape[axis]) : 1;

    /// <summary>Parameters of their own for each client.</summary>
    private protected Tensor<T> ForEach(Tensor<T> z, Tensor<int>? rows)
    {
        nint clients = rows is Tensor<int> given ? given.Size / Replicas : Clients;
        using Tensor<T> each = z.Expand([Replicas, clients, Parameters]);
        return each.Contiguous();
    }

    /// <summary>The chosen rows of data [replicas C, ...], or all of them.</summary>
    protected static Tensor<TData> Choose<TData>(Tensor<TData> data, Tensor<int>? rows)
        where TData : unmanaged => rows is Tensor<int> given ? data.Take(0, given) : data.Share();
}
