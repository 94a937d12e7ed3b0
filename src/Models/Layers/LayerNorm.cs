using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>
/// Layer normalisation (Ba, Kiros and Hinton, 2016): each line along the last axis becomes (x - mean) / sqrt(variance + epsilon) * scale + shift, the
/// variance divided by the number of elements.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class LayerNorm<T> : ILayer<T>
    where T : unmanaged
{
    private readonly double epsilon;

    /// <summary>Declares the layer's parameters as name.scale and name.shift.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The width is below 1, or epsilon not positive.</exception>
    public LayerNorm(ParameterBuffer<T> parameters, string name, int width, double epsilon = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        this.epsilon = epsilon > 0 ? epsilon : throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "layer norm: epsilon must be positive.");
        Scale = parameters.Declare($"{name}.scale", [width]);
        Shift = parameters.Declare($"{name}.shift", [width]);
    }

    /// <summary>The factors [width].</summary>
    public Parameter Scale { get; }

    /// <summary>What is added [width].</summary>
    public Parameter Shift { get; }

    /// <summary>y [..., width] from x [..., width].</summary>
    /// <exception cref="ArgumentException">x's last axis has another width.</exception>
    public Tensor<T> Apply(Tensor<T> flat, Tensor<T> x)
    {
        // Not only where nothing fits: a last axis of extent 1 would broadcast.
        if (x.Rank == 0 || x.Shape[-1] != Scale.Shape[0])
        {
            throw new ArgumentException($"layer norm: an input [..., {Scale.Shape[0]}] is needed; got {x.Shape}.");
        }

        using Tensor<T> scale = Scale.In(flat), shift = Shift.In(flat), mean = x.Mean(-1, keepDimension: true), centred = x - mean;
        using Tensor<T> square = centred.Square(), variance = square.Mean(-1, keepDimension: true), safe = variance + Tensor.Constant<T>(epsilon);
        using Tensor<T> factor = safe.Rsqrt(), normal = centred * factor, scaled = normal * scale;
        return scaled + shift;
    }

    /// <summary>Scales become 1, shifts 0.</summary>
    public void Initialize(ParameterBuffer<T> parameters, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using Tensor<T> scale = Scale.In(parameters.Values), shift = Shift.In(parameters.Values);
        scale.Fill(Tensor.Constant<T>(1));
        shift.Fill(default);
    }
}
