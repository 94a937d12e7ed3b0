using Onsager.Tensors;

namespace Onsager.Models.Federated;

/// <summary>
/// Clients with one example each of a diagonal linear net, f_i = (x_i . (u * u - v * v) - y_i)^2 / 2 with parameters (u, v): sparse regression, where the way to the minimum decides
/// how well it generalises (Woodworth et al., "Kernel and rich regimes in overparametrized models", 2020). Gradients are in closed form.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class DiagonalLinearClients<T> : ClientObjective<T>
    where T : unmanaged
{
    private readonly Tensor<T> x;
    private readonly Tensor<T> y;

    /// <summary>One client for each example; the tensors must outlive them.</summary>
    /// <param name="x">Inputs [replicas, clients, d].</param>
    /// <param name="y">Targets [replicas, clients].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public DiagonalLinearClients(Tensor<T> x, Tensor<T> y)
        : base(Extent(x, 3, 0), Extent(x, 3, 1), 2 * Extent(x, 3, 2))
    {
        if (x.Rank != 3 || x.Shape[2] == 0 || y.Rank != 2 || !y.Shape.AsSpan().SequenceEqual([x.Shape[0], x.Shape[1]]))
        {
            throw new ArgumentException($"diagonal linear clients: inputs [replicas, clients, d] and targets [replicas, clients] are needed; got {x.Shape} and {y.Shape}.");
        }

        this.x = x.Reshape(Replicas * Clients, x.Shape[2]);
        this.y = y.Reshape(Replicas * Clients, 1);
    }

    /// <summary>w = u * u - v * v [..., d] of parameters (u, v) [..., 2 d].</summary>
    public static Tensor<T> Weights(Tensor<T> parameters)
    {
        nint d = parameters.Shape[-1] / 2;
        using Tensor<T> squares = parameters.Square(), first = squares.Slice(-1, 0, d), second = squares.Slice(-1, d, 2 * d);
        return first - second;
    }

    /// <inheritdoc/>
    public override Tensor<T> TotalLoss(Tensor<T> z, Tensor<int>? rows = null)
    {
        using Tensor<T> inputs = Choose(x, rows), goals = Choose(y, rows), flat = z.Reshape(-1, Parameters), residuals = Residuals(flat, inputs, goals), squares = residuals.Square(), sum = squares.Sum();
        return sum * Tensor.Constant<T>(0.5);
    }

    /// <summary>r_i x_i * 2 u and -r_i x_i * 2 v.</summary>
    public override Tensor<T> Gradients(Tensor<T> z, Tensor<int>? rows = null)
    {
        using Scope scope = Scope.Begin();
        Tensor<T> chosen = Choose(x, rows), goals = Choose(y, rows);
        nint clients = chosen.Shape[0] / Replicas, d = chosen.Shape[1];
        Tensor<T> signs = Tensor.From<T>([Tensor.Constant<T>(2), Tensor.Constant<T>(-2)], [2, 1], z.Device);
        Tensor<T> inputs = chosen.Unflatten(0, Replicas, clients), residuals = Residuals(z, inputs, goals.Unflatten(0, Replicas, clients));
        Tensor<T> pulls = (inputs * residuals).Unsqueeze(2), slopes = z.Unflatten(-1, 2, d) * signs;
        return scope.Keep((pulls * slopes).Reshape(Replicas, clients, Parameters));
    }

    private static Tensor<T> Residuals(Tensor<T> z, Tensor<T> inputs, Tensor<T> goals)
    {
        using Tensor<T> weights = Weights(z), products = inputs * weights, sums = products.Sum(-1, keepDimension: true);
        return sums - goals;
    }
}
