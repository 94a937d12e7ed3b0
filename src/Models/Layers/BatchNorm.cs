using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>
/// Batch normalisation (Ioffe and Szegedy, 2015) of [batch, channels] or [batch, channels, ...]: each channel becomes (x - mean) / sqrt(variance +
/// epsilon) * scale + shift. In training the mean and the variance are the batch's, the variance divided by the number of elements, and the running
/// ones move towards them, the variance divided by one less; in use they are the running ones. PyTorch's formulas.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class BatchNorm<T> : ILayer<T>, ITrainable, ICheckpointed, IDisposable
    where T : unmanaged
{
    private readonly double momentum;
    private readonly double epsilon;

    /// <summary>Declares the layer's parameters as name.scale and name.shift; the running mean starts at 0, the running variance at 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no channels, the momentum is not in [0, 1], or epsilon not positive.</exception>
    public BatchNorm(ParameterBuffer<T> parameters, string name, int channels, double momentum = 0.1, double epsilon = 1e-5, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (channels < 1 || !(momentum is >= 0 and <= 1) || !(epsilon > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(channels), $"batch norm: {channels} channels, momentum {momentum}, epsilon {epsilon}; needed: channels >= 1, momentum in [0, 1], epsilon > 0.");
        }

        this.momentum = momentum;
        this.epsilon = epsilon;
        using Scope scope = Scope.Begin();
        RunningMean = Tensor.Zeros<T>([channels], device);
        RunningVariance = Tensor.Ones<T>([channels], device);
        Scale = parameters.Declare($"{name}.scale", [channels]);
        Shift = parameters.Declare($"{name}.shift", [channels]);
        scope.Keep(RunningMean);
        scope.Keep(RunningVariance);
    }

    /// <summary>The factors [channels].</summary>
    public Parameter Scale { get; }

    /// <summary>What is added [channels].</summary>
    public Parameter Shift { get; }

    /// <summary>The mean of what was seen in training [channels].</summary>
    public Tensor<T> RunningMean { get; }

    /// <summary>The variance of what was seen in training [channels].</summary>
    public Tensor<T> RunningVariance { get; }

    /// <inheritdoc/>
    public bool IsTraining { get; set; } = true;

    /// <summary>y of x's shape.</summary>
    /// <exception cref="ArgumentException">x is not [batch, channels, ...], or in training has one element for each channel.</exception>
    public Tensor<T> Apply(Tensor<T> flat, Tensor<T> x)
    {
        Shape shape = x.Shape;
        nint channels = Scale.Shape[0], count = shape.Rank < 2 || shape[1] != channels ? 0 : shape.Size / channels;
        if (count == 0 || (IsTraining && count == 1))
        {
            throw new ArgumentException($"batch norm: an input [batch, {channels}, ...]{(IsTraining ? " with more than one element for each channel" : string.Empty)} is needed; got {shape}.");
        }

        using Tensor<T> scale = Column(Scale.In(flat), shape.Rank), shift = Column(Shift.In(flat), shape.Rank);
        if (!IsTraining)
        {
            using Tensor<T> runningMean = Column(RunningMean.Share(), shape.Rank), runningVariance = Column(RunningVariance.Share(), shape.Rank);
            using Tensor<T> away = x - runningMean;
            return Normalize(away, runningVariance, scale, shift);
        }

        Span<int> axes = stackalloc int[shape.Rank - 1];
        for (int axis = 1; axis < axes.Length; axis++)
        {
            axes[axis] = axis + 1;
        }

        using Tensor<T> mean = x.Mean(axes, keepDimensions: true), centred = x - mean, square = centred.Square(), variance = square.Mean(axes, keepDimensions: true);
        Tensor<T> y = Normalize(centred, variance, scale, shift);
        try
        {
            Follow(mean, variance, (double)count / (count - 1));
        }
        catch
        {
            y.Dispose();
            throw;
        }

        return y;
    }

    /// <summary>Scales become 1, shifts 0.</summary>
    public void Initialize(ParameterBuffer<T> parameters, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using Tensor<T> scale = Scale.In(parameters.Values), shift = Shift.In(parameters.Values);
        scale.Fill(Tensor.Constant<T>(1));
        shift.Fill(default);
    }

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Tensor("running_mean", RunningMean);
        state.Tensor("running_var", RunningVariance);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        RunningMean.Dispose();
        RunningVariance.Dispose();
    }

    /// <summary>Both factors are one before they meet the elements, which spares a pass over these forwards and three backwards.</summary>
    private Tensor<T> Normalize(Tensor<T> centred, Tensor<T> variance, Tensor<T> scale, Tensor<T> shift)
    {
        using Tensor<T> safe = variance + Tensor.Constant<T>(epsilon), inverse = safe.Rsqrt(), factor = inverse * scale, scaled = centred * factor;
        return scaled + shift;
    }

    /// <summary>
    /// running = (1 - momentum) running + momentum factor batch, with the factor for the variance; from copies, since what is being differentiated
    /// is not written from. All memory is taken before anything changes.
    /// </summary>
    private void Follow(Tensor<T> mean, Tensor<T> variance, double factor)
    {
        using Scope scope = Scope.Begin();
        Device device = RunningMean.Device;
        Tensor<T> freshMean = Autodiff.StopGradient(mean).Reshape(RunningMean.Size), freshVariance = Autodiff.StopGradient(variance).Reshape(RunningMean.Size);
        Tensor<T> kept = Tensor.Scalar(Tensor.Constant<T>(1 - momentum), device);
        Tensor<T> taken = Tensor.Scalar(Tensor.Constant<T>(momentum), device), corrected = Tensor.Scalar(Tensor.Constant<T>(momentum * factor), device);
        RunningMean.MultiplyInto(kept, RunningMean);
        freshMean.TernaryInto<FusedMultiplyAdd>(taken, RunningMean, RunningMean);
        RunningVariance.MultiplyInto(kept, RunningVariance);
        freshVariance.TernaryInto<FusedMultiplyAdd>(corrected, RunningVariance, RunningVariance);
    }

    /// <summary>[channels] as [channels, 1, ...], to be broadcast to an input of this rank; the vector's handle is disposed.</summary>
    private static Tensor<T> Column(Tensor<T> vector, int rank)
    {
        using (vector)
        {
            Span<nint> extents = stackalloc nint[rank - 1];
            extents.Fill(1);
            extents[0] = vector.Size;
            return vector.Reshape(extents);
        }
    }
}
