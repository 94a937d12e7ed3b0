using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Federated;

/// <summary>A batch of fully connected nets of one shape, each with parameters of its own in a row: W_1, b_1, W_2, b_2, .. with W [in, out].</summary>
internal sealed class ClientNet<TActivation, T>
    where TActivation : struct, IUnaryOp
    where T : unmanaged
{
    private readonly int[] widths;

    public ClientNet(string operation, ReadOnlySpan<int> widths)
    {
        if (widths.Length < 2 || widths.ContainsAnyInRange(int.MinValue, 0))
        {
            throw new ArgumentException($"{operation}: at least two widths are needed, all positive; got [{string.Join(", ", widths.ToArray())}].", nameof(widths));
        }

        this.widths = widths.ToArray();
        for (int l = 1; l < widths.Length; l++)
        {
            Parameters += (widths[l - 1] + 1) * widths[l];
        }
    }

    public int Parameters { get; }

    public int Inputs => widths[0];

    public int Outputs => widths[^1];

    /// <summary>Scores [n, rows, out] of inputs [n, rows, in] with parameters [n, p].</summary>
    public Tensor<T> Scores(Tensor<T> parameters, Tensor<T> x)
    {
        int offset = 0;
        Tensor<T> current = x.Share();
        for (int l = 1; l < widths.Length; l++)
        {
            int inputs = widths[l - 1], outputs = widths[l], size = inputs * outputs;
            using Tensor<T> input = current, flat = parameters.Slice(1, offset, offset + size), weight = flat.Unflatten(1, inputs, outputs);
            using Tensor<T> row = parameters.Slice(1, offset + size, offset + size + outputs), bias = row.Unsqueeze(1), product = input.MatMul(weight);
            offset += size + outputs;
            if (l == widths.Length - 1)
            {
                current = product + bias;
            }
            else
            {
                using Tensor<T> before = product + bias;
                current = before.Unary<TActivation>();
            }
        }

        return current;
    }

    /// <summary>
    /// The gradient [n, p] of each net's mean cross-entropy over its rows, in closed form and without a tape: hot, since it is what local steps consist of.
    /// </summary>
    /// <param name="parameters">Parameters [n, p].</param>
    /// <param name="x">Inputs [n, rows, in].</param>
    /// <param name="labels">Classes [n, rows].</param>
    public Tensor<T> CrossEntropyGradient(Tensor<T> parameters, Tensor<T> x, Tensor<int> labels)
    {
        using Scope scope = Scope.Begin();
        int layers = widths.Length - 1, end = Parameters;
        Tensor<T>[] inputs = new Tensor<T>[layers], before = new Tensor<T>[layers];
        for (int l = 0, offset = 0; l < layers; offset += (widths[l] + 1) * widths[l + 1], l++)
        {
            inputs[l] = l == 0 ? x : before[l - 1].Unary<TActivation>();
            before[l] = inputs[l].MatMul(Weight(parameters, l, offset)) + Bias(parameters, l, offset);
        }

        Tensor<T> gradient = Tensor.Empty<T>(parameters.Shape, parameters.Device);
        Tensor<T> hit = Tensor.Arange(Outputs, parameters.Device).EqualTo(labels.Unsqueeze(-1)).Cast<T>();
        Tensor<T> delta = (before[^1].Softmax(-1) - hit) / Tensor.Constant<T>(x.Shape[1]);
        for (int l = layers - 1; l >= 0; l--)
        {
            int offset = end - ((widths[l] + 1) * widths[l + 1]);
            inputs[l].SwapAxes(-1, -2).MatMulInto(delta, Weight(gradient, l, offset));
            delta.SumInto([1], Bias(gradient, l, offset).Squeeze(1));
            delta = l == 0 ? delta : delta.MatMul(Weight(parameters, l, offset).SwapAxes(-1, -2)) * before[l - 1].Unary<Slope<TActivation>>();
            end = offset;
        }

        return scope.Keep(gradient);
    }

    private Tensor<T> Weight(Tensor<T> flat, int l, int offset) => flat.Slice(1, offset, offset + (widths[l] * widths[l + 1])).Unflatten(1, widths[l], widths[l + 1]);

    private Tensor<T> Bias(Tensor<T> flat, int l, int offset) => flat.Slice(1, offset + (widths[l] * widths[l + 1]), offset + ((widths[l] + 1) * widths[l + 1])).Unsqueeze(1);

    /// <summary>Parameters [replicas, p]: normal weights of variance gain^2 / in, 1 / in in the last layer; biases 0. Replica r draws from the stream's child r.</summary>
    public Tensor<T> Start(int replicas, RandomStream random, double gain, Device device)
    {
        using Scope scope = Scope.Begin();
        Tensor<T> start = Tensor.Zeros<T>([replicas, Parameters], device);
        for (int r = 0; r < replicas; r++)
        {
            RandomStream own = random.Fork((ulong)r);
            int offset = 0;
            for (int l = 1; l < widths.Length; l++)
            {
                int size = widths[l - 1] * widths[l];
                double scale = (l == widths.Length - 1 ? 1 : gain) / Math.Sqrt(widths[l - 1]);
                (own.Normal<T>([size], device) * Tensor.Constant<T>(scale)).CopyInto(start.Select(0, r).Slice(0, offset, offset + size));
                offset += size + widths[l];
            }
        }

        return scope.Keep(start);
    }
}
