using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Federated;

/// <summary>Clients that fit a fully connected net to numbers: each one's loss is half the mean squared error of its own examples.</summary>
/// <typeparam name="TActivation">Between layers, such as Tanh.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
public sealed class RegressionClients<TActivation, T> : ClientObjective<T>
    where TActivation : struct, IUnaryOp
    where T : unmanaged
{
    private readonly FunctionalMlp<TActivation, T> net;
    private readonly Tensor<T> x;
    private readonly Tensor<T> targets;

    /// <summary>Clients with these examples, which must outlive them; all have equally many.</summary>
    /// <param name="widths">The net's widths: inputs, hidden ones, outputs.</param>
    /// <param name="x">Inputs [replicas, clients, n, in].</param>
    /// <param name="targets">Targets [replicas, clients, n, out].</param>
    /// <exception cref="ArgumentException">Shapes or widths do not fit.</exception>
    public RegressionClients(ReadOnlySpan<int> widths, Tensor<T> x, Tensor<T> targets)
        : this(new FunctionalMlp<TActivation, T>("regression clients", widths), x, targets)
    {
    }

    private RegressionClients(FunctionalMlp<TActivation, T> net, Tensor<T> x, Tensor<T> targets)
        : base(Extent(x, 4, 0), Extent(x, 4, 1), net.Parameters)
    {
        if (x.Rank != 4 || x.Shape[3] != net.Inputs || x.Shape[2] == 0 || targets.Rank != 4 || !targets.Shape.AsSpan().SequenceEqual([x.Shape[0], x.Shape[1], x.Shape[2], net.Outputs]))
        {
            throw new ArgumentException(
                $"regression clients: inputs [replicas, clients, n, {net.Inputs}] and targets [replicas, clients, n, {net.Outputs}] are needed; got {x.Shape} and {targets.Shape}.");
        }

        this.net = net;
        this.x = x.Reshape(Replicas * Clients, x.Shape[2], x.Shape[3]);
        this.targets = targets.Reshape(Replicas * Clients, x.Shape[2], net.Outputs);
    }

    /// <summary>Random parameters [replicas, p] to start from: normal weights of variance gain^2 / in, 1 / in in the last layer, biases 0.</summary>
    public Tensor<T> Start(RandomStream random, double gain)
    {
        ArgumentNullException.ThrowIfNull(random);
        return net.Start(Replicas, random, gain, device: x.Device);
    }

    /// <inheritdoc/>
    public override Tensor<T> TotalLoss(Tensor<T> z, Tensor<int>? rows = null)
    {
        using Tensor<T> inputs = Choose(x, rows), goals = Choose(targets, rows), parameters = z.Reshape(-1, Parameters), outputs = net.Apply(parameters, inputs);
        using Tensor<T> error = outputs - goals, square = error.Square(), sum = square.Sum();
        return sum * Tensor.Constant<T>(0.5 / (goals.Shape[1] * goals.Shape[2]));
    }
}
