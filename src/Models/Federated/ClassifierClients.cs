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
    private readonly FunctionalMlp<TActivation, T> net;
    private readonly Tensor<T> x;
    private readonly Tensor<int> labels;

    /// <summary>Clients with these examples, which must outlive them; all have equally many.</summary>
    /// <param name="widths">The net's widths: inputs, hidden ones, classes.</param>
    /// <param name="x">Inputs [replicas, clients, n, in].</param>
    /// <param name="labels">Classes [replicas, clients, n].</param>
    /// <exception cref="ArgumentException">Shapes or widths do not fit.</exception>
    public ClassifierClients(ReadOnlySpan<int> widths, Tensor<T> x, Tensor<int> labels)
        : this(new FunctionalMlp<TActivation, T>("classifier clients", widths), x, labels)
    {
    }

    private ClassifierClients(FunctionalMlp<TActivation, T> net, Tensor<T> x, Tensor<int> labels)
        : base(Extent(x, 4, 0), Extent(x, 4, 1), net.Parameters)
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
        return net.Start(Replicas, random, gain, device: x.Device);
    }

    /// <inheritdoc/>
    public override Tensor<T> TotalLoss(Tensor<T> z, Tensor<int>? rows = null)
    {
        using Tensor<T> inputs = Choose(x, rows), parameters = z.Reshape(-1, Parameters), scores = net.Apply(parameters, inputs), flat = scores.Reshape(-1, net.Outputs);
        using Tensor<int> chosen = Choose(labels, rows), classes = chosen.Reshape(-1);
        using Tensor<T> mean = flat.SoftmaxCrossEntropy(classes);
        return mean * Tensor.Constant<T>(inputs.Shape[0]);
    }

    /// <inheritdoc/>
    public override Tensor<T> Gradients(Tensor<T> z, Tensor<int>? rows = null)
    {
        using Tensor<T> own = ForEach(z, rows), parameters = own.Reshape(-1, Parameters), inputs = Choose(x, rows);
        using Tensor<int> classes = Choose(labels, rows);
        using Tensor<T> gradients = CrossEntropyGradient(parameters, inputs, classes);
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
        Tensor<int> found = net.Apply(parameters, inputs).ArgMax(-1);
        Tensor<double> right = found.EqualTo(classes).Cast<double>();
        return right.Mean(1).ToArray();
    }

    /// <summary>
    /// The gradient [n, p] of each net's mean cross-entropy over its rows, in closed form and without a tape: hot, since it is what local steps consist of.
    /// </summary>
    /// <param name="parameters">Parameters [n, p].</param>
    /// <param name="x">Inputs [n, rows, in].</param>
    /// <param name="labels">Classes [n, rows].</param>
    private Tensor<T> CrossEntropyGradient(Tensor<T> parameters, Tensor<T> x, Tensor<int> labels)
    {
        using Scope scope = Scope.Begin();
        Tensor<T>[] inputs = new Tensor<T>[net.Layers], before = new Tensor<T>[net.Layers];
        for (int l = 0; l < net.Layers; l++)
        {
            inputs[l] = l == 0 ? x : before[l - 1].Unary<TActivation>();
            before[l] = inputs[l].MatMul(net.Weight(parameters, l)) + net.Bias(parameters, l);
        }

        Tensor<T> gradient = Tensor.Empty<T>(parameters.Shape, parameters.Device);
        Tensor<T> hit = Tensor.Arange(net.Outputs, parameters.Device).EqualTo(labels.Unsqueeze(-1)).Cast<T>();
        Tensor<T> delta = (before[^1].Softmax(-1) - hit) / Tensor.Constant<T>(x.Shape[1]);
        for (int l = net.Layers - 1; l >= 0; l--)
        {
            inputs[l].SwapAxes(-1, -2).MatMulInto(delta, net.Weight(gradient, l));
            delta.SumInto([1], net.Bias(gradient, l).Squeeze(1));
            delta = l == 0 ? delta : delta.MatMul(net.Weight(parameters, l).SwapAxes(-1, -2)) * before[l - 1].Unary<Slope<TActivation>>();
        }

        return scope.Keep(gradient);
    }
}
