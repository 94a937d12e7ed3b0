using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Federated;

/// <summary>Clients that teach a fully connected net to classify: each one's loss is the mean cross-entropy of its own examples.</summary>
/// <typeparam name="TActivation">Between layers, such as Relu.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
public sealed class ClassifierClients<TActivation, T> : ClientObjective<T>
    where TActivation : struct, IUnaryOp
    where T : unmanaged
{
    private readonly ClientNet<TActivation, T> net;
    private readonly Tensor<T> x;
    private readonly Tensor<int> labels;

    /// <summary>Clients with these examples, which must outlive them; all have equally many.</summary>
    /// <param name="widths">The net's widths: inputs, hidden ones, classes.</param>
    /// <param name="x">Inputs [replicas, clients, n, in].</param>
    /// <param name="labels">Classes [replicas, clients, n].</param>
    /// <exception cref="ArgumentException">Shapes or widths do not fit.</exception>
    public ClassifierClients(ReadOnlySpan<int> widths, Tensor<T> x, Tensor<int> labels)
        : this(new ClientNet<TActivation, T>("classifier clients", widths), x, labels)
    {
    }

    private ClassifierClients(ClientNet<TActivation, T> net, Tensor<T> x, Tensor<int> labels)
        : base(Extent(x, 0), Extent(x, 1), net.Parameters)
    {
        if (x.Rank != 4 || x.Shape[3] != net.Inputs || x.Shape[2] == 0 || labels.Rank != 3 || !labels.Shape.AsSpan().SequenceEqual([x.Shape[0], x.Shape[1], x.Shape[2]]))
        {
            throw new ArgumentException($"classifier clients: inputs [replicas, clients, n, {net.Inputs}] and labels [replicas, clients, n] are needed; got {x.Shape} and {labels.Shape}.");
        }

        this.net = net;
        this.x = x.Reshape(Replicas * Clients, x.Shape[2], x.Shape[3]);
        this.labels = labels.Reshape(Replicas * Clients, x.Shape[2]);
    }

    /// <summary>Random parameters [replicas, p] to start from: normal weights of variance gain^2 / in, 1 / in in the last layer, biases 0.</summary>
    public Tensor<T> Start(RandomStream random, double gain)
    {
        ArgumentNullException.ThrowIfNull(random);
        return net.Start(Replicas, random, gain, x.Device);
    }

    /// <inheritdoc/>
    public override Tensor<T> TotalLoss(Tensor<T> z, Tensor<int>? rows = null)
    {
        using Tensor<T> inputs = Choose(x, rows), parameters = z.Reshape(-1, Parameters), scores = net.Scores(parameters, inputs), flat = scores.Reshape(-1, net.Outputs);
        using Tensor<int> chosen = Choose(labels, rows), classes = chosen.Reshape(-1);
        using Tensor<T> mean = flat.SoftmaxCrossEntropy(classes);
        return mean * Tensor.Constant<T>(inputs.Shape[0]);
    }

    /// <inheritdoc/>
    public override Tensor<T> Gradients(Tensor<T> z, Tensor<int>? rows = null)
    {
        using Tensor<T> own = ForEach(z, rows), parameters = own.Reshape(-1, Parameters), inputs = Choose(x, rows);
        using Tensor<int> classes = Choose(labels, rows);
        using Tensor<T> gradients = net.CrossEntropyGradient(parameters, inputs, classes);
        return gradients.Reshape(Replicas, -1, Parameters);
    }

    /// <summary>The share of examples that each replica's parameters classify right.</summary>
    /// <param name="parameters">Parameters [replicas, p].</param>
    /// <param name="inputs">Inputs [replicas, n, in], the replica's own, or [1, n, in] for all.</param>
    /// <param name="classes">Classes [replicas, n], or [1, n].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public double[] Accuracies(Tensor<T> parameters, Tensor<T> inputs, Tensor<int> classes)
    {
        if (parameters.Rank != 2 || parameters.Shape[1] != Parameters || inputs.Rank != 3 || inputs.Shape[2] != net.Inputs || inputs.Shape[1] == 0 || classes.Rank != 2 || classes.Shape[1] != inputs.Shape[1])
        {
            throw new ArgumentException(
                $"accuracies: parameters [replicas, {Parameters}], inputs [replicas, n, {net.Inputs}] and classes [replicas, n] are needed; got {parameters.Shape}, {inputs.Shape} and {classes.Shape}.");
        }

        using Scope scope = Scope.Begin();
        Tensor<int> found = net.Scores(parameters, inputs).ArgMax(-1);
        Tensor<double> right = found.EqualTo(classes).Cast<double>();
        return right.Mean(1).ToArray();
    }

    private static int Extent(Tensor<T> x, int axis) => x.Rank == 4 ? (int)nint.Max(1, x.Shape[axis]) : 1;
}
