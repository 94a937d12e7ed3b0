using Onsager.Tensors;

namespace Onsager.Models.Federated;

/// <summary>Clients with quadratic losses (z - c_i) . A_i (z - c_i) / 2, whose gradients and Hessians are in closed form: for them GradAlign's expansion is exact.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class QuadraticClients<T> : ClientObjective<T>
    where T : unmanaged
{
    private readonly Tensor<T> hessians;
    private readonly Tensor<T> centres;

    /// <summary>Clients with these losses; the tensors must outlive them.</summary>
    /// <param name="hessians">Symmetric A_i [replicas, clients, p, p].</param>
    /// <param name="centres">c_i [replicas, clients, p].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public QuadraticClients(Tensor<T> hessians, Tensor<T> centres)
        : base(Extent(centres, 3, 0), Extent(centres, 3, 1), Extent(centres, 3, 2))
    {
        if (centres.Rank != 3 || hessians.Rank != 4 || !hessians.Shape.AsSpan().SequenceEqual([centres.Shape[0], centres.Shape[1], centres.Shape[2], centres.Shape[2]]))
        {
            throw new ArgumentException($"quadratic clients: Hessians [replicas, clients, p, p] and centres [replicas, clients, p] are needed; got {hessians.Shape} and {centres.Shape}.");
        }

        this.hessians = hessians.Reshape(Replicas * Clients, Parameters, Parameters);
        this.centres = centres.Reshape(Replicas * Clients, Parameters);
    }

    /// <inheritdoc/>
    public override Tensor<T> TotalLoss(Tensor<T> z, Tensor<int>? rows = null)
    {
        using Tensor<T> middle = Choose(centres, rows), flat = z.Reshape(-1, Parameters), away = flat - middle, forces = Product(away, rows), products = away * forces, sum = products.Sum();
        return sum * Tensor.Constant<T>(0.5);
    }

    /// <inheritdoc/>
    public override Tensor<T> Gradients(Tensor<T> z, Tensor<int>? rows = null)
    {
        using Tensor<T> middle = Choose(centres, rows), each = middle.Unflatten(0, Replicas, middle.Shape[0] / Replicas), away = z - each, flat = away.Reshape(-1, Parameters), forces = Product(flat, rows);
        return forces.Reshape(Replicas, -1, Parameters);
    }

    /// <inheritdoc/>
    public override Tensor<T> HessianProducts(Tensor<T> z, Tensor<T> directions, Tensor<int>? rows = null)
    {
        using Tensor<T> flat = directions.Reshape(-1, Parameters), forces = Product(flat, rows);
        return forces.Reshape(Replicas, -1, Parameters);
    }

    private Tensor<T> Product(Tensor<T> x, Tensor<int>? rows)
    {
        using Tensor<T> a = Choose(hessians, rows), columns = x.Unsqueeze(-1), product = a.MatMul(columns);
        return product.Squeeze(-1);
    }
}
