using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>
/// A fully connected net as a function of its parameters, which are passed in: whole batches of nets at once, each with parameters of its own in a row W_1, b_1, W_2, b_2, ..,
/// with W [in, out]. Leading axes are any, [distributions, tasks] for instance.
/// <code>
/// FunctionalMlp&lt;Tanh, float&gt; net = new(1, 40, 40, 1);
/// Tensor&lt;float&gt; parameters = net.Start(8, random);              // eight nets, [8, p]
/// Tensor&lt;float&gt; y = net.Apply(parameters, x);                   // [8, n, 1] of x [8, n, 1]
/// </code>
/// </summary>
/// <typeparam name="TActivation">Between layers, such as Relu.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
public sealed class FunctionalMlp<TActivation, T>
    where TActivation : struct, IUnaryOp
    where T : unmanaged
{
    private readonly int[] widths;
    private readonly int[] offsets;

    /// <summary>Nets of these widths: inputs, hidden ones, outputs.</summary>
    /// <exception cref="ArgumentException">There are fewer than two widths, or one is not positive.</exception>
    public FunctionalMlp(params ReadOnlySpan<int> widths)
        : this("functional mlp", widths)
    {
    }

    internal FunctionalMlp(string operation, ReadOnlySpan<int> widths)
    {
        if (widths.Length < 2 || widths.ContainsAnyInRange(int.MinValue, 0))
        {
            throw new ArgumentException($"{operation}: at least two widths are needed, all positive; got [{string.Join(", ", widths.ToArray())}].", nameof(widths));
        }

        this.widths = widths.ToArray();
        offsets = new int[widths.Length];
        for (int l = 1; l < widths.Length; l++)
        {
            offsets[l] = checked(offsets[l - 1] + ((widths[l - 1] + 1) * widths[l]));
        }
    }

    /// <summary>p, the parameters of one net.</summary>
    public int Parameters => offsets[^1];

    /// <summary>The width of the first layer's input.</summary>
    public int Inputs => widths[0];

    /// <summary>The width of the last layer's output.</summary>
    public int Outputs => widths[^1];

    /// <summary>How many layers there are.</summary>
    internal int Layers => widths.Length - 1;

    /// <summary>Outputs [..., n, out] of inputs [..., n, in] with parameters [..., p]; leading axes broadcast.</summary>
    /// <exception cref="ArgumentException">The last axes do not fit, or the leading ones do not broadcast.</exception>
    public Tensor<T> Apply(Tensor<T> parameters, Tensor<T> x)
    {
        if (parameters.Rank < 1 || parameters.Shape[-1] != Parameters || x.Rank < 2 || x.Shape[-1] != Inputs)
        {
            throw new ArgumentException($"functional mlp: parameters [..., {Parameters}] and inputs [..., n, {Inputs}] are needed; got {parameters.Shape} and {x.Shape}.");
        }

        Tensor<T> current = x.Share();
        for (int l = 0; l < Layers; l++)
        {
            using Tensor<T> input = current, weight = Weight(parameters, l), bias = Bias(parameters, l), product = input.MatMul(weight);
            current = product + bias;
            if (l < Layers - 1)
            {
                using Tensor<T> before = current;
                current = before.Unary<TActivation>();
            }
        }

        return current;
    }

    /// <summary>
    /// Random parameters [count, p] to start from: normal weights of variance gain^2 / in, lastGain^2 / in in the last layer, biases 0. Net i draws from the stream's child i. The gain sqrt(2)
    /// keeps the scale through a ReLU (He, Zhang, Ren and Sun, 2015).
    /// </summary>
    /// <param name="count">How many nets.</param>
    /// <param name="random">Draws the weights.</param>
    /// <param name="gain">Of the hidden layers.</param>
    /// <param name="lastGain">Of the last layer.</param>
    /// <param name="device">Where they lie; by default the processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1, or a gain not finite.</exception>
    public Tensor<T> Start(int count, RandomStream random, double gain = 1.4142135623730951, double lastGain = 1, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (!double.IsFinite(gain) || !double.IsFinite(lastGain))
        {
            throw new ArgumentOutOfRangeException(nameof(gain), $"functional mlp: gains must be finite; got {gain} and {lastGain}.");
        }

        using Scope scope = Scope.Begin();
        Tensor<T> start = Tensor.Zeros<T>([count, Parameters], device);
        for (int i = 0; i < count; i++)
        {
            RandomStream own = random.Fork((ulong)i);
            Tensor<T> row = start.Select(0, i);
            for (int l = 0; l < Layers; l++)
            {
                int size = widths[l] * widths[l + 1];
                double scale = (l == Layers - 1 ? lastGain : gain) / Math.Sqrt(widths[l]);
                (own.Normal<T>([size], device) * Tensor.Constant<T>(scale)).CopyInto(row.Slice(0, offsets[l], offsets[l] + size));
            }
        }

        return scope.Keep(start);
    }

    /// <summary>A layer's weights [..., in, out], a view.</summary>
    internal Tensor<T> Weight(Tensor<T> parameters, int layer)
    {
        int inputs = widths[layer], outputs = widths[layer + 1], offset = offsets[layer];
        using Tensor<T> flat = parameters.Slice(-1, offset, offset + (inputs * outputs));
        return flat.Unflatten(-1, inputs, outputs);
    }

    /// <summary>A layer's biases [..., 1, out], a view.</summary>
    internal Tensor<T> Bias(Tensor<T> parameters, int layer)
    {
        int end = offsets[layer + 1];
        using Tensor<T> row = parameters.Slice(-1, end - widths[layer + 1], end);
        return row.Unsqueeze(-2);
    }
}
